import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../../src/engine/start-engine';
import { randomBert } from '../../src/model/random-bert';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import type { Weights } from '../../src/model/weights';
import { TagSet } from '../../src/ner/tag-set';
import { readCheckpoint, writeCheckpoint } from '../../src/train/checkpoint/checkpoint-file';
import type { CheckpointState } from '../../src/train/checkpoint/checkpoint-state';
import { DivergenceError } from '../../src/train/divergence-error';
import { scorePredictions } from '../../src/train/tasks/token-classification/evaluate';
import { RunControl } from '../../src/train/run-control';
import type { TrainEvent } from '../../src/train/train-event';
import { TrainingRun, type TrainOptions } from '../../src/train/train-loop';
import { madeConfig, makeRun, makeSplit } from './made-split';

// One thread: these models are too small for two, and threads of several tests at once wait for each other.
beforeAll(async () => {
  await selectBackend('wasm', { threads: 1 });
});

const opened: { dispose(): void }[] = [];
afterEach(() => {
  for (const thing of opened.splice(0)) thing.dispose();
});

function open(options: TrainOptions): TrainingRun {
  const run = new TrainingRun(options);
  opened.push(run, options.model);
  return run;
}

/** Runs to the end; `onEvent` is awaited while the run stands still. */
async function collect(
  run: TrainingRun,
  onEvent?: (event: TrainEvent) => void | Promise<void>,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of run.events()) {
    events.push(event);
    await onEvent?.(event);
  }
  return events;
}

const lossesOf = (events: TrainEvent[]) =>
  events.flatMap((event) => (event.kind === 'step' ? [event.loss] : []));
const evaluationsOf = (events: TrainEvent[]) =>
  events.filter((event) => event.kind === 'evaluation');
const bitsOf = (weights: Weights) =>
  [...weights].map(([key, { data }]) => [key, new Uint32Array(data.slice().buffer)]);

/** The options of a run that goes on from a checkpoint which has been through its file. */
async function resumeOptions(state: CheckpointState): Promise<TrainOptions> {
  const read = await readCheckpoint(new Blob(writeCheckpoint(state)));
  const options = makeRun(read.recipe, { resumeFrom: read });
  const { config, head } = options.model;
  const weights = new Map([...(await options.model.weights()), ...read.weights]); // frozen ones are the encoder's
  options.model.dispose();
  return { ...options, model: Model.create(config, weights, head, 99) };
}

describe('a run', () => {
  test('tells every step, the evaluation of each epoch, and its end', async () => {
    const options = makeRun({ epochs: 2 });
    const events = await collect(open(options));
    const steps = events.filter((event) => event.kind === 'step');
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    expect(steps.every(({ steps: all }) => all === 16)).toBe(true);
    expect(steps.map(({ epoch }) => epoch)).toEqual([
      ...new Array<number>(8).fill(1),
      ...new Array<number>(8).fill(2),
    ]);
    // Two steps of 16 warm up: rates 0, 1/2, 1, then down in 14 parts.
    const rates = steps.map(({ learningRate }) => learningRate / options.recipe.learningRate);
    expect(rates.slice(0, 4)).toEqual([0, 0.5, 1, 13 / 14]);
    expect(steps.every(({ piecesPerSecond }) => piecesPerSecond > 0)).toBe(true);
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'evaluating');
    expect(kinds.filter((kind, i) => kind !== kinds[i - 1])).toEqual([
      ...['step', 'evaluation', 'epoch-end', 'step', 'evaluation', 'epoch-end', 'done'],
    ]);
    const told = events.filter((event) => event.kind === 'evaluating');
    expect(told.at(-1)).toMatchObject({ epoch: 2, done: 32, sentences: 32 });
    expect(events.at(-1)).toMatchObject({ kind: 'done', reason: 'finished' });
  });

  test('learns: from random numbers to a dev entity F1 of at least 0.9', async () => {
    const options = makeRun({ epochs: 3 }, { train: makeSplit(400, 1), microBatchPieces: 512 });
    const evaluations = evaluationsOf(await collect(open(options)));
    expect(Math.max(...evaluations.map(({ report }) => report.entity.f1))).toBeGreaterThan(0.9);
    expect(evaluations.at(-1)!.loss).toBeLessThan(evaluations[0]!.loss);
  });

  test('takes the same steps bit for bit when it is run again, dropout on', async () => {
    const outcomes = [];
    for (let time = 0; time < 2; time++) {
      const run = open(makeRun());
      const losses = lossesOf(await collect(run));
      outcomes.push({ losses, weights: bitsOf((await run.snapshot()).weights) });
    }
    expect(outcomes[0]!.losses).toHaveLength(16);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  test('takes other steps from another seed', async () => {
    const first = lossesOf(await collect(open(makeRun({ epochs: 1 }))));
    expect(lossesOf(await collect(open(makeRun({ epochs: 1, seed: 2 }))))).not.toEqual(first);
  });

  test('is the same, up to the rounding of sums, however a batch is split, dropout on', async () => {
    const whole = lossesOf(await collect(open(makeRun({}, { microBatchPieces: 4096 }))));
    const split = lossesOf(await collect(open(makeRun({}, { microBatchPieces: 48 }))));
    // The same numbers summed in another order: 16 steps at a rate of 3e-3 let 1e-7 grow.
    const apart = whole.map((loss, i) => Math.abs(loss - split[i]!));
    expect(Math.max(...apart)).toBeLessThan(1e-4);
    expect(whole).not.toEqual(split);
  });

  test('keeps no tensor of any step', async () => {
    const options = makeRun({ epochs: 1 });
    const before = tf.memory().numTensors;
    const run = open(options);
    const counts = new Set<number>();
    await collect(run, () => void counts.add(tf.memory().numTensors));
    expect(counts.size).toBe(1);
    opened.splice(opened.indexOf(run), 1);
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('frozen layers keep the encoder’s weights bit for bit, through a resume too, while the rest learns', async () => {
    const recipe = { epochs: 2, frozenLayers: 1 };
    const options = makeRun(recipe);
    const start = await options.model.weights();
    const run = open(options);
    let state: CheckpointState | undefined;
    await collect(run, async ({ kind }) => {
      if (kind === 'step') state ??= await run.snapshot();
    });
    const resumed = open(await resumeOptions(state!));
    await collect(resumed);
    const { weights } = await resumed.snapshot();
    expect(bitsOf(weights)).toEqual(bitsOf((await run.snapshot()).weights));
    const all = await options.model.weights();
    const changed = [...all].filter(([key, { data }]) =>
      data.some((x, i) => x !== start.get(key)!.data[i]),
    );
    // The second of two layers, and the head; a checkpoint has these and no others.
    expect(changed.map(([key]) => key)).toEqual(
      [...all.keys()].filter((key) => /^bert\.encoder\.layer\.1\.|^classifier\./.test(key)),
    );
    expect([...weights.keys()].sort()).toEqual(changed.map(([key]) => key).sort());
    expect(changed.length).toBeGreaterThan(0);
    expect([...state!.optimizer!.slots.get('m')!.keys()]).toEqual(changed.map(([key]) => key));
  });

  test('a head at ten times the rate resumes bit for bit, and learns otherwise than at the same', async () => {
    const run = open(makeRun({ epochs: 1, headRate: 10, layers: 1 }));
    let state: CheckpointState | undefined;
    const losses = lossesOf(
      await collect(run, async (event) => {
        if (event.kind === 'step' && event.step === 4) state = await run.snapshot();
      }),
    );
    const resumed = open(await resumeOptions(state!));
    expect(lossesOf(await collect(resumed))).toEqual(losses.slice(4));
    const { weights, config } = await resumed.snapshot();
    expect(bitsOf(weights)).toEqual(bitsOf((await run.snapshot()).weights));
    expect(config.layers).toBe(1);
    const same = lossesOf(await collect(open(makeRun({ epochs: 1, layers: 1 }))));
    // The first warm-up step is at rate 0, so the first two losses are of the same weights.
    expect(same.slice(0, 2)).toEqual(losses.slice(0, 2));
    expect(same[7]).not.toBe(losses[7]);
  });

  test('more frozen layers than there are is refused', () => {
    expect(() => open(makeRun({ frozenLayers: 3 }))).toThrow(/freezes 3 layers.*has 2/);
  });

  test('ends when patience does, and remembers the best epoch', async () => {
    // A rate of 0 never gains anything on its first epoch; of the very same the latest is the best.
    const options = makeRun({ epochs: 9, learningRate: 0, patience: 2 });
    const events = await collect(open(options));
    expect(evaluationsOf(events).map(({ isBest }) => isBest)).toEqual([true, true, true]);
    expect(events.at(-1)).toEqual({ kind: 'done', reason: 'early-stopping', bestEpoch: 3 });
  });

  test('without entities in dev, the epoch with the lowest dev loss is the best', async () => {
    const { sentences, pieceIds, pieceOffsets, firstPieces, wordOffsets } = makeSplit(12, 7);
    const none = new Int32Array();
    const dev = {
      ...{ sentences, pieceIds, pieceOffsets, firstPieces, wordOffsets },
      ...{ spanStarts: none, spanEnds: none, spanLabels: none },
      spanOffsets: new Int32Array(sentences + 1),
    };
    const events = await collect(open(makeRun({ epochs: 4 }, { dev })));
    const evaluations = evaluationsOf(events);
    expect(evaluations.map(({ report }) => report.entity.f1)).toEqual([0, 0, 0, 0]);
    const losses = evaluations.map(({ loss }) => loss);
    const lowest = losses.indexOf(Math.min(...losses)) + 1;
    expect(events.at(-1)).toMatchObject({ kind: 'done', bestEpoch: lowest });
    expect(evaluations.map(({ isBest }) => isBest)).toEqual(
      losses.map((loss, epoch) => losses.slice(0, epoch).every((before) => loss <= before)),
    );
  });
});

test('the best epoch so far tells what it saw in dev, and a worse one nothing', async () => {
  const dev = makeSplit(32, 2);
  const options = makeRun({ epochs: 2 }, { dev });
  const { labels, recipe, dataHash } = options;
  const run = open(options);
  let state: CheckpointState | undefined;
  const events = await collect(run, async (event) => {
    if (event.kind === 'evaluation' && event.epoch === 1) state = await run.snapshot();
  });
  const best = evaluationsOf(events)[0];
  expect(best?.predictions).toMatchObject({ epoch: 1, dataHash });
  const tagIds = Int32Array.from(best!.predictions!.tagIds);
  expect(tagIds).toHaveLength(dev.firstPieces.length);
  const tagSet = new TagSet(labels, recipe.scheme);
  expect(scorePredictions(dev, tagSet, recipe.maxPieces, tagIds)).toEqual(best!.report);
  // The same run, as if the epoch before had been perfect.
  const position = { ...state!.position, bestEntityF1: 1, bestDevLoss: 0 };
  const after = await collect(open(await resumeOptions({ ...state!, position })));
  const worse = evaluationsOf(after)[0];
  expect(worse).toMatchObject({ kind: 'evaluation', epoch: 2, isBest: false });
  expect(worse).not.toHaveProperty('predictions');
});

describe('going on from a checkpoint', () => {
  test.each([
    { where: 'at the end of an epoch', epochsDone: 1, cursor: 0 },
    { where: 'in the middle of one', epochsDone: 1, cursor: 3 },
  ])(
    'takes the steps of an undisturbed run $where, bit for bit',
    async ({ epochsDone, cursor }) => {
      const recipe = { epochs: 3 };
      const run = open(makeRun(recipe));
      let state: CheckpointState | undefined;
      const undisturbed = await collect(run, async () => {
        const { position } = run;
        if (!state && position.epochsDone === epochsDone && position.cursor === cursor)
          state = await run.snapshot();
      });
      const end = await run.snapshot();

      const resumed = open(await resumeOptions(state!));
      const rest = await collect(resumed);
      expect(lossesOf(rest)).toHaveLength(16 - cursor);
      expect(lossesOf(rest)).toEqual(lossesOf(undisturbed).slice(8 + cursor));
      expect(evaluationsOf(rest)).toEqual(evaluationsOf(undisturbed).slice(1));
      const resumedEnd = await resumed.snapshot();
      expect(bitsOf(resumedEnd.weights)).toEqual(bitsOf(end.weights));
      expect(resumedEnd.position).toEqual(end.position);
    },
  );

  test('takes the steps of an undisturbed run in the middle of a step, bit for bit', async () => {
    const options = { microBatchPieces: 32 };
    const undisturbed = open(makeRun({}, options));
    const losses = lossesOf(await collect(undisturbed));
    const end = await undisturbed.snapshot();

    // At the rest after the second part of the sixth step.
    const control = new RunControl();
    const run = open(makeRun({}, { ...options, control }));
    let state: CheckpointState | undefined;
    control.atRest = async () => {
      if (!state && run.mark === '0 epochs, 5 steps, 2 parts') state = await run.snapshot();
    };
    await collect(run);
    expect(state!.accumulated).toMatchObject({ parts: 2, microBatchPieces: 32 });

    const resumed = open({ ...(await resumeOptions(state!)), ...options });
    expect(lossesOf(await collect(resumed))).toEqual(losses.slice(5));
    expect(bitsOf((await resumed.snapshot()).weights)).toEqual(bitsOf(end.weights));

    // A checkpoint of all parts, without the update that now comes with the last: the step begins anew.
    const whole = { ...state!, accumulated: { ...state!.accumulated!, parts: 99 } };
    const again = open({ ...(await resumeOptions(whole)), ...options });
    expect(lossesOf(await collect(again))).toEqual(losses.slice(5));

    // Cut otherwise, the step begins anew: the same numbers up to the rounding of sums.
    const cutOtherwise = open({ ...(await resumeOptions(state!)), microBatchPieces: 4096 });
    const other = lossesOf(await collect(cutOtherwise));
    expect(other).toHaveLength(11);
    expect(Math.abs(other[0]! - losses[5]!)).toBeLessThan(1e-4);
  });

  test('a finished run has nothing left to do', async () => {
    const run = open(makeRun({ epochs: 1 }));
    await collect(run);
    const events = await collect(open(await resumeOptions(await run.snapshot())));
    expect(events).toEqual([{ kind: 'done', reason: 'finished', bestEpoch: 1 }]);
  });

  test('needs the moments, which the best epoch is kept without', async () => {
    const options = makeRun();
    const weightsOnly = await open(options).snapshotWeights();
    const tensors = tf.memory().numTensors;
    expect(() => new TrainingRun({ ...options, resumeFrom: weightsOnly })).toThrow(
      /holds weights only.*go on from the latest/,
    );
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('control', () => {
  test('a stop between micro-batches leaves the step undone and the state whole', async () => {
    const control = new RunControl();
    const options = makeRun({}, { microBatchPieces: 48, control });
    const run = open(options);
    let parts = 0;
    const waitToContinue = control.waitToContinue.bind(control);
    let stopped: CheckpointState | undefined;
    const events = await collect(run, async (event) => {
      if (event.kind === 'step' && event.step === 5) {
        stopped = await run.snapshot();
        // The second part of the sixth step finds the run stopped.
        control.waitToContinue = () => {
          if (++parts === 2) control.stop();
          return waitToContinue();
        };
      }
    });
    expect(events.at(-1)).toEqual({ kind: 'done', reason: 'stopped', bestEpoch: -1 });
    expect(lossesOf(events)).toHaveLength(5);
    const after = await run.snapshot();
    expect(bitsOf(after.weights)).toEqual(bitsOf(stopped!.weights));
    expect(after.position).toEqual(stopped!.position);
  });

  test('pause, resume and stop act within 2 s, by messages, while the run keeps the thread busy', async () => {
    const control = new RunControl();
    const { port1, port2 } = new MessageChannel();
    const told: { what: string; at: number }[] = [];
    port1.onmessage = ({ data }: MessageEvent<'pause' | 'resume' | 'stop'>) => {
      control[data]();
      told.push({ what: data, at: performance.now() });
    };
    const run = open(makeRun({ epochs: 1000 }, { control }));
    const stepTimes: number[] = [];
    const ended = collect(run, (event) => {
      if (event.kind !== 'step') return;
      stepTimes.push(performance.now());
      if (event.step === 3) {
        port2.postMessage('pause');
        setTimeout(() => port2.postMessage('resume'), 400);
      }
      if (event.step === 6) port2.postMessage('stop');
    });
    const events = await ended;
    port1.close();
    const endedAt = performance.now();
    expect(told.map(({ what }) => what)).toEqual(['pause', 'resume', 'stop']);
    const [pause, resume, stop] = told.map(({ at }) => at) as [number, number, number];
    const during = stepTimes.filter((at) => at > pause && at < resume);
    expect(during.length, 'the step in hand may end').toBeLessThanOrEqual(1);
    expect(control.pausedMs).toBeGreaterThan(300);
    expect(endedAt - stop).toBeLessThan(2000);
    expect(events.at(-1)).toMatchObject({ reason: 'stopped' });
  });

  test('a stop during the evaluation ends the run before its score is known', async () => {
    const control = new RunControl();
    const events = await collect(open(makeRun({}, { control })), (event) => {
      if (event.kind === 'evaluating') control.stop();
    });
    expect(evaluationsOf(events)).toEqual([]);
    expect(events.at(-1)).toEqual({ kind: 'done', reason: 'stopped', bestEpoch: -1 });
  });
});

describe('a run that diverges', () => {
  test('ends before the update, names the step and the way out, and keeps finite weights', async () => {
    const options = makeRun({ epochs: 3, learningRate: 1e30, warmupShare: 0, clipNorm: 0 });
    const run = open(options);
    let last: CheckpointState | undefined;
    const tensors = tf.memory().numTensors;
    const failure = await collect(run, async (event) => {
      if (event.kind === 'step') last = await run.snapshot();
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DivergenceError);
    const { message, divergence } = failure as DivergenceError;
    expect(divergence.step).toBe(last!.position.step + 1);
    expect(message).toContain(`Step ${divergence.step}: the loss is`);
    expect(message).toContain('lower learning rate');
    const after = await run.snapshot();
    expect(bitsOf(after.weights)).toEqual(bitsOf(last!.weights));
    for (const { data } of after.weights.values()) expect(data.every(Number.isFinite)).toBe(true);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('a NaN in the weights is seen in the first step', async () => {
    const weights = randomBert(madeConfig, 5);
    weights.get('bert.encoder.layer.1.output.dense.bias')!.data[3] = NaN;
    const options = makeRun();
    const model = Model.create(madeConfig, weights, tokenClassification(5), 1);
    options.model.dispose();
    const run = open({ ...options, model });
    await expect(collect(run)).rejects.toThrow(/Step 1: the loss is NaN/);
  });
});
