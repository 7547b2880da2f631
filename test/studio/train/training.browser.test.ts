import { expect, onTestFinished, test, vi } from 'vitest';
import type { RunEvent, TrainCalls } from '../../../src/protocol/train-calls';
import { saveEncoder } from '../../../src/storage/encoders';
import type { RunRecord } from '../../../src/storage/records';
import { addRun } from '../../../src/storage/runs/runs';
import { whileTheOnlyTrainer } from '../../../src/storage/runs/trainer-lock';
import { Corpora } from '../../../src/studio/corpus/corpus.svelte';
import { Encoders } from '../../../src/studio/train/encoders.svelte';
import { Training, type TrainingHooks } from '../../../src/studio/train/training.svelte';
import { openFresh } from '../../storage/fresh-database';
import {
  dataCallsInPage,
  importText,
  madeEncoder,
  madeRun,
  trainCallsInPage,
} from '../../ui/made-studio';
import { madeEstimate } from '../made-estimate';

const rows = 'Ada\tB-PER\nwrote\tO\n.\tO\n';
const aborted = () => new DOMException('stopped', 'AbortError');

/** A corpus and an encoder on the shelf, and the runs beside them. `change` puts other calls in place of the worker's. */
async function openTraining(
  change: (calls: TrainCalls) => Partial<TrainCalls> = () => ({}),
  hooks: TrainingHooks = {},
) {
  const database = await openFresh();
  const data = dataCallsInPage(database);
  const corpus = await importText(data, 'a', { 'a-train.conll': rows, 'a-dev.conll': rows });
  const encoder = madeEncoder('minilm-l6');
  await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
  const corpora = new Corpora(data, database);
  const encoders = new Encoders(data, database);
  const calls = trainCallsInPage(database);
  const train: TrainCalls = { ...calls, ...change(calls) };
  const training = new Training(train, data, database, corpora, encoders, hooks);
  await Promise.all([corpora.refresh(), encoders.refresh(), training.refresh()]);
  const store = async (change: Partial<RunRecord>): Promise<RunRecord> => {
    const run = { ...madeRun('Run 1', corpus.id, encoder.id, corpus.labels), ...change };
    await addRun(database, run);
    await training.refresh();
    return run;
  };
  return { database, data, corpora, encoders, training, store };
}

/** A call that answers when told to. */
function held<Result>() {
  let answer!: (result: Result) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<Result>((resolve, reject) => ([answer, fail] = [resolve, reject]));
  return { promise, answer, fail };
}

test('a run is live while it goes on, and then the one that is shown; the next has the next number', async () => {
  const order: string[] = [];
  const { training } = await openTraining(
    (calls) => ({
      startRun(request, onEvent) {
        order.push(`train ${request.name}`);
        expect(training.live?.request.name).toBe(request.name);
        return calls.startRun(request, onEvent);
      },
    }),
    {
      onBegin: () => Promise.resolve(void order.push('begin')),
      onDone: ({ name }) => order.push(`done ${name}`),
    },
  );
  const run = await training.start();
  expect([training.live, training.busy]).toEqual([undefined, false]);
  await expect.poll(() => training.shown?.id).toBe(run?.id);
  await training.start();
  expect(training.runs.map(({ name }) => name).sort()).toEqual(['Run 1', 'Run 2']);
  expect(order).toEqual([
    ...['begin', 'train Run 1', 'done Run 1'],
    ...['begin', 'train Run 2', 'done Run 2'],
  ]);
});

test('the recipe of a run is that of its beginning, whatever the drawer says later', async () => {
  const { training } = await openTraining((calls) => ({
    startRun(request, onEvent) {
      training.choice.recipe = { ...training.choice.recipe, epochs: 9 };
      return calls.startRun(request, onEvent);
    },
  }));
  training.choice.recipe = { ...training.choice.recipe, epochs: 2 };
  expect((await training.start())?.recipe.epochs).toBe(2);
});

test('without a corpus, and beside a run that goes on, none begins', async () => {
  const started = vi.fn();
  const going = held<RunRecord>();
  const { training, corpora, store } = await openTraining(() => ({
    startRun: () => (started(), going.promise),
    resumeRun: () => (started(), going.promise),
  }));
  const { chosenId } = corpora;
  corpora.chosenId = undefined;
  expect(await training.start()).toBeUndefined();
  expect(started).not.toHaveBeenCalled();

  corpora.chosenId = chosenId;
  const first = training.start();
  await expect.poll(() => started.mock.calls.length).toBe(1);
  expect(await training.start()).toBeUndefined();
  const run = await store({ state: 'running' });
  expect(await training.continue(run)).toBeUndefined();
  expect(started).toHaveBeenCalledTimes(1);
  going.answer(run);
  await first;
});

test.each([
  ['before its first epoch', -1, '', 0],
  ['after an epoch', 2, 'Epoch 2, the best so far, is kept.', 1],
])('a run that fails %s says why, and what is kept', async (_, bestEpoch, next, times) => {
  const onDone = vi.fn();
  const { training, store } = await openTraining(
    () => ({
      startRun: () => store({ state: 'failed', failure: 'The loss is not a number', bestEpoch }),
    }),
    { onDone },
  );
  await training.start();
  expect(training.trouble?.what).toBe('The loss is not a number.');
  expect(training.trouble?.next).toBe(next);
  expect(onDone).toHaveBeenCalledTimes(times);
});

test('a call that rejects is trouble, one that was stopped is none; both leave the page free for a next run', async () => {
  const errors = [new Error('The worker is gone'), aborted()];
  const { training } = await openTraining(() => ({
    startRun: () => Promise.reject(errors.shift()!),
  }));
  expect(await training.start()).toBeUndefined();
  expect(training.trouble).toEqual({
    what: 'The worker is gone.',
    next: 'What was kept of the run is listed under Runs.',
  });
  expect(training.busy).toBe(false);
  expect(await training.start()).toBeUndefined();
  expect([training.trouble, training.busy]).toEqual([undefined, false]);
});

test('of measurements that overlap only the last is answered', async () => {
  const estimates = [held<typeof madeEstimate>(), held<typeof madeEstimate>()];
  const asked: number[] = [];
  const { training } = await openTraining(() => ({
    estimateRun: ({ recipe }) => estimates[asked.push(recipe.epochs) - 1]!.promise,
  }));
  training.choice.recipe = { ...training.choice.recipe, epochs: 1 };
  const first = training.measure();
  await expect.poll(() => asked).toEqual([1]);
  expect([training.measuring, training.estimate]).toEqual([true, undefined]);
  training.choice.recipe = { ...training.choice.recipe, epochs: 2 };
  const skipped = training.measure();
  training.choice.recipe = { ...training.choice.recipe, epochs: 3 };
  const last = training.measure();
  estimates[0]!.answer({ ...madeEstimate, memoryBytes: 1 });
  await first;
  expect([training.estimate, training.cost.packed]).toEqual([undefined, undefined]);
  estimates[1]!.answer({ ...madeEstimate, memoryBytes: 3 });
  await Promise.all([skipped, last]);
  expect(asked).toEqual([1, 3]);
  expect([training.measuring, training.estimate?.memoryBytes]).toEqual([false, 3]);
  expect(training.cost.packed?.splits.train?.sentences).toBeGreaterThan(0);
});

test('a corpus whose rows have errors is not measured', async () => {
  const estimateRun = vi.fn();
  const { training, corpora, data } = await openTraining(() => ({ estimateRun }));
  const faulty = 'Ada\tB-PER\nwrote\n.\tO\n';
  const { id } = await importText(data, 'b', { 'b-train.conll': `${faulty}\n${rows.repeat(9)}` });
  await corpora.refresh();
  corpora.chosenId = id;
  expect([corpora.errors > 0, corpora.trainable]).toEqual([true, false]);
  await training.measure();
  expect(estimateRun).not.toHaveBeenCalled();
});

test('a measurement that fails is trouble with the way out of its cause, one that was stopped is none', async () => {
  const errors = [new RangeError('Array buffer allocation failed'), aborted()];
  const { training } = await openTraining(() => ({
    estimateRun: () => Promise.reject(errors.shift()!),
  }));
  await training.measure();
  expect(training.cost.trouble?.next).toMatch(
    /or choose a smaller encoder, batch size or max length\.$/u,
  );
  // It stands where the cost would, and not a second time above the page.
  expect(training.trouble).toBeUndefined();
  await training.measure();
  expect([training.cost.trouble, training.trouble, training.measuring]).toEqual([
    ...[undefined, undefined, false],
  ]);
});

test('a pause is taken back by the next press; where the worker cannot be told, the run is not called paused', async () => {
  const told: string[] = [];
  let deaf = false;
  const tell = (word: string) =>
    deaf ? Promise.reject(new Error('deaf')) : Promise.resolve(void told.push(word));
  const going = held<RunRecord>();
  const { training, store } = await openTraining(() => ({
    startRun: () => going.promise,
    pause: () => tell('pause'),
    resume: () => tell('resume'),
    keepCheckpoint: () => tell('keep'),
  }));
  await training.togglePause(); // no run, nothing to pause
  await training.keepCheckpoint();
  const run = training.start();
  await expect.poll(() => training.live).toBeDefined();
  await training.togglePause();
  expect(training.live?.paused).toBe(true);
  await training.togglePause();
  expect(training.live?.paused).toBe(false);
  await training.keepCheckpoint();
  expect(told).toEqual(['pause', 'resume', 'keep']);
  deaf = true;
  await training.togglePause();
  expect(training.live?.paused).toBe(false);
  expect(training.trouble?.next).toBe('The last checkpoint of the run is kept.');
  going.answer(await store({}));
  await run;
});

test('a run is stopping from the press to its end; a stop that fails can be tried again', async () => {
  const answers = [Promise.reject(new Error('deaf')), Promise.resolve()];
  answers[0]!.catch(() => undefined);
  const going = held<RunRecord>();
  const { training, store } = await openTraining(() => ({
    startRun: () => going.promise,
    stop: () => answers.shift()!,
  }));
  const run = training.start();
  await expect.poll(() => training.live).toBeDefined();
  await training.stop();
  expect([training.stopping, training.trouble?.what]).toEqual([false, 'deaf.']);
  await training.stop();
  expect([training.stopping, training.busy]).toEqual([true, true]);
  going.answer(await store({ state: 'stopped' }));
  await run;
  expect([training.stopping, training.busy]).toEqual([false, false]);
});

test('a run that was interrupted goes on with the losses that were seen', async () => {
  const going = held<RunRecord>();
  let tell!: (event: RunEvent) => void;
  const { training, store } = await openTraining(() => ({
    resumeRun(_, onEvent) {
      tell = onEvent;
      return going.promise;
    },
  }));
  const run = await store({ state: 'running' });
  const finished = await store({ name: 'Run 2' });
  expect([training.isInterrupted(run), training.isInterrupted(finished)]).toEqual([true, false]);
  const ended = training.continue(run);
  await expect.poll(() => training.liveId).toBe(run.id);
  expect(training.isInterrupted(run)).toBe(false);
  await expect.poll(() => tell).toBeDefined();
  tell({ kind: 'resumed', step: 100, epochsDone: 0 });
  expect(training.live?.lossCount).toBe(100);
  going.answer(finished);
  expect(await ended).toBe(finished);
  await expect.poll(() => training.shown?.id).toBe(finished.id);
});

test('the run of another tab is no interrupted one, and its end is noticed', async () => {
  const onChange = vi.fn();
  const { training, store, database } = await openTraining(undefined, { onChange });
  const run = await store({ state: 'running' });
  let end: () => void = () => undefined;
  onTestFinished(() => end());
  await new Promise<void>((begun) => {
    void whileTheOnlyTrainer(database, run.id, () => {
      begun();
      return new Promise<void>((resolve) => (end = resolve));
    });
  });
  await training.lookElsewhere();
  expect([training.elsewhereId, training.isInterrupted(run)]).toEqual([run.id, false]);
  end();
  await expect.poll(() => training.elsewhereId).toBeUndefined();
  await expect.poll(() => onChange.mock.calls.length).toBe(1);
  expect(training.isInterrupted(run)).toBe(true);
});

test('the newest run is shown on arrival; a new run that is being set up stays in view', async () => {
  const { training, store, database, data, corpora, encoders } = await openTraining();
  const [older, newer] = [await store({ createdAt: 1 }), await store({ createdAt: 2 })];
  expect(training.shown).toBeUndefined(); // there was none on arrival
  const next = new Training(trainCallsInPage(database), data, database, corpora, encoders);
  await next.refresh();
  await expect.poll(() => next.shown?.id).toBe(newer.id);
  next.setUp();
  await next.refresh();
  expect([next.shown, next.runs.map(({ id }) => id)]).toEqual([undefined, [newer.id, older.id]]);
});

test('a run is renamed and deleted; what is not there is trouble, and nothing changes', async () => {
  const onChange = vi.fn();
  const { training, store } = await openTraining(undefined, { onChange });
  const run = await store({});
  await training.rename(run.id, 'Best of May');
  expect(training.runs.map(({ name }) => name)).toEqual(['Best of May']);
  await training.rename('nowhere', 'x');
  expect(training.trouble?.next).toBe('Nothing was changed.');
  await training.delete(run.id);
  expect(training.runs).toEqual([]);
  expect(onChange).toHaveBeenCalledTimes(2);
});

test('a score on test is told; one that was stopped is no trouble', async () => {
  const onDone = vi.fn<(run: RunRecord) => void>();
  const scoring = held<RunRecord>();
  const stop = vi.fn(() => Promise.resolve(scoring.fail(aborted())));
  let isHeld = false;
  const { training, store } = await openTraining(
    (calls) => ({
      evaluateRun: (id, report) => (isHeld ? scoring.promise : calls.evaluateRun(id, report)),
      stop,
    }),
    { onDone },
  );
  const run = await store({});
  await training.scoreOnTest(run);
  expect(onDone.mock.calls.map(([{ id }]) => id)).toEqual([run.id]);
  isHeld = true;
  const stopped = training.scoreOnTest(run);
  await training.stopWork();
  await stopped;
  expect(stop).toHaveBeenCalledTimes(1);
  expect([training.work.trouble, training.work.busy]).toEqual([undefined, false]);
  expect(onDone).toHaveBeenCalledTimes(1);
});
