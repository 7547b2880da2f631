import {
  readSafetensors,
  writeSafetensors,
  type SafetensorsFile,
} from '../../model/safetensors/safetensors';
import type { Weights } from '../../model/weights';
import type { LossScaleState } from '../optimizer/loss-scale';
import type { NumbersByKey, OptimizerState } from '../optimizer/optimizer-state';
import type { AccumulatedState, CheckpointState } from './checkpoint-state';
import { isCutAsNow, readAdamwOnly, type AdamwOnlyMetadata } from './adamw-only-checkpoint';

/** Metadata of the file, as JSON: JSON keeps every float64 bit for bit. */
interface CheckpointMetadata
  extends
    Pick<CheckpointState, 'position' | 'recipe' | 'labels' | 'config' | 'dataHash'>,
    AdamwOnlyMetadata {
  optimizer?: Omit<OptimizerState, 'slots'> & { slots: readonly string[] };
  lossScale?: LossScaleState;
  accumulated?: Omit<AccumulatedState, 'gradients'>;
}

const METADATA_KEY = 'tagwerk.checkpoint';
/** Tensor of `CheckpointState.wordIds`: f32 holds every id exactly, for there are less than 2²⁴ pieces. */
const WORD_IDS = 'word-ids';

/**
 * Writes a checkpoint as a safetensors file in parts, without copying numbers. Its tensors are `weights/<key>`, `optimizer/<slot>/<key>` and
 * `gradients/<key>`, and `word-ids` where the word-embedding table is in it by rows; all else stands in the metadata. Other tools can read the
 * weights.
 *
 *   writeCheckpoint(state)  →  weights/classifier.bias, …, optimizer/m/classifier.bias, …, optimizer/v/classifier.bias, …
 *
 * @throws where a number is not finite: a diverged state is never kept.
 */
export function writeCheckpoint(state: CheckpointState): Uint8Array<ArrayBuffer>[] {
  const { weights, wordIds, optimizer, lossScale, accumulated, ...rest } = state;
  const { position, recipe, labels, config, dataHash } = rest;
  const tensors: Weights = new Map();
  for (const [key, weight] of weights) tensors.set(`weights/${key}`, weight);
  for (const [slot, numbers] of optimizer?.slots ?? [])
    addNumbers(tensors, `optimizer/${slot}/`, numbers);
  if (accumulated) addNumbers(tensors, 'gradients/', accumulated.gradients);
  if (wordIds) addNumbers(tensors, '', new Map([[WORD_IDS, Float32Array.from(wordIds)]]));
  const metadata: CheckpointMetadata = { position, recipe, labels, config, dataHash };
  if (optimizer) {
    const { kind, scalars, slots } = optimizer;
    metadata.optimizer = { kind, slots: [...slots.keys()], scalars };
  }
  if (lossScale) metadata.lossScale = lossScale;
  if (accumulated) {
    const { parts, microBatchPieces, loss } = accumulated;
    metadata.accumulated = { parts, microBatchPieces, loss };
  }
  return writeSafetensors(tensors, 'F32', { [METADATA_KEY]: JSON.stringify(metadata) });
}

/** Counts the bytes of a checkpoint's parts: what storage is asked to hold. */
export function countBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

/** Reads the state that `writeCheckpoint` wrote, bit for bit. @throws for a file that is no checkpoint. */
export async function readCheckpoint(blob: Blob): Promise<CheckpointState> {
  const file = await readSafetensors(blob, 'The checkpoint');
  const json = file.metadata[METADATA_KEY];
  if (json === undefined) {
    throw new Error(
      'The checkpoint has weights, but does not say where its run stood; start the run again.',
    );
  }
  const metadata = JSON.parse(json) as CheckpointMetadata;
  const { optimizer, lossScale, betaPowers, accumulated, ...fields } = metadata;
  const weights: Weights = new Map();
  for (const [key, name] of namesUnder(file, 'weights/')) weights.set(key, await file.read(name));
  const state: CheckpointState = { weights, ...fields };
  if (file.tensors.has(WORD_IDS)) state.wordIds = Int32Array.from((await file.read(WORD_IDS)).data);
  if (lossScale) state.lossScale = lossScale;
  if (optimizer) {
    const slots = new Map<string, NumbersByKey>();
    for (const slot of optimizer.slots)
      slots.set(slot, await readNumbers(file, `optimizer/${slot}/`));
    state.optimizer = { ...optimizer, slots };
  } else if (betaPowers) {
    Object.assign(state, await readAdamwOnly(betaPowers, (prefix) => readNumbers(file, prefix)));
  }
  if (accumulated && (!betaPowers || isCutAsNow(accumulated))) {
    const { parts, microBatchPieces, loss } = accumulated;
    const gradients = await readNumbers(file, 'gradients/');
    state.accumulated = { parts, microBatchPieces, loss, gradients };
  }
  return state;
}

function addNumbers(tensors: Weights, prefix: string, numbers: NumbersByKey): void {
  for (const [key, data] of numbers) tensors.set(prefix + key, { shape: [data.length], data });
}

async function readNumbers(file: SafetensorsFile, prefix: string): Promise<NumbersByKey> {
  const numbers = new Map<string, Float32Array>();
  for (const [key, name] of namesUnder(file, prefix)) {
    numbers.set(key, (await file.read(name)).data);
  }
  return numbers;
}

/** Lists the tensors whose names begin with a prefix, by what follows it. */
function namesUnder({ tensors }: SafetensorsFile, prefix: string): [key: string, name: string][] {
  return [...tensors.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => [name.slice(prefix.length), name]);
}
