import {
  readSafetensors,
  writeSafetensors,
  type SafetensorsFile,
} from '../../model/safetensors/safetensors';
import type { Weights } from '../../model/weights';
import type { AdamwState, Moments } from '../optimizer/adamw';
import type { AccumulatedState, CheckpointState } from './checkpoint-state';

/** What stands in the file's metadata, as JSON: JSON keeps every float64 bit for bit. */
interface CheckpointMetadata extends Pick<
  CheckpointState,
  'position' | 'recipe' | 'labels' | 'config' | 'dataHash'
> {
  betaPowers?: Omit<AdamwState, 'moments'>;
  accumulated?: Omit<AccumulatedState, 'gradients'>;
}

const METADATA_KEY = 'tagwerk.checkpoint';

/**
 * A checkpoint as a safetensors file in parts, the numbers not copied: tensors `weights/<key>`, `m/<key>`, `v/<key>` and `gradients/<key>`, all
 * else in the metadata. Other tools can read the weights.
 *
 * @throws where a number is not finite: a diverged state is never kept.
 */
export function writeCheckpoint(state: CheckpointState): Uint8Array<ArrayBuffer>[] {
  const { weights, optimizer, accumulated, position, recipe, labels, config, dataHash } = state;
  const tensors: Weights = new Map();
  for (const [key, weight] of weights) tensors.set(`weights/${key}`, weight);
  for (const [key, { m, v }] of optimizer?.moments ?? []) {
    tensors.set(`m/${key}`, { shape: [m.length], data: m });
    tensors.set(`v/${key}`, { shape: [v.length], data: v });
  }
  for (const [key, gradient] of accumulated?.gradients ?? []) {
    tensors.set(`gradients/${key}`, { shape: [gradient.length], data: gradient });
  }
  const metadata: CheckpointMetadata = { position, recipe, labels, config, dataHash };
  if (accumulated) {
    const { parts, microBatchPieces, isPadded, loss } = accumulated;
    metadata.accumulated = { parts, microBatchPieces, isPadded, loss };
  }
  if (optimizer) {
    const { beta1Power, beta2Power, lossScale } = optimizer;
    metadata.betaPowers = { beta1Power, beta2Power, ...(lossScale ? { lossScale } : {}) };
  }
  return writeSafetensors(tensors, 'F32', { [METADATA_KEY]: JSON.stringify(metadata) });
}

/** Bytes of a checkpoint's parts: what storage is asked to hold. */
export function countBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

/** The state that `writeCheckpoint` wrote, bit for bit. @throws for a file that is no checkpoint. */
export async function readCheckpoint(blob: Blob): Promise<CheckpointState> {
  const file = await readSafetensors(blob, 'The checkpoint');
  const json = file.metadata[METADATA_KEY];
  if (json === undefined) {
    throw new Error(
      'The checkpoint has weights, but does not say where its run stood; start the run again.',
    );
  }
  const { betaPowers, accumulated, ...fields } = JSON.parse(json) as CheckpointMetadata;
  const weights: Weights = new Map();
  for (const key of keysUnder(file, 'weights/')) {
    weights.set(key, await file.read(`weights/${key}`));
  }
  if (!betaPowers) return { weights, ...fields };
  const moments = new Map<string, Moments>();
  for (const key of keysUnder(file, 'm/')) {
    const m = await file.read(`m/${key}`);
    const v = await file.read(`v/${key}`);
    moments.set(key, { m: m.data, v: v.data });
  }
  const state = { weights, optimizer: { ...betaPowers, moments }, ...fields };
  if (!accumulated) return state;
  const gradients = new Map<string, Float32Array>();
  for (const key of keysUnder(file, 'gradients/')) {
    gradients.set(key, (await file.read(`gradients/${key}`)).data);
  }
  return { ...state, accumulated: { ...accumulated, gradients } };
}

function keysUnder({ tensors }: SafetensorsFile, prefix: string): string[] {
  return [...tensors.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}
