import { mkdtemp, rm, writeFile, cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isolationHeaders } from '../../../scripts/isolation-headers.mjs';
import { wasmKernels } from '../../../scripts/wasm-kernels.mjs';
import { SeededRandom } from '../../../src/random/seeded-random';
import { smallCorpus } from '../../e2e/small-corpus';
import { encoderFiles, writeTinyEncoder } from '../../e2e/tiny-encoder';
import { callPage, startProfile } from '../../storage/persistent-browser';
import type { KillRunPage } from './kill-run-page';
import type { RunOutcome } from './kill-run.worker';

const KILLS = 40;
/** Every so many-th kill is of the whole browser, whose start takes long; the others are of the worker. */
const BROWSER_EVERY = 2;
/** So often that more than half of the time is spent saving, and deaths fall into it. */
const CHECKPOINT_EVERY_MS = 200;
/** So often that a disk with little room is full before the run ends. */
const FILLING_EVERY_MS = 60;
/** Bytes of disk on which a run finds room before its first step. */
const ROOM_BYTES = 6_000_000;

let server: PreviewServer;
let folder: string;
/** Address of the page. */
let url: string;

/** Builds the page of these tests and its worker as the studio's are built, and serves them. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tagwerk-kills-'));
  const root = join(import.meta.dirname, '../../..');
  const dist = join(folder, 'dist');
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'error',
    plugins: [wasmKernels()],
    worker: { format: 'es', plugins: () => [wasmKernels()] },
    publicDir: false,
    build: {
      target: 'es2022',
      outDir: dist,
      chunkSizeWarningLimit: 5000,
      rolldownOptions: {
        input: join(root, 'test/jobs/run/kill-run-page.ts'),
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
  server = await preview({
    root: folder,
    configFile: false,
    logLevel: 'error',
    preview: { host: 'localhost', port: 0, headers: isolationHeaders },
  });
  url = server.resolvedUrls!.local[0]!;
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function call<Method extends keyof KillRunPage>(
  page: Page,
  method: Method,
  ...args: Parameters<KillRunPage[Method]>
): Promise<Awaited<ReturnType<KillRunPage[Method]>>> {
  return callPage(page, 'killRunPage', method, args) as Promise<
    Awaited<ReturnType<KillRunPage[Method]>>
  >;
}

/** Opens pages on one profile, one browser after the other. */
async function startHouse() {
  const profile = await startProfile();
  const heard = { step: 0, at: 0, laments: [] as { reason: string; at: number }[] };
  const open = async (): Promise<Page> => {
    const page = await profile.open(url);
    await page.waitForFunction('globalThis.killRunPage');
    await page.exposeFunction('acknowledge', (step: number) =>
      Object.assign(heard, { step, at: performance.now() }),
    );
    await page.exposeFunction('lament', (reason: string) =>
      heard.laments.push({ reason, at: performance.now() }),
    );
    await call(page, 'open');
    return page;
  };
  const prepare = (page: Page) => {
    const encoder = encoderFiles.map((name) => [name, new URL(`encoder/${name}`, url).href]);
    return call(
      page,
      'prepare',
      smallCorpus,
      Object.fromEntries(encoder) as Record<string, string>,
    );
  };
  return { open, kill: profile.kill, prepare, heard };
}

/** Waits for a run's end. */
async function finish(page: Page): Promise<RunOutcome> {
  await expect.poll(() => call(page, 'ended'), { timeout: 120_000 }).toBeDefined();
  return (await call(page, 'ended'))!;
}

test(
  `${KILLS} deaths of the worker and of the browser change nothing: the run ends with the losses and the weights of an undisturbed one`,
  { timeout: 900_000 },
  async () => {
    const { open, kill, prepare, heard } = await startHouse();
    const random = new SeededRandom(2026, 3);
    let page = await open();
    const what = await prepare(page);

    // Without a single checkpoint inside an epoch: that they are taken must change nothing either.
    await call(page, 'train', what, 1e9);
    const undisturbed = await finish(page);
    expect(undisturbed.losses.length).toBeGreaterThan(20);
    const startedAt = performance.now();
    await call(page, 'train', what, CHECKPOINT_EVERY_MS);
    expect(await finish(page)).toEqual(undisturbed);
    const runMs = performance.now() - startedAt;

    const met = { midEpoch: 0, midStep: 0, midSave: 0, finished: 0 };
    let runId: string | undefined;
    for (let kills = 0; kills < KILLS;) {
      if (runId === undefined) heard.step = 0;
      await call(page, 'train', what, CHECKPOINT_EVERY_MS, runId);
      const share = random.nextBelow(1000) / 1000;
      await new Promise((resolve) => setTimeout(resolve, share * 0.4 * runMs));
      const ended = await call(page, 'ended');
      if (ended) {
        expect(ended).toEqual(undisturbed);
        met.finished++;
        runId = undefined;
        continue;
      }
      if (++kills % BROWSER_EVERY === 0) {
        await kill();
        page = await open();
      } else {
        await call(page, 'killWorker');
        await call(page, 'open');
      }
      const remains = await call(page, 'inspect');
      runId = remains?.runId;
      if (!remains) continue; // it ended in the moment before the kill: the next round begins a new one
      expect(remains.step).toBeGreaterThanOrEqual(heard.step);
      if (remains.cursor > 0) met.midEpoch++;
      if (remains.parts > 0) met.midStep++;
      if (remains.leftovers > 0) met.midSave++;
    }
    if (runId !== undefined) {
      await call(page, 'train', what, CHECKPOINT_EVERY_MS, runId);
      expect(await finish(page)).toEqual(undisturbed);
      met.finished++;
    }
    console.log(`${KILLS} kills, one undisturbed run ${Math.round(runMs)} ms:`, met);
    for (const [where, times] of Object.entries(met)) expect(times, where).toBeGreaterThan(0);
  },
);

test('a disk that fills up during a run leaves the checkpoint before as it was, is told within 2 s, and training goes on', async () => {
  const { open, kill, prepare, heard } = await startHouse();
  const first = await open();
  const what = await prepare(first);
  await call(first, 'train', what, 1e9);
  const undisturbed = await finish(first);
  await kill();

  // Chrome asks for its limit only now and then, so it is set before the run, and the page fills the disk up to it.
  const page = await open();
  const cdp = await page.context().newCDPSession(page);
  const { origin } = new URL(url);
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  const quotaSize = usage! + ROOM_BYTES;
  await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  heard.step = 0;
  await call(page, 'train', what, FILLING_EVERY_MS);
  await expect.poll(() => heard.step, { interval: 20, timeout: 30_000 }).toBeGreaterThan(0);
  await call(page, 'fillDisk');
  await expect
    .poll(() => heard.laments.length, { interval: 20, timeout: 30_000 })
    .toBeGreaterThan(0);
  expect(heard.laments[0]!.at - heard.at).toBeLessThan(2000);
  expect(heard.laments[0]!.reason).toMatch(
    /^The checkpoint needs .* of storage, but the browser has no room/,
  );
  // Its shards are read and held against their hashes.
  expect((await call(page, 'inspectBeside'))!.step).toBe(heard.step);

  // Not even its best epoch has room on a disk that stays full.
  const { losses, epochs } = undisturbed;
  expect(await finish(page)).toEqual({ state: 'unsaved', losses, epochs });
});
