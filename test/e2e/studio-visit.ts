import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { expect } from 'vitest';
import { chromiumPath } from '../../scripts/find-chromium.mjs';
import { reportPath } from './watched-server';

/** A person's visit: the built page in a profile on disk. Things that should never happen are noted in `complaints`. */
export interface Visit {
  page: Page;
  /** Errors in the console, violations of the policy and requests to any other origin, of the page and its workers and their threads. */
  complaints: string[];
  close(): Promise<void>;
}

/** Opens Chromium with a profile on disk, without going anywhere yet. `complaints` gets what `Visit` says, other origins being those that `url` is not of. */
export async function openChromium(
  url: string,
  profile: string,
  complaints: string[],
): Promise<{ page: Page; close: () => Promise<void> }> {
  const executablePath = chromiumPath();
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    ...(executablePath ? { executablePath } : {}),
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    viewport: { width: 1440, height: 900 },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(180_000); // a software GPU on a busy machine takes its time
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  context.on('request', (request) => {
    const { origin, protocol, pathname } = new URL(request.url());
    if (pathname === reportPath) complaints.push(`a violation: ${request.postData()}`);
    const isLocal = origin === new URL(url).origin || protocol === 'blob:' || protocol === 'data:';
    if (!isLocal) complaints.push(`a request to ${origin}`);
  });
  return { page, close: () => context.close() };
}

export async function visitStudio(
  url: string,
  profile: string,
  search = '?backend=wasm',
): Promise<Visit> {
  const complaints: string[] = [];
  const { page, close } = await openChromium(url, profile, complaints);
  await page.goto(`${url}/${search}`);
  return { page, complaints, close };
}

/**
 * Opens the page once more, in a window of its own: a second tab would hide the first, and each click on a hidden page takes two seconds.
 */
export async function openWindow(page: Page): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await page.evaluate((url) => void open(url, '_blank', 'popup'), page.url());
  const second = await opened;
  second.setDefaultTimeout(60_000);
  return second;
}

/** No violation of WCAG 2.2 level A or AA in the place shown, in either theme. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        resultTypes: ['violations'], // no selectors of all that is right
      }),
    );
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
    expect(found, `${new URL(page.url()).hash} in ${colorScheme}`).toEqual([]);
  }
}

/** The entities that Try lists: `PER Ada Lovelace 0.98`, one a line of the list. */
export async function readEntities(page: Page): Promise<string[]> {
  const items = page
    .getByRole('complementary', { name: 'Entities and model' })
    .getByRole('listitem');
  await items.first().waitFor();
  const texts = await items.allInnerTexts();
  return texts.map((text) => text.replaceAll(/\s+/gu, ' ').trim());
}

export function chooseFiles(
  page: Page,
  folder: string,
  names: readonly string[],
  accept?: string,
): Promise<void> {
  const inputs = page.locator(
    accept
      ? `input[type=file][accept*="${accept}"]`
      : 'main input[type=file]:not([webkitdirectory])',
  );
  return inputs.first().setInputFiles(names.map((name) => join(folder, name)));
}
