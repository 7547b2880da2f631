import type { LossScaleState } from '../optimizer/loss-scale';
import type { NumbersByKey, OptimizerState } from '../optimizer/optimizer-state';

/** Metadata of checkpoints from before there was more than one optimiser. Their moments are the tensors `m/<key>` and `v/<key>`. */
export interface AdamwOnlyMetadata {
  betaPowers?: { beta1Power: number; beta2Power: number; lossScale?: LossScaleState };
}

/** Reads AdamW's state from such a checkpoint; `readNumbers` gives the tensors whose names begin with a prefix. */
export async function readAdamwOnly(
  { lossScale, ...scalars }: NonNullable<AdamwOnlyMetadata['betaPowers']>,
  readNumbers: (prefix: string) => Promise<NumbersByKey>,
): Promise<{ optimizer: OptimizerState; lossScale?: LossScaleState }> {
  const slots = new Map([
    ['m', await readNumbers('m/')],
    ['v', await readNumbers('v/')],
  ]);
  return { optimizer: { kind: 'adamw', slots, scalars }, ...(lossScale ? { lossScale } : {}) };
}

/**
 * Says whether an interrupted step of such a checkpoint was cut into the micro-batches of today. Otherwise it was cut with padding, and begins
 * anew.
 */
export function isCutAsNow(accumulated: object): boolean {
  return 'isPadded' in accumulated && accumulated.isPadded === false;
}
