import type { BackendReport } from '../../engine/start-engine';
import { GpuFault } from '../../engine/webgpu/device/gpu-fault';
import { gpuBackend } from '../../engine/webgpu/device/gpu-backend';
import { Model } from '../../model/model';
import { BACKEND_NAMES } from '../../protocol/backend-names';
import type { RunEvent, RunRequest } from '../../protocol/train-calls';
import { createId } from '../../storage/ids';
import type { CorpusRecord, EncoderRecord, RunId, RunRecord } from '../../storage/records';
import { addRun, updateRun } from '../../storage/runs/runs';
import { whileTheOnlyTrainer } from '../../storage/runs/trainer-lock';
import type { Database } from '../../storage/schema';
import { distinctPieces } from '../../tokenizer/pack/packed-split';
import { START_POSITION, type CheckpointState } from '../../train/checkpoint/checkpoint-state';
import type { MemoryEstimate } from '../../train/pace/estimate';
import type { Precision } from '../../train/step/gpu-trainer';
import { applyDropout } from '../../recipe/recipe';
import type { RunControl } from '../../train/run-control';
import { tokenClassificationTask } from '../../train/tasks/token-classification/token-classification';
import { TrainingRun, type TrainOptions } from '../../train/train-loop';
import { CHECKPOINT_EVERY_MS, CheckpointKeeper } from './checkpoint-keeper';
import { loadEncoderWeights } from '../encoder/import-encoder';
import { findCheckpointState } from './load-checkpoint';
import { planMemory, rememberShortage } from '../device/memory-plan';
import { requireCorpus, requireEncoder, requirePack } from '../corpus/pack-corpus';
import { tagPinned } from './pinned-sentences';
import { RunLog } from './run-log';

/** A GPU that fails more often will fail again. */
const MAX_RESTARTS = 3;

/** Where a run takes place. */
export interface RunPlace {
  database: Database;
  backend: BackendReport;
  /** Bytes the backend holds now. */
  measureMemory: () => number;
  control: RunControl;
  onEvent: (event: RunEvent) => void;
  /** Sentences to tag after each evaluation. */
  pinned?: () => readonly string[];
  /** Between two checkpoints inside an epoch; a minute by default. */
  checkpointEveryMs?: number;
  /** By default what suits the encoder and the backend: see `planMemory`. */
  microBatchPieces?: number;
  /** See `BackendWish`. */
  memoryBytes?: number;
  /** Opens the GPU again, or what else there is; absent: a GPU that fails ends the run. */
  restartBackend?: () => Promise<BackendReport>;
  /** How often that was done for this run. */
  restarts?: number;
  /** Of a new run's steps; f32 by default. */
  choosePrecision?: () => Promise<Precision>;
}

/**
 * Trains a new run to its end, its stop, or its failure; the record it resolves to tells which.
 *
 * @throws where the run cannot begin, as where another tab trains: no record is left then.
 */
export function startRun(place: RunPlace, request: RunRequest): Promise<RunRecord> {
  const id = createId();
  return whileTheOnlyTrainer(place.database, id, () => beginRun(place, request, id));
}

async function beginRun(place: RunPlace, request: RunRequest, id: RunId): Promise<RunRecord> {
  const { database, onEvent } = place;
  onEvent({ kind: 'stage', stage: 'Reading the corpus and the encoder' });
  const corpus = await requireTrainable(database, request.corpusId);
  const encoder = await requireEncoder(database, request.encoderId);
  const weights = await loadEncoderWeights(database, encoder);
  const precision = (await place.choosePrecision?.()) ?? 'f32';
  const run: RunRecord = {
    ...request,
    id,
    createdAt: Date.now(),
    labels: corpus.labels,
    backend: nameBackend(place.backend, precision),
    ...(precision === 'f32' ? {} : { precision }),
    state: 'running',
    steps: 0,
    losses: new Float32Array(),
    epochs: [],
    bestEpoch: -1,
    elapsedMs: 0,
    piecesPerSecond: 0,
    peakMemoryBytes: 0,
  };
  const options = await prepare(place, run, encoder, corpus.hash, weights);
  await addRun(database, run);
  return follow(place, run, encoder, options);
}

/**
 * Goes on with a run from its last checkpoint; one that was interrupted before its first begins anew, with the same steps.
 *
 * @throws where the run, its corpus, its encoder or its checkpoint is gone, the corpus has changed since, or another tab trains.
 */
export function resumeRun(place: RunPlace, run: RunRecord): Promise<RunRecord> {
  return whileTheOnlyTrainer(place.database, run.id, () => goOnWithRun(place, run));
}

async function goOnWithRun(place: RunPlace, run: RunRecord): Promise<RunRecord> {
  const { database, onEvent } = place;
  onEvent({ kind: 'stage', stage: 'Reading the last checkpoint' });
  const corpus = await requireTrainable(database, run.corpusId);
  const encoder = await requireEncoder(database, run.encoderId);
  const state = await findCheckpointState(database, run.id, 'latest');
  if (state && state.dataHash !== corpus.hash) {
    throw new Error(
      `"${corpus.name}" was changed since "${run.name}" trained on it, so the run cannot go on; undo the change, or train a new run.`,
    );
  }
  const weights = state?.weights ?? (await loadEncoderWeights(database, encoder));
  const options = await prepare(place, run, encoder, corpus.hash, weights);
  const { step, epochsDone } = state?.position ?? START_POSITION;
  const kept = {
    ...run,
    losses: run.losses.slice(0, step),
    // The best epoch's weights are stored before the latest: a death in between leaves them ahead.
    epochs: run.epochs.filter(({ epoch }) => epoch <= epochsDone || epoch === run.bestEpoch),
    pinned: (run.pinned ?? []).filter(({ epoch }) => epoch <= epochsDone),
  };
  onEvent({ kind: 'resumed', step, epochsDone });
  return follow(place, kept, encoder, state ? { ...options, resumeFrom: state } : options);
}

/** A run before its first step. */
interface PreparedRun extends TrainOptions {
  /** What it would take with micro-batches of so many pieces. */
  estimate: (microBatchPieces: number) => MemoryEstimate;
}

async function prepare(
  place: RunPlace,
  { corpusId, encoderId, recipe, labels, precision = 'f32' }: RunRecord,
  encoder: EncoderRecord,
  dataHash: string,
  weights: CheckpointState['weights'],
): Promise<PreparedRun> {
  const { database, control } = place;
  const { maxPieces } = recipe;
  const train = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'train' });
  const dev = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'dev' });
  const task = tokenClassificationTask({ train, dev, labels }, recipe);
  const tagCount = task.head.outputs;
  const config = applyDropout(encoder.config, recipe);
  const pieceIds = distinctPieces(train, dev);
  const memory = await planMemory(place, { config, tagCount, maxPieces, pieceIds, precision });
  const model = Model.create(config, weights, task.head, recipe.seed, pieceIds);
  return {
    model,
    task,
    train,
    labels,
    dataHash,
    recipe,
    microBatchPieces: place.microBatchPieces ?? memory.microBatchPieces,
    control,
    precision,
    estimate: memory.estimate,
  };
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
  if (corpus.statistics.train?.entities === 0) {
    throw new Error(
      `The train split of "${corpus.name}" has no entity, so there is nothing to learn; check the tag column of its file, or choose another file as train.`,
    );
  }
  return corpus;
}

async function follow(
  place: RunPlace,
  before: RunRecord,
  encoder: EncoderRecord,
  options: PreparedRun,
): Promise<RunRecord> {
  const { database, onEvent, control } = place;
  const training = new TrainingRun(options);
  const log = new RunLog(before, () => control.pausedMs, place.measureMemory);
  const { checkpointEveryMs: everyMs = CHECKPOINT_EVERY_MS } = place;
  const runId = before.id;
  const keeper = new CheckpointKeeper({
    database,
    runId,
    training,
    log,
    control,
    onEvent,
    everyMs,
  });
  control.atRest = () => keeper.keepWhereDue();
  let state: RunRecord['state'] = 'failed';
  let failure: Error | undefined;
  try {
    // Where it goes on, it may not have begun.
    const backend = nameBackend(place.backend, before.precision);
    await updateRun(database, runId, { state: 'running', backend, ...log.changes() });
    for await (const event of training.events()) {
      const memoryBefore = log.peakMemoryBytes;
      log.take(event);
      onEvent(event);
      if (log.peakMemoryBytes > memoryBefore)
        onEvent({ kind: 'memory', bytes: log.peakMemoryBytes });
      if (event.kind === 'evaluation') {
        const texts = place.pinned?.() ?? [];
        const { epoch } = event;
        if (texts.length > 0) {
          const sentences = await tagPinned(texts, options.model, encoder, before);
          log.takePinned(epoch, sentences);
          onEvent({ kind: 'pinned', epoch, sentences });
        }
        await keeper.keepEpoch(event.isBest);
      }
      if (event.kind === 'done') state = event.reason === 'stopped' ? 'stopped' : 'finished';
    }
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    control.atRest = undefined;
    training.dispose();
    options.model.dispose();
  }
  const { restarts = 0, restartBackend } = place;
  const fault = failure instanceof GpuFault ? failure : undefined;
  // Work that was refused is refused again.
  if (fault && fault.kind !== 'refused' && restartBackend && restarts < MAX_RESTARTS) {
    const run = await updateRun(database, runId, log.changes());
    return recover(place, restartBackend, run, options, fault);
  }
  return updateRun(database, runId, {
    state,
    ...log.changes(),
    ...(failure ? { failure: failure.message } : {}),
  });
}

/** Goes on from the last checkpoint on a new device; where memory was short, with half the pieces at once and the same effective batch. */
async function recover(
  place: RunPlace,
  restartBackend: () => Promise<BackendReport>,
  run: RunRecord,
  { microBatchPieces, estimate }: PreparedRun,
  { kind }: GpuFault,
): Promise<RunRecord> {
  const { database } = place;
  const isFull = kind === 'out-of-memory';
  const half = Math.max(64, Math.floor(microBatchPieces / 2));
  const message = isFull
    ? `The GPU ran out of memory; the run goes on from its last checkpoint, ${half} pieces at once. Its steps stay the same.`
    : 'The GPU was lost; the run goes on from its last checkpoint.';
  place.onEvent({ kind: 'gpu-fault', message });
  if (isFull) {
    const [failed, next] = [estimate(microBatchPieces), estimate(half)];
    const { adapter } = gpuBackend();
    await rememberShortage(database, adapter, failed.peakBytes, next.peakBytes);
  }
  try {
    const backend = await restartBackend();
    const changed: Partial<RunPlace> = isFull ? { microBatchPieces: half } : {};
    const restarts = (place.restarts ?? 0) + 1;
    return await goOnWithRun({ ...place, ...changed, backend, restarts }, run);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return updateRun(database, run.id, { state: 'failed', failure });
  }
}

/** As a run's record has it; a CPU goes on in f32 with a run that was in half precision. */
function nameBackend({ backend, device }: BackendReport, precision: Precision = 'f32'): string {
  const isHalf = backend === 'webgpu' && precision === 'f16';
  return `${BACKEND_NAMES[backend]}, ${device}${isHalf ? ', half precision' : ''}`;
}
