import { mkdtemp, rm, writeFile, cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { build, preview } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { isolationHeaders } from '../../scripts/isolation-headers.mjs';
import { SeededRandom } from '../../src/tokenizer/seeded-random';
import { smallCorpus } from '../e2e/small-corpus';
import { encoderFiles, writeTinyEncoder } from '../e2e/tiny-encoder';
import { makeProfile, PersistentBrowser } from '../storage/persistent-browser';
import type { KillRunPage } from './kill-run-page';

const KILLS = 40;
/** So often that about a third of the time is spent saving, and deaths fall into it. */
const CHECKPOINT_EVERY_MS = 60;

/** Builds the page of this test and its worker as the studio's are built, and serves them. */
async function servePage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwerk-kills-'));
  const root = join(import.meta.dirname, '../..');
  const dist = join(folder, 'dist');
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    publicDir: false,
    build: {
      target: 'es2022',
      outDir: dist,
      chunkSizeWarningLimit: 5000,
      rolldownOptions: {
        input: join(root, 'test/jobs/kill-run-page.ts'),
        output: { entryFileNames: 'page.js' },
      },
    },
  });
  await writeFile(
    join(dist, 'index.html'),
    '<!doctype html><script type="module" src="page.js"></script>',
  );
  writeTinyEncoder(join(folder, 'encoder'));
  await cp(join(folder, 'encoder'), join(dist, 'encoder'), { recursive: true });
  const server = await preview({
    root: folder,
    configFile: false,
    logLevel: 'error',
    preview: { host: 'localhost', port: 0, headers: isolationHeaders },
  });
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  return server.resolvedUrls!.local[0]!;
}

function call<Method extends keyof KillRunPage>(
  page: Page,
  method: Method,
  ...args: Parameters<KillRunPage[Method]>
): Promise<Awaited<ReturnType<KillRunPage[Method]>>> {
  const list = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ');
  return page.evaluate(`killRunPage.${method}(${list})`);
}

test(
  `${KILLS} deaths of the worker and of the browser change nothing: every run ends with the losses and the weights of an undisturbed one`,
  { timeout: 900_000 },
  async () => {
    const url = await servePage();
    const { profile, remove } = await makeProfile();
    const random = new SeededRandom(2026, 3);
    let browser: PersistentBrowser | undefined;
    let page: Page;
    let acknowledged = 0;
    onTestFinished(async () => {
      await browser?.kill();
      await remove();
    });
    const openPage = async () => {
      browser = await PersistentBrowser.start(profile);
      page = await browser.open(url);
      await page.waitForFunction('globalThis.killRunPage');
      await page.exposeFunction('acknowledge', (step: number) => (acknowledged = step));
      await call(page, 'open');
    };
    await openPage();
    const encoder = Object.fromEntries(encoderFiles.map((name) => [name, `encoder/${name}`]));
    const what = await call(page!, 'prepare', smallCorpus, urlsFrom(url, encoder));
    const finish = async () => {
      await expect.poll(() => call(page, 'ended'), { timeout: 120_000 }).toBeDefined();
      return call(page, 'ended');
    };

    // Without a single checkpoint inside an epoch: that they are taken must change nothing either.
    await call(page!, 'train', what, 1e9);
    const undisturbed = await finish();
    expect(undisturbed!.losses.length).toBeGreaterThan(20);
    const startedAt = performance.now();
    acknowledged = 0;
    await call(page!, 'train', what, CHECKPOINT_EVERY_MS);
    expect(await finish()).toEqual(undisturbed);
    const runMs = performance.now() - startedAt;

    const met = { midEpoch: 0, midStep: 0, midSave: 0, finished: 0 };
    let runId: string | undefined;
    for (let kills = 0; kills < KILLS;) {
      if (runId === undefined) acknowledged = 0;
      await call(page!, 'train', what, CHECKPOINT_EVERY_MS, runId);
      await new Promise((resolve) =>
        setTimeout(resolve, (random.nextBelow(1000) / 1000) * 0.4 * runMs),
      );
      const ended = await call(page!, 'ended');
      if (ended) {
        expect(ended).toEqual(undisturbed);
        met.finished++;
        runId = undefined;
        continue;
      }
      if (kills++ % 2 === 0) {
        await call(page!, 'killWorker');
        await call(page!, 'open');
      } else {
        await browser!.kill();
        await openPage();
      }
      const remains = await call(page!, 'inspect');
      runId = remains?.runId;
      if (!remains) continue; // it ended in the moment before the kill: the next round begins a new one
      expect(remains.step).toBeGreaterThanOrEqual(acknowledged);
      if (remains.cursor > 0) met.midEpoch++;
      if (remains.parts > 0) met.midStep++;
      if (remains.leftovers > 0) met.midSave++;
    }
    if (runId !== undefined) {
      await call(page!, 'train', what, CHECKPOINT_EVERY_MS, runId);
      expect(await finish()).toEqual(undisturbed);
      met.finished++;
    }
    console.log(`${KILLS} kills, one undisturbed run ${Math.round(runMs)} ms:`, met);
    for (const [where, times] of Object.entries(met)) expect(times, where).toBeGreaterThan(0);
  },
);

/** A worker's own address is another folder than the page's. */
function urlsFrom(base: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, path]) => [name, new URL(path, base).href]),
  );
}
