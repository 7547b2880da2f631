import type { StepSettings } from '../optimizer/optimizer-rule';
import type { TrainBatch } from './train-batch';
import type { Trainer } from './trainer';

/** Does `Trainer.gatherAndApply` one after the other, for a trainer that reads the loss in between. */
export async function gatherThenApply(
  trainer: Pick<Trainer, 'gather' | 'apply' | 'discard'>,
  part: TrainBatch,
  settings: StepSettings,
): Promise<{ loss: number; norm: number | undefined }> {
  const loss = await trainer.gather(part);
  if (Number.isFinite(loss)) return { loss, norm: await trainer.apply(settings) };
  trainer.discard();
  return { loss, norm: NaN };
}
