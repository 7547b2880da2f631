import { expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { createAnnotator } from '../../../src/infer/annotate';
import { readOnnxFile } from '../../../src/infer/onnx/onnx-file';
import { createSession } from '../../../src/infer/session';
import { exportRun } from '../../../src/jobs/run/export-run';
import type { TrainContext } from '../../../src/jobs/run/run-context';
import { startRun } from '../../../src/jobs/run/train-run';
import { readModelBlob } from '../../../src/storage/models';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { RunControl } from '../../../src/train/run-control';
import { openFresh } from '../../storage/fresh-database';
import { stockDatabase } from '../small-studio';

const noReport = () => undefined;
const maxPieces = 24;

/** Short ones and long ones, one of several lines, one longer than the window, and one without a word. */
const texts = [
  'Clara wrote to Trinity College from Vienna; 🚂 Tomas Vale left York for London.',
  'Babbage',
  'Nobody came.',
  'In Cork:\n  Ada Lovelace, Clara\r\nand Alpine Lines',
  `${'The letter reached Paris before the end of March and '.repeat(5)}Northern Rail met in York.`,
  '…',
];

test(
  'pinned sentences show the entities that the exported file finds in them, to the offset and the confidence',
  { timeout: 180_000 },
  async () => {
    const database = await openFresh();
    const stock = await stockDatabase(database, maxPieces);
    const backend = await selectBackend('wasm', { threads: 1 });
    const context: TrainContext = {
      database,
      device: { backend, measureMemory: () => 0 },
      control: new RunControl(),
      onEvent: noReport,
      pinned: () => texts,
    };
    const recipe = {
      ...DEFAULT_RECIPE,
      ...{ epochs: 6, batchSize: 8, learningRate: 3e-3, maxPieces },
    };
    const request = { name: 'pinned', ...stock, recipe };
    const run = await startRun(context, request);
    expect(run.failure).toBeUndefined();
    expect(run.pinned?.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    const seen = run.pinned!.find(({ epoch }) => epoch === run.bestEpoch)!.sentences;
    expect(seen.map(({ text }) => text)).toEqual(texts);

    // The file holds the best epoch's weights; it knows nothing of the trainer.
    const { id, name } = await exportRun(context, run, 'pinned', noReport);
    const file = new File([await readModelBlob(database, id)], name);
    const session = await createSession(await readOnnxFile(file), 1);
    const annotator = createAnnotator(session);
    try {
      let found = 0;
      for (const { text, entities } of seen) {
        const annotation = await annotator.annotate(text);
        const places = (list: typeof entities) =>
          list.map(({ start, end, label }) => `${label} ${start} ${text.slice(start, end)}`);
        expect(places(entities)).toEqual(places(annotation.entities));
        for (const [index, { confidence }] of entities.entries()) {
          // Logits are held to 1e-4 apart; a softmax moves by less.
          expect(confidence).toBeCloseTo(annotation.entities[index]!.confidence, 3);
        }
        found += entities.length;
      }
      // A model that finds nothing would agree with everything.
      expect(found).toBeGreaterThan(8);
    } finally {
      await session.release();
    }
  },
);
