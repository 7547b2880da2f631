import { expect, onTestFinished, test } from 'vitest';
import type { Page } from 'playwright';
import type { durabilityPage } from './durability-page';
import { callPage, serveSources, startProfile } from './persistent-browser';

const KILLS = 10;

/** Calls a method of the page's script. */
function call<Method extends keyof typeof durabilityPage>(
  page: Page,
  method: Method,
  ...args: Parameters<(typeof durabilityPage)[Method]>
): ReturnType<(typeof durabilityPage)[Method]> {
  return callPage(page, 'durabilityPage', method, args) as ReturnType<
    (typeof durabilityPage)[Method]
  >;
}

/** Starts browsers on one profile, one after the other; the pages have the script. */
async function startHouse() {
  const { url, server } = await serveSources();
  onTestFinished(() => server.close());
  const profile = await startProfile();
  const open = async (): Promise<Page> => {
    const page = await profile.open(`${url}blank`);
    await page.addScriptTag({ url: '/test/storage/durability-page.ts', type: 'module' });
    await page.waitForFunction('globalThis.durabilityPage');
    return page;
  };
  return { open, kill: profile.kill, url };
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

test('a full disk leaves the checkpoint before as it was, and says what to do', async () => {
  const { open, url } = await startHouse();
  const page = await open();
  // Room for one checkpoint and a half. Chrome's estimate knows nothing of it; and it asks for its limit only now and then, so first.
  const cdp = await page.context().newCDPSession(page);
  const { origin } = new URL(url);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 38_000_000 });
  await call(page, 'prepare');
  expect(await call(page, 'save', 1)).toBe('saved');

  expect(await call(page, 'save', 2)).toBe(
    'StorageFullError: The checkpoint needs 20 MB of storage, but the browser has no room for it; delete a model, a run or a corpus, or free disk space, and try again. Nothing stored before was changed.',
  );
  expect(await call(page, 'inspect')).toEqual({ step: 1, corpus: 0, faults: [] });

  await cdp.send('Storage.overrideQuotaForOrigin', { origin });
  expect(await call(page, 'save', 3)).toBe('saved');
  expect(await call(page, 'inspect')).toEqual({ step: 3, corpus: 0, faults: [] });

  // A browser whose estimate tells: nothing is written at all.
  await page.evaluate('navigator.storage.estimate = async () => ({ quota: 50e6, usage: 40e6 })');
  expect(await call(page, 'save', 4)).toMatch(
    /^StorageFullError: .* needs 20 MB of storage, but only 10 MB are free;/,
  );
  expect(await call(page, 'inspect')).toEqual({ step: 3, corpus: 0, faults: [] });
});
