/**
 * Files of the build before the redesign (commit 11c888a), see test/reference/previous-build/README.md: a database with a corpus, an
 * encoder, a finished run with its model, and a run whose tab was closed in the middle of a step; and that model's file.
 */
import { deleteDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { createAnnotator } from '../../src/infer/annotate';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { createSession } from '../../src/infer/session';
import { exportRun } from '../../src/jobs/run/export-run';
import { loadCheckpointState } from '../../src/jobs/run/load-checkpoint';
import { loadRunWeights } from '../../src/jobs/run/load-run-weights';
import { resumeRun } from '../../src/jobs/run/train-run';
import { DataService } from '../../src/jobs/services/data-service';
import { readAllRows } from '../../src/model/word-rows';
import { WORD_TABLE_KEY } from '../../src/model/word-table';
import type { DroppedFile } from '../../src/protocol/dropped-file';
import type { RunEvent } from '../../src/protocol/train-calls';
import { deleteCorpus, listCorpora } from '../../src/storage/corpora/corpora';
import { openFiles } from '../../src/storage/corpora/corpus-files';
import { planSchedule } from '../../src/recipe/schedule';
import { openDatabase } from '../../src/storage/database';
import { readEncoderFile, readStoredTokenizer } from '../../src/storage/encoder-files';
import { deleteEncoder, listEncoders } from '../../src/storage/encoders';
import type { StoredTokenizer } from '../../src/storage/packed-tokenizer';
import { createId } from '../../src/storage/ids';
import { listModels, readModelBlob } from '../../src/storage/models';
import type { EncoderRecord } from '../../src/storage/records';
import { deleteDeadCheckpoints } from '../../src/storage/runs/dead-checkpoints';
import { findRun, listRuns, requireRun } from '../../src/storage/runs/runs';
import type { Database } from '../../src/storage/schema';
import { sweepLeftovers } from '../../src/storage/sweep';
import type { CheckpointState } from '../../src/train/checkpoint/checkpoint-state';
import { hashWeights } from '../reference/hash-weights';
import databaseUrl from '../reference/previous-build/database.bin?url';
import facts from '../reference/previous-build/facts.json';
import modelUrl from '../reference/previous-build/model.onnx?url';
import { startRunPlace } from '../reference/previous-build/run-place';
import { restoreDatabase } from '../storage/database-dump';

/** Seven digits of f32, and onnxruntime may sum in another order on another processor. */
const CONFIDENCE_DIGITS = 4;

async function fetchKept(url: string): Promise<Blob> {
  return (await fetch(url)).blob();
}

async function openPrevious(): Promise<Database> {
  const name = `previous-${createId()}`;
  await restoreDatabase(await fetchKept(databaseUrl), name);
  const database = await openDatabase(name);
  onTestFinished(async () => {
    database.close();
    await deleteDB(name);
  });
  return database;
}

async function expectAnnotated(file: Blob): Promise<void> {
  const session = await createSession(await readOnnxFile(new File([file], 'letters.onnx')), 1);
  try {
    const { text, entities } = facts.annotated;
    const found = await createAnnotator(session).annotate(text);
    expect(found.entities).toEqual(
      entities.map((entity) => ({
        ...entity,
        confidence: expect.closeTo(entity.confidence, CONFIDENCE_DIGITS) as number,
      })),
    );
  } finally {
    await session.release();
  }
}

/** The folder that an encoder was made of, as Hugging Face keeps it. */
function folderOf(
  { config }: EncoderRecord,
  { vocabulary, lowercase }: StoredTokenizer,
  weights: Blob,
): DroppedFile[] {
  const settings = {
    model_type: 'bert',
    vocab_size: config.vocabularySize,
    hidden_size: config.hidden,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.intermediate,
    max_position_embeddings: config.maxPositions,
    type_vocab_size: config.tokenTypes,
    layer_norm_eps: config.layerNormEpsilon,
    hidden_act: 'gelu',
    hidden_dropout_prob: config.hiddenDropout,
    attention_probs_dropout_prob: config.attentionDropout,
  };
  const contents = {
    'config.json': JSON.stringify(settings),
    'vocab.txt': `${vocabulary.join('\n')}\n`,
    'tokenizer_config.json': JSON.stringify({ do_lower_case: lowercase }),
    'model.safetensors': weights,
  };
  return Object.entries(contents).map(([path, content]) => ({
    ...{ path, file: new File([content], path) },
  }));
}

test('a database of the previous build is listed, and its checkpoints and its model are read', async () => {
  const database = await openPrevious();
  const [corpus, ...otherCorpora] = await listCorpora(database);
  expect(otherCorpora).toEqual([]);
  expect(corpus).toMatchObject({
    ...{ name: 'letters', labels: expect.arrayContaining(['PER', 'LOC', 'ORG']) as string[] },
    statistics: { train: { sentences: 40 }, dev: { sentences: 10 } },
  });
  expect(await listEncoders(database)).toMatchObject([{ name: 'tiny', config: { hidden: 8 } }]);
  const runs = await listRuns(database);
  expect(runs.map(({ id, name, state }) => ({ id, name, state }))).toEqual([
    { id: facts.interrupted.id, name: 'Interrupted', state: 'running' },
    { id: facts.finished.id, name: 'Finished', state: 'finished' },
  ]);
  const finished = await findRun(database, facts.finished.id);
  expect([...finished!.losses]).toEqual(facts.finished.losses);

  const latest = await loadCheckpointState(database, facts.finished.id, 'latest');
  expect(await hashWeights(latest.weights)).toBe(facts.finished.weights);
  const best = await loadCheckpointState(database, facts.finished.id, 'best');
  expect(best.optimizer).toBeUndefined();

  const models = await listModels(database);
  expect(models).toMatchObject([{ name: 'letters', runId: facts.finished.id }]);
  const stored = await readModelBlob(database, models[0]!.id);
  const kept = await fetchKept(modelUrl);
  expect(new Uint8Array(await stored.arrayBuffer())).toEqual(
    new Uint8Array(await kept.arrayBuffer()),
  );
});

test('a run that the previous build was amid goes on to the weights that it would have come to', async () => {
  const database = await openPrevious();
  const { id, step, parts, losses, devF1, weights } = facts.interrupted;
  const before = await loadCheckpointState(database, id, 'latest');
  expect(before.position.step).toBe(step);
  expect(before.accumulated?.parts).toBe(parts);
  expect(before.optimizer).toBeDefined();

  const events: RunEvent[] = [];
  let after: Promise<CheckpointState> | undefined;
  const place = await startRunPlace(database, (event) => {
    events.push(event);
    if (event.kind === 'step' && event.step === event.steps) place.control.wantCheckpoint();
    // A run that has ended keeps no moments, and what is read as soon as it is told is read before that.
    if (event.kind === 'checkpoint' && event.step === losses.length)
      after = loadCheckpointState(database, id, 'latest');
  });
  const run = await resumeRun(place, (await findRun(database, id))!);
  expect(run).toMatchObject({ state: 'finished', steps: losses.length });
  expect(events).toContainEqual({ kind: 'resumed', step, epochsDone: 1 });
  expect([...run.losses]).toEqual(losses);
  expect(run.epochs.map(({ report }) => report.entity.f1)).toEqual(devF1);
  const state = await after!;
  const loaded = await loadRunWeights(database, run, state);
  const table = await readAllRows(loaded.words);
  decayOthers(table.data, state, 40);
  expect(await hashWeights(new Map(loaded.weights).set(WORD_TABLE_KEY, table))).toBe(weights);
});

/** Does to the rows that the corpus does not need what that build did to them: weight decay, and nothing else, at each step. */
function decayOthers(
  table: Float32Array,
  { recipe, position, config, wordIds }: CheckpointState,
  sentences: number,
): void {
  const kept = new Set(wordIds);
  const schedule = planSchedule(sentences, recipe);
  for (let step = 0; step < position.step; step++) {
    const rate = recipe.learningRate * schedule.at(step).learningRateFactor;
    const factor = Math.fround(1 - rate * recipe.weightDecay);
    for (let at = 0; at < table.length; at++) {
      if (!kept.has(Math.floor(at / config.hidden))) table[at]! *= factor;
    }
  }
}

test('runs of the previous build, their corpus and encoder deleted, are exported, and go on once the same files are dropped again', async () => {
  const database = await openPrevious();
  const [corpus] = await listCorpora(database);
  const [encoder] = await listEncoders(database);
  const files = await Promise.all(
    openFiles(database, corpus!).files.map(async ({ name, source }) => ({
      file: new File([await source.slice(0, source.size).arrayBuffer()], name),
    })),
  );
  const weights = await readEncoderFile(database, encoder!.id);
  const tokenizer = await readStoredTokenizer(database, encoder!);
  await deleteCorpus(database, corpus!.id);
  await deleteEncoder(database, encoder!.id);

  const place = await startRunPlace(database);
  const finished = await requireRun(database, facts.finished.id);
  const model = await exportRun(place, finished, 'letters', () => undefined);
  expect(model.card).toMatchObject({ corpus: 'letters', encoder: 'tiny', dev: {} });
  await expectAnnotated(await readModelBlob(database, model.id));

  const data = new DataService(Promise.resolve(database));
  const noReport = () => undefined;
  await data.importCorpus({ name: 'letters again', files }, noReport);
  await data.importEncoder(folderOf(encoder!, tokenizer, weights), 'tiny again', noReport);
  const { id, losses } = facts.interrupted;
  const run = await requireRun(database, id);
  expect([run.corpusName, run.encoderName]).toEqual([undefined, undefined]);
  const { corpusId, encoderId, recipe } = run;
  await data.packCorpus(corpusId, encoderId, recipe.maxPieces, noReport);
  expect([...(await resumeRun(place, run)).losses]).toEqual(losses);
});

test("a file of the previous build is opened, and finds a text's entities as it did", async () => {
  await expectAnnotated(await fetchKept(modelUrl));
});

test('checkpoints that the finished run of the previous build no longer needs are given back, once, and no others', async () => {
  const database = await openPrevious();
  const { interrupted, finished } = facts;
  const sizes = async () =>
    (await database.getAll('checkpoints')).map(({ key, bytes }) => ({ ...key, bytes }));
  const before = await sizes();
  const isDead = ({ runId, slot }: { runId: string; slot: string }) =>
    runId === finished.id && slot === 'latest';
  const dead = before.filter(isDead).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(dead).toBeGreaterThan(0);
  expect(await deleteDeadCheckpoints(database)).toBe(dead);
  expect(await sizes()).toEqual(before.filter((header) => !isDead(header)));
  expect(await deleteDeadCheckpoints(database)).toBe(0);
  expect(await sweepLeftovers(database)).toBe(0);
  await loadCheckpointState(database, finished.id, 'best');
  await loadCheckpointState(database, interrupted.id, 'latest');
});
