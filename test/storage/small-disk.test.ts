/** A real disk that is smaller than the browser's quota: a file system in memory, mounted for the browser alone. */
import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { makeProfile, PersistentBrowser, serveSources } from './persistent-browser';

/** Chromium leaves some seventy megabytes of a disk alone, so about as many are to be had. */
const DISK = '140m';
const MOUNT = `mount -t tmpfs -o size=${DISK} tmpfs "$0" && exec "$@"`;

/** Answers of the page. */
interface Found {
  refused: { takenBytes: number; claimedBytes: number };
  /** Shards that are stored after the refusal. */
  left: number;
  again: { takenBytes: number };
  reason: string;
  step: number;
}

/** Starts a command that sees a small disk in a folder; without root, where the system lets a user have namespaces. */
const onSmallDisk = (folder: string) => ['unshare', '-rm', 'sh', '-c', MOUNT, folder];

const [command, ...rest] = onSmallDisk('/mnt');
const canMount = spawnSync(command!, [...rest, 'true']).status === 0;
if (!canMount)
  console.log(
    'No small disk is to be had here (unshare -rm, mount -t tmpfs): that test is left out.',
  );

test.runIf(canMount)(
  'room is refused where the disk has less than the browser claims, and what is given back can be taken at once',
  { timeout: 120_000 },
  async () => {
    const { url, server } = await serveSources();
    const { profile, remove } = await makeProfile();
    const browser = await PersistentBrowser.start(profile, onSmallDisk(profile));
    onTestFinished(async () => {
      await browser.kill();
      await remove();
      await server.close();
    });
    const page = await browser.open(`${url}blank`);
    // As text: the page imports the sources as the server serves them.
    const found = await page.evaluate<Found>(`(async () => {
      const { openDatabase } = await import('/src/storage/database.ts');
      const { releaseRoom, takeRoom } = await import('/src/storage/runs/room.ts');
      const { addRun } = await import('/src/storage/runs/runs.ts');
      const { loadCheckpoint, saveCheckpoint } = await import('/src/storage/runs/checkpoints.ts');
      const { seededBytes, someRun } = await import('/test/storage/samples.ts');
      const database = await openDatabase();
      await addRun(database, someRun('run'));
      const refused = await takeRoom(database, 'run', 200e6);
      const left = await database.count('shards');
      const again = await takeRoom(database, 'run', refused.takenBytes);
      const bytes = 20e6;
      const fields = { key: { runId: 'run', slot: 'best' }, epoch: 1, step: 1, devEntityF1: 0.5, bytes };
      const save = () => saveCheckpoint(database, fields, [seededBytes(bytes, 1)]);
      const reason = await save().then(() => 'stored', ({ message }) => message);
      await releaseRoom(database, 'run');
      await save();
      const loaded = await loadCheckpoint(database, 'run', 'best');
      return { refused, left, again, reason, step: loaded?.header.step };
    })()`);
    const { takenBytes, claimedBytes } = found.refused;
    expect(claimedBytes).toBeGreaterThan(200e6);
    expect(takenBytes).toBeGreaterThan(0);
    expect(takenBytes).toBeLessThan(140e6);
    expect(found.left).toBe(0);
    expect(found.again.takenBytes).toBe(takenBytes);
    expect(found.reason).toMatch(
      /^The checkpoint needs 20 MB of storage, but the browser has no room/u,
    );
    expect(found.step).toBe(1);
  },
);
