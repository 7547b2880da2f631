import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type ElementHandle } from 'puppeteer-core';
import { firefoxPath } from '../../../scripts/find-firefox.mjs';
import { savedFile } from './saved-file';
import type { Tab } from './tab';

/**
 * Firefox over WebDriver BiDi, without a window, in a clean profile with these preferences.
 *
 * @throws where there is no Firefox on this computer.
 */
export async function openFirefoxTab(
  url: string,
  complaints: string[],
  preferences: Record<string, unknown> = {},
): Promise<Tab> {
  const executablePath = firefoxPath();
  if (!executablePath || !existsSync(executablePath)) {
    throw new Error(
      `No Firefox was found${executablePath ? ` at ${executablePath}` : ''}, and the studio is tested in it. Install Firefox (Debian: firefox-esr), or set FIREFOX_PATH to it.`,
    );
  }
  const downloads = mkdtempSync(join(tmpdir(), 'tagwerk-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      ...preferences,
    },
    protocolTimeout: 120_000,
  });
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    const isLocal = origin === new URL(url).origin || ['blob:', 'data:'].includes(protocol);
    if (!isLocal) complaints.push(`a request to ${origin}`);
  });
  const find = async (css: string): Promise<ElementHandle> => {
    const element = await page.$(css);
    if (!element) throw new Error(`Expected an element ${css} in the page.`);
    return element;
  };
  return {
    browser: (await browser.version()).replace('firefox/', 'Firefox '),
    open: async (address) => void (await page.goto(address)),
    reload: async () => void (await page.reload()),
    evaluate: (expression) => page.evaluate(expression),
    press: async (css) => (await find(css)).click(),
    write: async (css, text) => {
      const field = await find(css);
      await field.click(); // a window that was never pressed has no focus, and so no caret
      await field.type(text);
    },
    choose: async (css, paths) => {
      const input = (await find(css)) as ElementHandle<HTMLInputElement>;
      await input.uploadFile(...paths);
    },
    save: async (css) => {
      await (await find(css)).click();
      return savedFile(downloads, '.onnx', 60);
    },
    resize: (width, height) => page.setViewport({ width, height }),
    photograph: () => page.screenshot(),
    close: async () => {
      await browser.close();
      rmSync(downloads, { recursive: true, force: true });
    },
  };
}
