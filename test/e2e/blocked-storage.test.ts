import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openFirefoxTab } from './engines/firefox-tab';
import { runIn, type Tab } from './engines/tab';
import { openChromium } from './studio-visit';
import { serveWatchedBuild } from './watched-server';

let server: { url: string; close: () => Promise<void> };

beforeAll(async () => {
  server = await serveWatchedBuild();
});
afterAll(() => server.close());

/** The page in a Firefox with these preferences. */
async function openFirefox(preferences: Record<string, unknown>): Promise<Tab> {
  const tab = await openFirefoxTab(server.url, [], preferences);
  onTestFinished(() => tab.close());
  await tab.open(`${server.url}/?backend=wasm`);
  return tab;
}

const textOf = (tab: Tab) => runIn(tab, () => document.body.innerText);
const seconds = { timeout: 60_000, interval: 200 };
const nothing =
  /This browser lets the page store nothing \(\w+Error: .+\), so nothing can be kept/u;
const wayOut = /Allow this address to keep site data/u;

describe('where site data are blocked, one sentence says so, and what to do', () => {
  test('in Chromium', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'tagwerk-blocked-'));
    mkdirSync(join(profile, 'Default'));
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
    const { page, close } = await openChromium(server.url, profile, []);
    onTestFinished(async () => {
      await close();
      rmSync(profile, { recursive: true, force: true });
    });
    await page.goto(`${server.url}/?backend=wasm`);
    await page.getByText(nothing).waitFor();
    await page.getByText(wayOut).waitFor();
  });

  test('in Firefox', async () => {
    const page = await openFirefox({ 'network.cookie.cookieBehavior': 2 });
    await expect.poll(() => textOf(page), seconds).toMatch(nothing);
    expect(await textOf(page)).toMatch(wayOut);
  });
});

test('a private window of Firefox says what it cannot keep, and the page works', async () => {
  const page = await openFirefox({ 'browser.privatebrowsing.autostart': true });
  await expect
    .poll(() => textOf(page), seconds)
    .toMatch(/This is a private window: corpora, runs and models are deleted when it is closed/u);
  expect(await textOf(page)).toMatch(/Train on the English sample/u);
});

test('an ordinary window of Firefox says nothing of the kind, and lists what the browser lacks', async () => {
  const page = await openFirefox({});
  await expect.poll(() => textOf(page), seconds).toMatch(/stored here/u);
  expect(await textOf(page)).not.toMatch(/private window:/u);
  await page.press('button[popovertarget="about-this-computer"]');
  await expect
    .poll(() => textOf(page), seconds)
    .toMatch(/what this browser lacks\s+No WebGPU: training runs on the processor\./iu);
});
