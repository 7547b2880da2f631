import { expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { evaluateRun } from '../../../src/jobs/run/evaluate-run';
import { exportRun } from '../../../src/jobs/run/export-run';
import type { TrainContext } from '../../../src/jobs/run/run-context';
import { startRun } from '../../../src/jobs/run/train-run';
import { DataService } from '../../../src/jobs/services/data-service';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { readModelBlob } from '../../../src/storage/models';
import { requireRecord } from '../../../src/storage/require';
import { readDevErrors, type RunWithPredictions } from '../../../src/studio/errors/dev-errors';
import { RunControl } from '../../../src/train/run-control';
import { openFresh } from '../../storage/fresh-database';
import { stockDatabase } from '../small-studio';

const noReport = () => undefined;
const maxPieces = 24;

test(
  'after train and dev were swapped, a card still names the corpus that its run trained on, and no score mixes the two',
  { timeout: 120_000 },
  async () => {
    const database = await openFresh();
    const stock = await stockDatabase(database, maxPieces);
    const { corpusId, encoderId } = stock;
    const backend = await selectBackend('wasm', { threads: 1 });
    const control = new RunControl();
    const context: TrainContext = {
      ...{ database, control, onEvent: noReport },
      device: { backend, measureMemory: () => 0 },
    };
    const recipe = { ...DEFAULT_RECIPE, ...{ epochs: 1, learningRate: 3e-3, maxPieces } };
    const run = await startRun(context, { name: 'Run 1', ...stock, recipe });
    expect(run.failure).toBeUndefined();
    const before = await requireRecord(database, 'corpora', corpusId);

    const data = new DataService(Promise.resolve(database));
    const choices = Object.fromEntries(
      before.files.map(({ name, split }) => [
        name,
        { split: split === 'train' ? ('dev' as const) : ('train' as const) },
      ]),
    );
    const swapped = await data.rereadCorpus(corpusId, choices, false, noReport);
    expect(swapped.hash).not.toBe(before.hash);
    await data.packCorpus(corpusId, encoderId, maxPieces, noReport);

    const model = await exportRun(context, run, 'letters', noReport);
    const { metadata } = await readOnnxFile(await readModelBlob(database, model.id));
    expect(metadata.card).toEqual(model.card);
    expect(model.card.corpusHash).toBe(before.hash);
    expect(model.card.dev).toEqual(run.epochs[0]!.report);
    expect(model.card.dev!.sentences).toBe(before.statistics.dev!.sentences);

    await expect(evaluateRun(context, run, noReport)).rejects.toThrow(
      /^"letters" was changed since "Run 1" trained on it \(its hash is [0-9a-f]{4}….* and was [0-9a-f]{4}….*\), so a score .*; undo the change, or train a new run\.$/u,
    );
    const seen = run as RunWithPredictions;
    await expect(readDevErrors(database, seen, () => true)).rejects.toThrow(
      /"letters" was changed since "Run 1" trained on it/u,
    );
  },
);
