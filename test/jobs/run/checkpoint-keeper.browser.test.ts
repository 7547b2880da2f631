import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { CheckpointKeeper } from '../../../src/jobs/run/checkpoint-keeper';
import { RunLog } from '../../../src/jobs/run/run-log';
import type { RunEvent } from '../../../src/protocol/train-calls';
import { findCheckpoint } from '../../../src/storage/runs/checkpoints';
import { addRun, findRun } from '../../../src/storage/runs/runs';
import { RunControl } from '../../../src/train/run-control';
import { TrainingRun } from '../../../src/train/train-loop';
import { openFresh } from '../../storage/fresh-database';
import { someRun } from '../../storage/samples';
import { makeRun } from '../../train/made-split';

// One thread: these models are too small for two.
beforeAll(async () => {
  await selectBackend('wasm', { threads: 1 });
});

const never = 1e9;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A run of one epoch of eight steps, each of several parts, whose checkpoints are kept as `train-run` keeps them. */
async function startHouse(everyMs: number) {
  const database = await openFresh();
  const before = someRun('run');
  await addRun(database, before);
  const control = new RunControl();
  const options = makeRun({ epochs: 1 }, { control, microBatchPieces: 48 });
  const training = new TrainingRun(options);
  onTestFinished(() => {
    training.dispose();
    options.model.dispose();
  });
  const log = new RunLog(
    before,
    () => control.pausedMs,
    () => 0,
  );
  /** The steps of the checkpoints that were told. */
  const kept: number[] = [];
  const onEvent = (event: RunEvent) => {
    if (event.kind === 'checkpoint') kept.push(event.step);
  };
  const runId = before.id;
  const task = { database, runId, training, log, control, onEvent, everyMs };
  const keeper = new CheckpointKeeper(task);
  control.atRest = () => keeper.keepWhereDue();
  const train = async (onStep: (step: number) => void | Promise<void>) => {
    for await (const event of training.events()) {
      log.take(event);
      if (event.kind === 'step') await onStep(event.step);
    }
  };
  return { database, runId, control, keeper, kept, train };
}

describe('inside an epoch', () => {
  test('nothing is kept that nobody asked for before its time', async () => {
    const { kept, train } = await startHouse(never);
    await train(() => undefined);
    expect(kept).toEqual([]);
  });

  test('a wish, as of a page that is hidden, is met at the next rest, with the run’s record', async () => {
    const { database, runId, control, kept, train } = await startHouse(never);
    await train((step) => {
      if (step === 3 || step === 6) control.wantCheckpoint();
    });
    expect(kept).toEqual([3, 6]);
    const header = await findCheckpoint(database, runId, 'latest');
    expect(header).toMatchObject({ step: 6, epoch: 0, generation: 2 });
    expect((await findRun(database, runId))?.losses).toHaveLength(6);
  });

  test('many wishes are met by one checkpoint where nothing has moved', async () => {
    const { control, keeper, kept, train } = await startHouse(never);
    await train(async (step) => {
      if (step !== 3) return;
      for (let time = 0; time < 3; time++) {
        control.wantCheckpoint();
        await keeper.keepWhereDue();
      }
      control.wantCheckpoint();
    });
    expect(kept).toEqual([3]);
  });

  test('a run that has not moved since it began has nothing to keep', async () => {
    const { control, keeper, kept } = await startHouse(never);
    control.wantCheckpoint();
    await keeper.keepWhereDue();
    expect(kept).toEqual([]);
  });

  test('a pause keeps one, and a page hidden in it no second', async () => {
    const { control, kept, train } = await startHouse(never);
    let inPause: number[] | undefined;
    await train((step) => {
      if (step !== 4) return;
      control.pause();
      void (async () => {
        await expect.poll(() => kept).toEqual([4]);
        control.wantCheckpoint();
        await wait(50);
        inPause = [...kept];
        control.resume();
      })();
    });
    expect(inPause).toEqual([4]);
    expect(kept).toEqual([4]);
  });
});

describe('the cadence', () => {
  test('keeps one at every rest whose time has come', async () => {
    const { kept, train } = await startHouse(0);
    await train(() => undefined);
    // Before, inside and after each of the eight steps; the evaluation's rests come after the last.
    expect([...new Set(kept)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('begins anew with each checkpoint', async () => {
    const { keeper, kept } = await startHouse(600);
    await keeper.keepWhereDue();
    expect(kept).toEqual([]);
    await wait(620);
    await keeper.keepWhereDue();
    await keeper.keepWhereDue();
    expect(kept).toEqual([0]);
    await wait(620);
    await keeper.keepWhereDue();
    expect(kept).toEqual([0, 0]);
  });

  test('counts no pause', async () => {
    const { control, keeper, kept } = await startHouse(1500);
    control.pause();
    const paused = control.waitToContinue();
    await wait(1600);
    control.resume();
    await paused;
    await keeper.keepWhereDue();
    expect(kept).toEqual([]);
    await wait(1600);
    await keeper.keepWhereDue();
    expect(kept).toEqual([0]);
  });
});
