import { expect, onTestFinished, test } from 'vitest';
import type { Page } from 'playwright';
import type { durabilityPage } from './durability-page';
import { makeProfile, PersistentBrowser, serveSources } from './persistent-browser';

const KILLS = 10;

/** Calls a method of the page's script. */
function call<Method extends keyof typeof durabilityPage>(
  page: Page,
  method: Method,
  ...args: Parameters<(typeof durabilityPage)[Method]>
): ReturnType<(typeof durabilityPage)[Method]> {
  const list = args.map((arg) => JSON.stringify(arg)).join(', ');
  return page.evaluate(`durabilityPage.${method}(${list})`) as ReturnType<
    (typeof durabilityPage)[Method]
  >;
}

/** Starts browsers on one profile, one after the other; the pages have the script. */
async function startHouse() {
  const { url, server } = await serveSources();
  const { profile, remove } = await makeProfile();
  let browser: PersistentBrowser | undefined;
  const kill = async () => {
    await browser?.kill();
    browser = undefined;
  };
  onTestFinished(async () => {
    await kill();
    await server.close();
    await remove();
  });
  const open = async (): Promise<Page> => {
    browser = await PersistentBrowser.start(profile);
    const page = await browser.open(`${url}blank`);
    await page.addScriptTag({ url: '/test/storage/durability-page.ts', type: 'module' });
    await page.waitForFunction('globalThis.durabilityPage');
    return page;
  };
  return { open, kill, url };
}

test(
  `${KILLS} kills of the browser while it writes leave the newest checkpoint and corpora whole, and a sweep leaves no remains`,
  { timeout: 300_000 },
  async () => {
    const { open, kill } = await startHouse();
    const acknowledged = { checkpoint: 0, corpus: 0 };
    let saveMs = 0;
    for (let round = 0; round < KILLS; round++) {
      const page = await open();
      if (round === 0) {
        await call(page, 'prepare');
        const start = performance.now();
        expect(await call(page, 'save', 1)).toBe('saved');
        saveMs = performance.now() - start;
        acknowledged.checkpoint = 1;
      }
      const { step, corpus, faults } = await call(page, 'inspect');
      expect(faults).toEqual([]);
      expect(step).toBeGreaterThanOrEqual(acknowledged.checkpoint);
      expect(corpus).toBeGreaterThanOrEqual(acknowledged.corpus);

      await page.exposeFunction('acknowledge', (what: 'checkpoint' | 'corpus', number: number) => {
        acknowledged[what] = number;
      });
      // The call never ends: the browser dies under it.
      call(page, 'writeForever', Math.max(step, corpus) + 1).catch(() => undefined);
      // From right after the start to three savings later, so that the rounds meet every phase.
      await new Promise((resolve) => setTimeout(resolve, (3 * saveMs * (round + 0.5)) / KILLS));
      await kill();
    }
    const page = await open();
    const { step, corpus, faults } = await call(page, 'inspect');
    expect(faults).toEqual([]);
    expect(step).toBeGreaterThanOrEqual(acknowledged.checkpoint);
    expect(corpus).toBeGreaterThanOrEqual(acknowledged.corpus);
  },
);

test('a full disk is refused before and while a checkpoint is written, and leaves the one before as it was', async () => {
  const { open, url } = await startHouse();
  const page = await open();
  await call(page, 'prepare');
  expect(await call(page, 'save', 1)).toBe('saved');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Storage.overrideQuotaForOrigin', {
    origin: new URL(url).origin,
    quotaSize: 60_000_000,
  });

  const refusal =
    /^StorageFullError: The checkpoint needs 32 MB of storage, but .* free; delete a model/;
  expect(await call(page, 'save', 2)).toMatch(refusal);
  expect(await call(page, 'inspect')).toEqual({ step: 1, corpus: 0, faults: [] });

  // The same with an estimate that promises too much, so that the disk fills in the middle of the shards.
  await page.evaluate('navigator.storage.estimate = async () => ({ quota: 1e12, usage: 0 })');
  expect(await call(page, 'save', 3)).toMatch(/^StorageFullError: The checkpoint needs 32 MB/);
  expect(await call(page, 'inspect')).toEqual({ step: 1, corpus: 0, faults: [] });

  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin });
  expect(await call(page, 'save', 4)).toBe('saved');
  expect(await call(page, 'inspect')).toEqual({ step: 4, corpus: 0, faults: [] });
});
