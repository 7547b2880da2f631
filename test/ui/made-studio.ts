import { deleteDB } from 'idb';
import { mount, unmount } from 'svelte';
import { onTestFinished } from 'vitest';
import { DataService } from '../../src/jobs/services/data-service';
import { formatAnnotationColumns, formatAnnotationJson } from '../../src/ner/annotation-formats';
import { toEntityColumns } from '../../src/ner/entity-columns';
import type { ScoreReport } from '../../src/ner/scores';
import type { DataCalls, PackSummary } from '../../src/protocol/data-calls';
import type { DroppedFile } from '../../src/protocol/dropped-file';
import type { InferCalls } from '../../src/protocol/infer-calls';
import type { TrainCalls } from '../../src/protocol/train-calls';
import { openDatabase } from '../../src/storage/database';
import { saveEncoder, type NewEncoder } from '../../src/storage/encoders';
import { createId } from '../../src/storage/ids';
import { readModelBlob, saveModel } from '../../src/storage/models';
import type {
  CorpusRecord,
  EncoderRecord,
  ModelRecord,
  RunRecord,
} from '../../src/storage/records';
import { addRun, requireRun } from '../../src/storage/runs/runs';
import type { Database } from '../../src/storage/schema';
import { requireRecord } from '../../src/storage/require';
import { Appearance } from '../../src/studio/page/appearance.svelte';
import { Studio } from '../../src/studio/page/studio';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';
import App from '../../src/ui/App.svelte';
import { miniLm } from '../reference/model-shapes';
import { madeEstimate } from '../studio/made-estimate';
import '../../src/ui/styles/fonts.css';
import '../../src/ui/styles/page.css';
import '../../src/ui/styles/marks.css';

/** The real data service, in the page, but for encoders: their weights and their pieces are made up. */
class DataServiceInPage extends DataService {
  readonly #stored: Database;

  constructor(database: Database) {
    super(Promise.resolve(database));
    this.#stored = database;
  }

  override async importEncoder(
    files: readonly DroppedFile[],
    name: string,
  ): Promise<EncoderRecord> {
    const encoder = madeEncoder(name);
    const weights = new Blob(files.slice(0, 1).map(({ file }) => file)).slice(0, encoder.bytes);
    return saveEncoder(this.#stored, encoder, weights);
  }

  override async fetchBundledEncoder(name: string): Promise<EncoderRecord> {
    const encoder = { ...madeEncoder(name), bundled: name };
    return saveEncoder(this.#stored, encoder, [new Uint8Array(encoder.bytes)]);
  }

  override packCorpus(): Promise<PackSummary> {
    return Promise.resolve({
      splits: {
        train: { sentences: 5, pieces: 60, wordsBeyondWindow: 2, entitiesBeyondWindow: 1 },
      },
    });
  }
}

/** Data calls that do the real jobs, in the page. */
export function dataCallsInPage(database: Database): DataCalls {
  return new DataServiceInPage(database);
}

/** Train calls that keep real records of a run whose steps are told, not computed. */
export function trainCallsInPage(
  database: Database,
  stepMs = 0,
  estimate = madeEstimate,
): TrainCalls {
  let stopped = false;
  return {
    startBackend: () =>
      Promise.resolve({
        backend: 'wasm',
        device: '2 threads',
        threads: 2,
        reason: 'No hardware WebGPU adapter was found.',
      }),
    estimateRun: () => Promise.resolve(estimate),
    async startRun(request, onEvent) {
      stopped = false;
      const corpus = await requireRecord(database, 'corpora', request.corpusId);
      const run = madeRun(request.name, request.corpusId, request.encoderId, corpus.labels);
      const { epochs } = request.recipe;
      run.recipe = request.recipe;
      const perEpoch = run.steps / 3;
      const losses = run.losses.slice(0, perEpoch * epochs);
      onEvent({ kind: 'memory', bytes: 1.06e9 });
      for (const [index, loss] of losses.entries()) {
        const epoch = Math.floor(index / perEpoch) + 1;
        onEvent({
          kind: 'step',
          step: index + 1,
          steps: losses.length,
          epoch,
          loss,
          learningRate: 5e-5 * (1 - index / losses.length),
          piecesPerSecond: 4210,
          gradientNorm: 1,
        });
        if (stepMs > 0) await new Promise((resolve) => setTimeout(resolve, stepMs));
        if (stopped) break;
        const ended = run.epochs[epoch - 1];
        if ((index + 1) % perEpoch !== 0 || !ended) continue;
        onEvent({ kind: 'evaluation', ...ended, isBest: epoch === run.bestEpoch || epoch === 1 });
        onEvent({ kind: 'checkpoint', step: index + 1, bytes: 271e6 });
      }
      const outcome: RunRecord = {
        ...run,
        losses,
        state: stopped ? 'stopped' : 'finished',
        epochs: run.epochs.slice(0, epochs),
        bestEpoch: Math.min(run.bestEpoch, epochs),
      };
      await addRun(database, outcome);
      return outcome;
    },
    resumeRun: (runId) => requireRun(database, runId),
    storeUnsaved: (runId) => requireRun(database, runId),
    forgetUnsaved: () => Promise.resolve(),
    exportFile: (_, name) => Promise.resolve(new Blob([name])),
    pin: () => Promise.resolve(),
    keepCheckpoint: () => Promise.resolve(),
    pause: () => Promise.resolve(),
    resume: () => Promise.resolve(),
    stop() {
      stopped = true;
      return Promise.resolve();
    },
    evaluateRun: (runId) => requireRun(database, runId),
    async exportRun(runId, name) {
      const run = await requireRun(database, runId);
      const model = madeModel(name, run);
      await saveModel(database, model, [new Uint8Array(model.bytes)]);
      return model;
    },
  };
}

/** A word in Han, of which the made-up models have no pieces. */
const isForeign = (text: string, start: number) =>
  /^\p{Script=Han}/u.test(text.slice(start, start + 2));

/** Infer calls that mark the names they know, and cannot read Han. */
export function inferCallsInPage(
  database: Database,
  known: Record<string, [label: string, confidence: number]>,
): InferCalls {
  const annotate = (text: string) => {
    const entities = Object.entries(known)
      .flatMap(([name, [label, confidence]]) => {
        const start = text.indexOf(name);
        return start < 0 ? [] : [{ start, end: start + name.length, label, confidence }];
      })
      .sort((a, b) => a.start - b.start);
    const words = [...text.matchAll(/\S+/g)].map((found) => ({
      start: found.index,
      end: found.index + found[0].length,
      tag: 'O',
    }));
    const unreadable = words.filter(({ start }) => isForeign(text, start));
    return { entities, words, unreadable, readMs: 8.4 };
  };
  return {
    async importModel(file) {
      if (file.size === 0) throw new Error(`${file.name}: expected an ONNX file, found 0 bytes`);
      const model: ModelRecord = { ...madeModel(file.name.replace('.onnx', '')), bytes: file.size };
      await saveModel(database, model, file);
      return model;
    },
    readModelFile: (id) => readModelBlob(database, id),
    loadModel: (id) => requireRecord(database, 'models', id),
    annotate(text) {
      const { entities, unreadable, readMs } = annotate(text);
      return Promise.resolve({
        entities: toEntityColumns(entities),
        unreadable: {
          starts: Int32Array.from(unreadable, ({ start }) => start),
          ends: Int32Array.from(unreadable, ({ end }) => end),
        },
        readMs,
      });
    },
    writeAnnotation(text, format) {
      const { entities, unreadable, words } = annotate(text);
      const written =
        format === 'json'
          ? formatAnnotationJson(text, entities, unreadable)
          : formatAnnotationColumns(text, words);
      return Promise.resolve(new Blob([written]));
    },
    annotateAll: (texts) => Promise.resolve(texts.map(annotate)),
    evaluate: () => Promise.resolve(madeReport(0.42)),
    release: () => Promise.resolve(),
  };
}

export function madeReport(f1: number, labels = ['person', 'location', 'group']): ScoreReport {
  const score = (share: number, gold: number) => {
    const correct = Math.round(gold * share);
    const predicted = Math.round(gold * 0.8);
    const precision = correct / predicted;
    const recall = correct / gold;
    return {
      correct,
      predicted,
      gold,
      precision,
      recall,
      f1: (2 * precision * recall) / (precision + recall),
    };
  };
  return {
    entity: { ...score(f1, 836), f1 },
    byLabel: Object.fromEntries(
      labels.map((label, index) => [label, score(f1 * (1.1 - index * 0.12), 470 - 70 * index)]),
    ),
    tagF1: f1 + 0.04,
    tokenAccuracy: 0.94,
    sentences: 1009,
    words: 15733,
    wordsBeyondWindow: 12,
    entitiesBeyondWindow: 3,
  };
}

/** A run of three epochs whose loss falls as losses do. */
export function madeRun(
  name: string,
  corpusId: string,
  encoderId: string,
  labels: string[],
): RunRecord {
  const steps = 636;
  const losses = Float32Array.from({ length: steps }, (_, step) => {
    const noise = Math.sin(step * 12.9898) * 43758.5453;
    return 0.09 + 1.9 * Math.exp(-step / 60) + 0.1 * (noise - Math.floor(noise));
  });
  return {
    id: createId(),
    name,
    createdAt: Date.now(),
    corpusId,
    encoderId,
    recipe: DEFAULT_RECIPE,
    labels,
    backend: 'WebAssembly, 2 threads',
    state: 'finished',
    steps,
    losses,
    epochs: [0.381, 0.447, 0.441].map((f1, index) => ({
      epoch: index + 1,
      step: (steps / 3) * (index + 1),
      loss: 0.3 - 0.06 * index,
      report: madeReport(f1, labels.slice(0, 6)),
    })),
    bestEpoch: 2,
    elapsedMs: 812_000,
    piecesPerSecond: 4210,
    peakMemoryBytes: 1.06e9,
  };
}

export function madeEncoder(name: string): NewEncoder {
  return {
    id: createId(),
    name,
    createdAt: Date.now(),
    config: miniLm,
    tokenizer: {
      vocabulary: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
      lowercase: true,
    },
    licence: 'Apache-2.0',
    bytes: 1000,
  };
}

export function madeModel(name: string, run?: RunRecord): ModelRecord {
  const report = madeReport(0.447, run?.labels ?? ['PER', 'LOC', 'ORG', 'MISC']);
  return {
    id: createId(),
    name,
    createdAt: Date.now(),
    ...(run ? { runId: run.id, largestLogitDifference: 3.1e-6 } : {}),
    bytes: 4096,
    labels: run?.labels ?? ['PER', 'LOC', 'ORG', 'MISC'],
    card: {
      name,
      createdAt: Date.now(),
      encoder: 'minilm-l6',
      corpus: 'wnut17',
      corpusHash: '9f2c41d07be8a6650f2d71ab',
      recipe: run?.recipe ?? DEFAULT_RECIPE,
      dev: report,
      test: madeReport(0.412),
      licence: 'Apache-2.0',
    },
  };
}

export interface MadeStudio {
  studio: Studio;
  database: Database;
  target: HTMLElement;
}

/** The whole page over a storage of its own, as a test wants it; gone after the test. */
export async function openPage(
  fill: (database: Database, data: DataCalls) => Promise<void> = () => Promise.resolve(),
  known: Record<string, [label: string, confidence: number]> = {},
  stepMs = 0,
  estimate = madeEstimate,
): Promise<MadeStudio> {
  const database = await openDatabase(`test-${createId()}`);
  const data = dataCallsInPage(database);
  await fill(database, data);
  const workers = {
    data,
    train: trainCallsInPage(database, stepMs, estimate),
    infer: inferCallsInPage(database, known),
  };
  const studio = new Studio(workers, database, window);
  const unfollow = studio.places.follow();
  const target = document.createElement('div');
  document.body.append(target);
  const page = mount(App, {
    target,
    props: { studio, appearance: new Appearance(document.documentElement, localStorage) },
  });
  await studio.open();
  await studio.status.startBackend({ choice: 'auto' });
  onTestFinished(async () => {
    unfollow();
    await unmount(page);
    target.remove();
    database.close();
    await deleteDB(database.name);
  });
  return { studio, database, target };
}

export function importText(
  data: DataCalls,
  name: string,
  files: Record<string, string>,
): Promise<CorpusRecord> {
  return data.importCorpus(
    {
      name,
      files: Object.entries(files).map(([file, text]) => ({ file: new File([text], file) })),
    },
    () => undefined,
  );
}
