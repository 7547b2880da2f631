import type { TrainBatch } from './train-batch';
import type { Trainer } from './trainer';

/** See `Trainer.gatherAndApply`: one after the other, the loss read in between. */
export async function gatherThenApply(
  trainer: Pick<Trainer, 'gather' | 'apply' | 'discard'>,
  part: TrainBatch,
  learningRate: number,
  clipNorm: number,
): Promise<{ loss: number; norm: number | undefined }> {
  const loss = await trainer.gather(part);
  if (Number.isFinite(loss)) return { loss, norm: await trainer.apply(learningRate, clipNorm) };
  trainer.discard();
  return { loss, norm: NaN };
}
