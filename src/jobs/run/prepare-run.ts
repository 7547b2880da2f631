import { labelsFault } from '../../ner/file-limits';
import { Model } from '../../model/model';
import { readWordTable } from '../../model/parameter-store';
import { keptPieces } from '../../model/word-table';
import type { RunRequest } from '../../protocol/train-calls';
import { applyRecipe } from '../../train/apply-recipe';
import type {
  CorpusId,
  CorpusRecord,
  EncoderRecord,
  RunId,
  RunRecord,
} from '../../storage/records';
import { requirePack, requireRecord } from '../../storage/require';
import { addRun } from '../../storage/runs/runs';
import type { Database } from '../../storage/schema';
import { distinctPieces, type PackedSplit } from '../../tokenizer/pack/packed-split';
import { START_POSITION } from '../../train/checkpoint/checkpoint-state';
import type { MemoryEstimate } from '../../train/pace/estimate';
import { tokenClassificationTask } from '../../train/tasks/token-classification/token-classification';
import type { TrainOptions } from '../../train/train-loop';
import { planMemory } from '../device/memory-plan';
import { nameBackend } from '../device/training-device';
import { loadEncoderWeights, type EncoderWeights } from '../encoder/stored-encoder';
import { findCheckpointState } from './load-checkpoint';
import { loadRunWeights } from './load-run-weights';
import { holdRoom } from './run-room';
import type { TrainContext } from './run-context';

/** A run that is stored and whose next step can be taken. */
export interface PreparedRun {
  /** Record of the run; its losses, epochs and pinned sentences end where training continues. */
  run: RunRecord;
  encoder: EncoderRecord;
  options: TrainOptions;
  /** Estimates the memory that the run takes with micro-batches of at most so many word pieces. */
  estimateMemory: (microBatchPieces: number) => MemoryEstimate;
}

/** Stores a new run before its first step. @throws where the run cannot begin; no record is left then. */
export async function beginRun(
  context: TrainContext,
  request: RunRequest,
  id: RunId,
): Promise<PreparedRun> {
  const { database, device, onEvent } = context;
  onEvent({ kind: 'stage', stage: 'Reading the corpus and the encoder' });
  const corpus = await requireTrainable(database, request.corpusId);
  const encoder = await requireRecord(database, 'encoders', request.encoderId);
  const { recipe } = request;
  const config = applyRecipe(encoder.config, recipe);
  const packs = await requirePacks(database, request);
  await holdRoom(context, id, config, corpus.labels, recipe, packs.kept);
  const weights = await loadEncoderWeights(database, encoder);
  const precision = (await device.choosePrecision?.()) ?? 'f32';
  const run: RunRecord = {
    ...request,
    id,
    createdAt: Date.now(),
    corpusHash: corpus.hash,
    encoderHash: encoder.hash,
    labels: corpus.labels,
    backend: nameBackend(device.backend, precision),
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
  const prepared = await prepare(context, run, encoder, corpus.hash, weights, packs);
  onEvent({ kind: 'begun', runId: id });
  await addRun(database, run);
  return prepared;
}

/**
 * Loads a stored run's last checkpoint. A run that was interrupted before its first checkpoint begins anew, with the same steps.
 *
 * @throws where the run's corpus, its encoder or its checkpoint is gone, or the corpus has changed since.
 */
export async function continueRun(context: TrainContext, run: RunRecord): Promise<PreparedRun> {
  const { database, onEvent } = context;
  onEvent({ kind: 'stage', stage: 'Reading the last checkpoint' });
  const corpus = await requireTrainable(database, run.corpusId);
  const encoder = await requireRecord(database, 'encoders', run.encoderId);
  const state = await findCheckpointState(database, run.id, 'latest');
  const trainedOn = state?.dataHash ?? run.corpusHash;
  if (trainedOn !== undefined && trainedOn !== corpus.hash) {
    throw new Error(
      `"${corpus.name}" was changed since "${run.name}" trained on it, so the run cannot go on; undo the change, or train a new run.`,
    );
  }
  const packs = await requirePacks(database, run);
  const config = applyRecipe(encoder.config, run.recipe);
  // A stored checkpoint keeps its own room.
  if (!state && !context.hasBegun)
    await holdRoom(context, run.id, config, run.labels, run.recipe, packs.kept);
  const weights = await (state
    ? loadRunWeights(database, run, state)
    : loadEncoderWeights(database, encoder));
  const prepared = await prepare(context, run, encoder, corpus.hash, weights, packs);
  const { step, epochsDone } = state?.position ?? START_POSITION;
  onEvent({ kind: 'resumed', step, epochsDone });
  return {
    ...prepared,
    run: {
      ...run,
      losses: run.losses.slice(0, step),
      // The best epoch's weights are stored before the latest: a death in between leaves them ahead.
      epochs: run.epochs.filter(({ epoch }) => epoch <= epochsDone || epoch === run.bestEpoch),
      pinned: (run.pinned ?? []).filter(({ epoch }) => epoch <= epochsDone),
    },
    options: state ? { ...prepared.options, resumeFrom: state } : prepared.options,
  };
}

/** The splits that a run trains and is evaluated on, and their pieces. */
interface RunPacks {
  train: PackedSplit;
  dev: PackedSplit;
  pieceIds: ReadonlySet<number>;
  /** Number of rows of the word-embedding table that are kept for them. */
  kept: number;
}

async function requirePacks(
  database: Database,
  { corpusId, encoderId, recipe: { maxPieces } }: RunRequest,
): Promise<RunPacks> {
  const train = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'train' });
  const dev = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'dev' });
  const pieceIds = distinctPieces(train, dev);
  return { train, dev, pieceIds, kept: keptPieces(pieceIds).size };
}

/** Puts the weights on the device and plans its memory. */
async function prepare(
  context: TrainContext,
  run: RunRecord,
  encoder: EncoderRecord,
  dataHash: string,
  { weights, words }: EncoderWeights,
  { train, dev, pieceIds }: RunPacks,
): Promise<PreparedRun> {
  const { database, device, control } = context;
  const { recipe, labels, precision = 'f32' } = run;
  const { maxPieces } = recipe;
  const task = tokenClassificationTask({ train, dev, labels }, recipe);
  const tagCount = task.head.outputs;
  const config = applyRecipe(encoder.config, recipe);
  const size = { config, tagCount, maxPieces, pieceIds, precision };
  const memory = await planMemory(database, device, size);
  const table = await readWordTable(words, pieceIds);
  return {
    run,
    encoder,
    options: {
      model: Model.create(config, weights, task.head, recipe.seed, table),
      task,
      train,
      labels,
      dataHash,
      recipe,
      microBatchPieces: context.microBatchPieces ?? memory.microBatchPieces,
      control,
      precision,
    },
    estimateMemory: memory.estimate,
  };
}

async function requireTrainable(database: Database, id: CorpusId): Promise<CorpusRecord> {
  const corpus = await requireRecord(database, 'corpora', id);
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
  const fault = labelsFault(corpus.labels);
  if (fault !== undefined) throw new Error(fault);
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
