import { expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { storeUnsaved } from '../../../src/jobs/run/end-training';
import { exportFile } from '../../../src/jobs/run/export-run';
import { loadCheckpointState } from '../../../src/jobs/run/load-checkpoint';
import type { TrainContext } from '../../../src/jobs/run/run-context';
import { resumeRun, startRun } from '../../../src/jobs/run/train-run';
import type { UnsavedRun } from '../../../src/jobs/run/unsaved-run';
import type { RunEvent } from '../../../src/protocol/train-calls';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { findCheckpoint } from '../../../src/storage/runs/checkpoints';
import { findRun } from '../../../src/storage/runs/runs';
import { RunControl } from '../../../src/train/run-control';
import { claimFree, liftClaim } from '../../storage/claimed-quota';
import { openFresh } from '../../storage/fresh-database';
import { stockDatabase } from '../small-studio';

const maxPieces = 24;
const noReport = () => undefined;
/** Bytes for the records of a run, and for no weights: those of the tiny encoder take 0.3 MB. */
const RECORDS = 150_000;

/** A corpus and an encoder, and the runs that are trained on them. */
async function startHouse() {
  const database = await openFresh();
  const stock = await stockDatabase(database, maxPieces);
  const events: RunEvent[] = [];
  const unsaved = new Map<string, UnsavedRun>();
  const context: TrainContext = {
    ...{ database, unsaved, control: new RunControl() },
    device: { backend: await selectBackend('wasm', { threads: 1 }), measureMemory: () => 0 },
    onEvent: (event) => events.push(event),
  };
  const settings = { epochs: 2, batchSize: 8, learningRate: 3e-3, maxPieces };
  const request = { name: 'Run 1', ...stock, recipe: { ...DEFAULT_RECIPE, ...settings } };
  const told = <Kind extends RunEvent['kind']>(kind: Kind) =>
    events.filter((event) => event.kind === kind) as Extract<RunEvent, { kind: Kind }>[];
  return { database, unsaved, context, request, events, told };
}

test('room for a checkpoint is taken before the first step, and a finished run keeps its best weights and nothing else', async () => {
  const { database, context, request, events, told } = await startHouse();
  let atFirstStep: unknown[] = [];
  let isFirst = true;
  const keysBefore = (await database.getAllKeys('shards')).length;
  const run = await startRun(
    {
      ...context,
      onEvent(event) {
        context.onEvent(event);
        if (event.kind !== 'step' || !isFirst) return;
        isFirst = false;
        void database
          .getAllKeys('shards')
          .then((keys) => (atFirstStep = keys.map(([owner]) => owner)));
      },
    },
    request,
  );
  expect(events.findIndex(({ kind }) => kind === 'room')).toBeLessThan(
    events.findIndex(({ kind }) => kind === 'step'),
  );
  expect(atFirstStep).toContain(`room/${run.id}`);
  const best = await findCheckpoint(database, run.id, 'best');
  // Weights, two moments and the gradients of an unfinished step, and the weights of the best epoch.
  expect(told('room')[0]!.bytes).toBeGreaterThan(4.5 * best!.bytes);
  expect(run).toMatchObject({ state: 'finished', bestEpoch: best!.epoch });
  expect(await findCheckpoint(database, run.id, 'latest')).toBeUndefined();
  expect((await database.getAllKeys('shards')).length).toBe(keysBefore + 1);
});

test('a run without room does not begin, says what was tried, and leaves nothing behind', async () => {
  const { database, context, request, told } = await startHouse();
  await claimFree(RECORDS);
  const before = await database.count('shards');
  await expect(startRun(context, request)).rejects.toMatchObject({
    name: 'NoRoomError',
    message: expect.stringMatching(
      /^A checkpoint of this run and its best epoch need 1\.\d MB of storage, and the browser grants only 0\.\d MB more\. Not even its best epoch \(0\.3 MB\)/u,
    ) as string,
  });
  expect(told('step')).toEqual([]);
  expect([await database.count('runs'), await database.count('shards')]).toEqual([0, before]);
});

test('a run whose best weights find no room is not finished; they are held, make a file, and are stored once there is room', async () => {
  const { database, unsaved, context, request, told } = await startHouse();
  await claimFree(RECORDS);
  const run = await startRun({ ...context, withoutRoom: true }, request);
  expect(told('no-room')).toHaveLength(1);
  expect(told('best-stored')).toEqual([]);
  const held = told('best-held').at(-1)!;
  expect(held.reason).toMatch(
    /^The checkpoint needs 0\.3 MB of storage, but only 0\.\d MB are free\.$/u,
  );
  expect(run).toMatchObject({ state: 'unsaved', bestEpoch: -1, unstored: { epoch: held.epoch } });
  expect(run.epochs).toHaveLength(2);
  // The record says what is stored, and that is no weights.
  expect(await findRun(database, run.id)).toEqual(run);
  expect(await findCheckpoint(database, run.id, 'best')).toBeUndefined();

  const file = await exportFile(context, run, 'letters', noReport, unsaved.get(run.id));
  const { metadata } = await readOnnxFile(new File([file], 'letters.onnx'));
  const scored = run.epochs.find(({ epoch }) => epoch === held.epoch)!;
  expect(metadata.card?.dev).toEqual(scored.report);
  expect(await database.count('models')).toBe(0);

  await expect(storeUnsaved(database, run.id, unsaved.get(run.id)!)).rejects.toThrow(/are free/u);
  liftClaim();
  const stored = await storeUnsaved(database, run.id, unsaved.get(run.id)!);
  expect(stored).toMatchObject({ state: 'finished', bestEpoch: held.epoch });
  expect(stored).not.toHaveProperty('unstored');
  const { weights } = await loadCheckpointState(database, run.id, 'best');
  expect(weights).toEqual(unsaved.get(run.id)!.unstored.state.weights);
});

test('an unsaved run whose tab is gone trains to the same epochs again', async () => {
  const { context, request } = await startHouse();
  await claimFree(RECORDS);
  const lost = await startRun({ ...context, withoutRoom: true }, request);
  liftClaim();
  const again = await resumeRun(context, lost);
  expect(again).toMatchObject({ state: 'finished', bestEpoch: lost.unstored!.epoch });
  expect(again).not.toHaveProperty('unstored');
  expect(again.epochs).toEqual(lost.epochs);
  expect([...again.losses]).toEqual([...lost.losses]);
});

test('a better epoch takes the place of the stored one where the person says so, and the record tells of neither between', async () => {
  const { database, unsaved, context, request } = await startHouse();
  let best = 0;
  const run = await startRun(
    {
      ...{ ...context, withoutRoom: true },
      onEvent(event) {
        context.onEvent(event);
        // The first epoch is stored; then the disk fills, and nothing that could yield is enough.
        if (event.kind === 'best-stored' && best++ === 0) void claimFree(-10_000_000);
      },
    },
    request,
  );
  expect(run).toMatchObject({ state: 'unsaved', bestEpoch: 1, unstored: { epoch: 2 } });
  const held = unsaved.get(run.id)!;
  await claimFree(RECORDS);
  await expect(storeUnsaved(database, run.id, held)).rejects.toThrow(/are free/u);
  expect((await findRun(database, run.id))?.bestEpoch).toBe(1);
  const stored = await storeUnsaved(database, run.id, held, { replacing: true });
  expect(stored).toMatchObject({ state: 'finished', bestEpoch: 2 });
  expect((await findCheckpoint(database, run.id, 'best'))?.epoch).toBe(2);
});
