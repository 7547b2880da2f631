import { expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { estimateRun } from '../../../src/jobs/run/estimate-run';
import { evaluateRun } from '../../../src/jobs/run/evaluate-run';
import { exportRun } from '../../../src/jobs/run/export-run';
import { resumeRun, startRun } from '../../../src/jobs/run/train-run';
import { DataService } from '../../../src/jobs/services/data-service';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import type { TrainRecipe } from '../../../src/recipe/recipe';
import { readModelBlob } from '../../../src/storage/models';
import type { Database } from '../../../src/storage/schema';
import { RunControl } from '../../../src/train/run-control';
import { smallCorpus } from '../../e2e/small-corpus';
import { makeTinyEncoder } from '../../e2e/tiny-encoder-files';
import { openFresh } from '../../storage/fresh-database';

const maxPieces = 24;
const noReport = () => undefined;
const base = { ...DEFAULT_RECIPE, epochs: 2, batchSize: 8, learningRate: 3e-3, maxPieces };

/** Stores the small corpus and an encoder of three layers, both ready for a run. */
async function prepare(database: Database) {
  const data = new DataService(Promise.resolve(database));
  const files = Object.entries({
    ...smallCorpus,
    'letters.test.conll': smallCorpus['letters.dev.conll'],
  }).map(([path, rows]) => ({ file: new File([rows], path) }));
  const corpus = await data.importCorpus({ name: 'letters', files }, noReport);
  const folder = Object.entries(makeTinyEncoder(3)).map(([path, content]) => ({
    ...{ path: `tiny/${path}`, file: new File([content].flat(), path) },
  }));
  const encoder = await data.importEncoder(folder, 'tiny', noReport);
  await data.packCorpus(corpus.id, encoder.id, maxPieces, noReport);
  const place = {
    ...{ database, control: new RunControl(), onEvent: noReport, microBatchPieces: 256 },
    device: { backend: await selectBackend('wasm', { threads: 1 }), measureMemory: () => 0 },
  };
  const request = (recipe: TrainRecipe) => ({
    ...{ name: 'Run 1', corpusId: corpus.id, encoderId: encoder.id, recipe },
  });
  return { place, request };
}

test('a run on an encoder’s lowest layer stops, resumes to the same scores, is scored, and becomes a file of one layer', async () => {
  const database = await openFresh();
  const { place, request } = await prepare(database);
  const wanted = request({ ...base, layers: 1, headRate: 3 });
  const whole = await startRun(place, wanted);
  expect(whole.failure).toBeUndefined();

  const control = new RunControl();
  const stopping = {
    ...place,
    control,
    onEvent: ({ kind }: { kind: string }) => kind === 'epoch-end' && control.stop(),
  };
  const stopped = await startRun(stopping, wanted);
  expect(stopped.state).toBe('stopped');
  const resumed = await resumeRun({ ...place, control: new RunControl() }, stopped);
  expect(resumed.losses).toEqual(whole.losses);
  expect(resumed.epochs).toEqual(whole.epochs);

  const scored = await evaluateRun(place, resumed, noReport);
  expect(scored.test?.sentences).toBeGreaterThan(0);
  const model = await exportRun(place, scored, 'shallow', noReport);
  const file = await readOnnxFile(await readModelBlob(database, model.id));
  expect(file.metadata.config.layers).toBe(1);
  expect(model.card.recipe).toMatchObject({ layers: 1, headRate: 3 });
});

test('fewer layers are estimated to take less, and more than there are begin no run', async () => {
  const database = await openFresh();
  const { place, request } = await prepare(database);
  const estimate = (recipe: TrainRecipe) => estimateRun(place, request(recipe), new Map());
  const [all, one] = [await estimate(base), await estimate({ ...base, layers: 1 })];
  expect(one.memoryBytes).toBeLessThan(all.memoryBytes);
  expect(one.storageBytes).toBeLessThan(all.storageBytes);
  expect(one.time?.seconds).toBeGreaterThan(0);
  const refusal = 'The recipe uses 4 layers, but the encoder has 3.';
  await expect(estimate({ ...base, layers: 4 })).rejects.toThrow(refusal);
  await expect(startRun(place, request({ ...base, layers: 4 }))).rejects.toThrow(refusal);
});
