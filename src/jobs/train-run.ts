import type { BackendReport } from '../engine/backend';
import { TokenClassifier } from '../model/token-classifier';
import { TagSet } from '../ner/tag-set';
import type { RunEvent, RunRequest } from '../protocol/train-calls';
import { saveCheckpoint } from '../storage/checkpoints';
import { createId } from '../storage/ids';
import type { CorpusRecord, EncoderRecord, RunRecord } from '../storage/records';
import { addRun, updateRun } from '../storage/runs';
import type { Database } from '../storage/schema';
import { StorageFullError } from '../storage/storage-full-error';
import { countBytes, writeCheckpoint } from '../train/checkpoint-file';
import type { CheckpointState } from '../train/checkpoint-state';
import { chooseMicroBatchPieces } from '../train/estimate';
import { applyDropout } from '../train/recipe';
import type { RunControl } from '../train/run-control';
import type { TrainEvent } from '../train/train-event';
import { TrainingRun } from '../train/train-loop';
import { loadEncoderWeights } from './import-encoder';
import { loadCheckpointState } from './load-checkpoint';
import { requireCorpus, requireEncoder, requirePack } from './pack-corpus';
import { RunLog } from './run-log';

/** Where a run takes place. */
export interface RunPlace {
  database: Database;
  backend: BackendReport;
  /** Bytes the backend holds now. */
  measureMemory: () => number;
  control: RunControl;
  onEvent: (event: RunEvent) => void;
}

/**
 * Trains a new run to its end, its stop, or its failure; the record it resolves to tells which.
 *
 * @throws where the run cannot begin: no record is left then.
 */
export async function startRun(place: RunPlace, request: RunRequest): Promise<RunRecord> {
  const { database, onEvent } = place;
  onEvent({ kind: 'stage', stage: 'Reading the corpus and the encoder' });
  const corpus = await requireTrainable(database, request.corpusId);
  const encoder = await requireEncoder(database, request.encoderId);
  const weights = await loadEncoderWeights(database, encoder);
  const run: RunRecord = {
    ...request,
    id: createId(),
    createdAt: Date.now(),
    labels: corpus.labels,
    backend: `${place.backend.backend}, ${place.backend.device}`,
    state: 'running',
    steps: 0,
    losses: new Float32Array(),
    epochs: [],
    bestEpoch: -1,
    elapsedMs: 0,
    piecesPerSecond: 0,
    peakMemoryBytes: 0,
  };
  const { classifier, options } = await prepare(place, run, encoder, weights);
  await addRun(database, run);
  return follow(place, run, classifier, new TrainingRun({ ...options, classifier }));
}

/**
 * Goes on with a run from its last checkpoint.
 *
 * @throws where the run, its corpus, its encoder or its checkpoint is gone.
 */
export async function resumeRun(place: RunPlace, run: RunRecord): Promise<RunRecord> {
  const { database, onEvent } = place;
  onEvent({ kind: 'stage', stage: 'Reading the last checkpoint' });
  await requireTrainable(database, run.corpusId);
  const encoder = await requireEncoder(database, run.encoderId);
  const state = await loadCheckpointState(database, run.id, 'latest');
  const { classifier, options } = await prepare(place, run, encoder, state.weights);
  const { step, epochsDone } = state.position;
  const kept = {
    ...run,
    losses: run.losses.slice(0, step),
    epochs: run.epochs.filter(({ epoch }) => epoch <= epochsDone),
    bestEpoch: state.position.bestEpoch,
  };
  return follow(
    place,
    kept,
    classifier,
    new TrainingRun({ ...options, classifier, resumeFrom: state }),
  );
}

async function prepare(
  { database, backend, control }: RunPlace,
  { corpusId, encoderId, recipe, labels }: RunRecord,
  encoder: EncoderRecord,
  weights: CheckpointState['weights'],
) {
  const { maxPieces } = recipe;
  const train = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'train' });
  const dev = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'dev' });
  const tagCount = new TagSet(labels, recipe.scheme).tags.length;
  const config = applyDropout(encoder.config, recipe);
  const classifier = TokenClassifier.create(config, weights, tagCount, recipe.seed);
  const microBatchPieces = chooseMicroBatchPieces(config, backend.backend);
  return { classifier, options: { train, dev, labels, recipe, microBatchPieces, control } };
}

async function requireTrainable(database: Database, corpusId: string): Promise<CorpusRecord> {
  const corpus = await requireCorpus(database, corpusId);
  const errors = corpus.files.reduce((sum, file) => sum + file.errors, 0);
  if (errors > 0 && !corpus.errorsDropped) {
    throw new Error(
      `"${corpus.name}" has ${errors} rows with errors; correct them and drop the files again, or leave those rows out.`,
    );
  }
  for (const split of ['train', 'dev'] as const) {
    if (corpus.statistics[split]) continue;
    throw new Error(`"${corpus.name}" has no ${split} sentences; choose a file as ${split}.`);
  }
  if (corpus.labels.length === 0) {
    throw new Error(
      `"${corpus.name}" has no entities, so there is nothing to learn; check the tag column.`,
    );
  }
  return corpus;
}

async function follow(
  place: RunPlace,
  before: RunRecord,
  classifier: TokenClassifier,
  training: TrainingRun,
): Promise<RunRecord> {
  const { database, onEvent, control } = place;
  const log = new RunLog(before, () => control.pausedMs, place.measureMemory);
  let { state, failure } = {
    state: 'failed' as RunRecord['state'],
    failure: undefined as string | undefined,
  };
  try {
    await updateRun(database, before.id, { state: 'running', ...log.changes() });
    for await (const event of training.events()) {
      const memoryBefore = log.peakMemoryBytes;
      log.take(event);
      onEvent(event);
      if (log.peakMemoryBytes > memoryBefore)
        onEvent({ kind: 'memory', bytes: log.peakMemoryBytes });
      if (event.kind === 'evaluation') await keepEpoch(place, training, log, before.id, event);
      if (event.kind === 'done') state = event.reason === 'stopped' ? 'stopped' : 'finished';
    }
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  } finally {
    training.dispose();
    classifier.dispose();
  }
  return updateRun(database, before.id, {
    state,
    ...log.changes(),
    ...(failure ? { failure } : {}),
  });
}

/** Keeps the best epoch first: a death between the two then loses an epoch's work, never the best weights. */
async function keepEpoch(
  { database, onEvent }: RunPlace,
  training: TrainingRun,
  log: RunLog,
  runId: string,
  { epoch, step, report, isBest }: Extract<TrainEvent, { kind: 'evaluation' }>,
): Promise<void> {
  const slots = isBest ? (['best', 'latest'] as const) : (['latest'] as const);
  try {
    for (const slot of slots) {
      const parts = writeCheckpoint(
        slot === 'best' ? await training.snapshotWeights() : await training.snapshot(),
      );
      const bytes = countBytes(parts);
      const header = { key: { runId, slot }, epoch, step, devEntityF1: report.entity.f1, bytes };
      await saveCheckpoint(database, header, parts);
      if (slot === 'latest') onEvent({ kind: 'checkpoint', epoch, bytes });
    }
  } catch (error) {
    if (!(error instanceof StorageFullError)) throw error;
    onEvent({ kind: 'checkpoint-failed', epoch, reason: error.message });
  }
  await updateRun(database, runId, log.changes());
}
