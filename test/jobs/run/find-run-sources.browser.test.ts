import { expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { evaluateRun } from '../../../src/jobs/run/evaluate-run';
import { exportRun } from '../../../src/jobs/run/export-run';
import { resumeRun, startRun } from '../../../src/jobs/run/train-run';
import { DataService } from '../../../src/jobs/services/data-service';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { deleteCorpus, listCorpora } from '../../../src/storage/corpora/corpora';
import { readStoredTokenizer } from '../../../src/storage/encoder-files';
import { deleteEncoder, listEncoders } from '../../../src/storage/encoders';
import { readModelBlob } from '../../../src/storage/models';
import { requireRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { RunControl } from '../../../src/train/run-control';
import { smallCorpus } from '../../e2e/small-corpus';
import { makeTinyEncoder } from '../../e2e/tiny-encoder-files';
import { openFresh } from '../../storage/fresh-database';

const maxPieces = 24;
const noReport = () => undefined;

const dataOf = (database: Database) => new DataService(Promise.resolve(database));

function dropCorpus(database: Database, name = 'letters') {
  const files = Object.entries({
    ...smallCorpus,
    'letters.test.conll': smallCorpus['letters.dev.conll'],
  }).map(([path, rows]) => ({ file: new File([rows], path) }));
  return dataOf(database).importCorpus({ name, files }, noReport);
}

function dropEncoder(database: Database, name = 'tiny', layers = 1) {
  const folder = Object.entries(makeTinyEncoder(layers)).map(([path, content]) => ({
    ...{ path: `${name}/${path}`, file: new File([content].flat(), path) },
  }));
  return dataOf(database).importEncoder(folder, name, noReport);
}

async function startPlace(database: Database) {
  return {
    ...{ database, control: new RunControl(), onEvent: noReport, microBatchPieces: 256 },
    device: { backend: await selectBackend('wasm', { threads: 1 }), measureMemory: () => 0 },
  };
}

/** Trains two epochs, or stops after one. */
async function train(database: Database, { stopsAfterOne = false } = {}) {
  const corpus = await dropCorpus(database);
  const encoder = await dropEncoder(database);
  const names = { corpusId: corpus.id, encoderId: encoder.id };
  await dataOf(database).packCorpus(names.corpusId, names.encoderId, maxPieces, noReport);
  const place = await startPlace(database);
  const recipe = { ...DEFAULT_RECIPE, epochs: 2, batchSize: 8, learningRate: 3e-3, maxPieces };
  const onEvent = ({ kind }: { kind: string }) => {
    if (stopsAfterOne && kind === 'epoch-end') place.control.stop();
  };
  const run = await startRun({ ...place, onEvent }, { name: 'Run 1', ...names, recipe });
  expect(run.failure).toBeUndefined();
  return { ...names, corpus, encoder, run };
}

test('a run is exported without its corpus and its encoder, and the card names both', async () => {
  const database = await openFresh();
  const { corpus, encoder, run } = await train(database);
  const { vocabulary } = await readStoredTokenizer(database, encoder);
  await deleteCorpus(database, corpus.id);
  await deleteEncoder(database, encoder.id);
  expect([await listCorpora(database), await listEncoders(database)]).toEqual([[], []]);

  const orphan = await requireRun(database, run.id);
  const model = await exportRun(await startPlace(database), orphan, 'alone', noReport);
  expect(model.card).toMatchObject({
    ...{ corpus: 'letters', corpusHash: corpus.hash, encoder: 'tiny' },
  });
  const { metadata } = await readOnnxFile(
    new File([await readModelBlob(database, model.id)], 'alone.onnx'),
  );
  expect(metadata.vocabulary).toEqual(vocabulary);
  await expect(evaluateRun(await startPlace(database), orphan, noReport)).rejects.toThrow(
    'no longer stored here',
  );
});

test('the same files, dropped again, are tokenized anew, and the run goes on and is scored', async () => {
  const whole = await train(await openFresh());
  const database = await openFresh();
  const { corpus, encoder, run } = await train(database, { stopsAfterOne: true });
  await deleteCorpus(database, corpus.id);
  await deleteEncoder(database, encoder.id);
  await dropEncoder(database, 'the folder by another name');
  await dropCorpus(database, 'the corpus by another name');

  const healed = await requireRun(database, run.id);
  // The encoder's weights were kept for the run's checkpoints, and the same ones come back by their id.
  const { corpusId, encoderId } = healed;
  expect([corpusId === corpus.id, encoderId === encoder.id]).toEqual([false, true]);
  expect(await listEncoders(database)).toMatchObject([{ name: 'the folder by another name' }]);
  const scored = await evaluateRun(await startPlace(database), healed, noReport);
  expect(scored.test?.sentences).toBe(10);
  const ended = await resumeRun(await startPlace(database), scored);
  expect([ended.state, ended.failure]).toEqual(['finished', undefined]);
  expect([...ended.losses]).toEqual([...whole.run.losses]); // as if nothing had been deleted
  await exportRun(await startPlace(database), ended, 'healed', noReport);
});

test('a run whose corpus was changed since is exported, and is not scored on the changed text', async () => {
  const database = await openFresh();
  const { corpus, run } = await train(database);
  const choices = { 'letters.dev.conll': { split: 'test' as const } };
  await dataOf(database).rereadCorpus(corpus.id, choices, false, noReport);
  const model = await exportRun(await startPlace(database), run, 'older', noReport);
  expect(model.card.corpusHash).toBe(corpus.hash);
  await expect(evaluateRun(await startPlace(database), run, noReport)).rejects.toThrow(
    '"letters" was changed since "Run 1" trained on it',
  );
});

test('the same folder and the same files are stored once, however they are named', async () => {
  const database = await openFresh();
  const first = [await dropCorpus(database), await dropEncoder(database)].map(({ id }) => id);
  const again = [await dropCorpus(database, 'b'), await dropEncoder(database, 'b')];
  expect(again.map(({ id, name }) => [id, name])).toEqual([
    ...[
      [first[0], 'letters'],
      [first[1], 'tiny'],
    ],
  ]);
  await dropEncoder(database, 'larger', 2);
  expect((await listEncoders(database)).map(({ name }) => name)).toEqual(['larger', 'tiny']);

  // Read otherwise, the same files are another corpus.
  const { id } = await dropCorpus(database);
  const choices = { 'letters.test.conll': { split: 'train' as const } };
  await dataOf(database).rereadCorpus(id, choices, false, noReport);
  await dropCorpus(database);
  expect(await listCorpora(database)).toHaveLength(2);
});
