import type { BertConfig } from '../../model/bert-config';
import { joinSentences } from '../../model/piece-batch';
import { randomBert } from '../../model/random-bert';
import { tokenClassification } from '../../model/heads/token-classification';
import { Model } from '../../model/model';
import type { Precision } from '../../recipe/precision';
import { GpuTrainer } from '../step/gpu-trainer';
import type { TrainBatch } from '../step/train-batch';

/** Distance of a training step in half precision from the same in f32, on the device in use. */
export interface HalfCheck {
  /** |loss − loss in f32| / loss in f32. */
  lossApart: number;
  /** ‖gradients − gradients in f32‖ / ‖gradients in f32‖, over all parameters. */
  gradientsApart: number;
}

/** A number of half precision has 11 bits. Sound hardware is at a few parts in a thousand here; what rounds wrongly is far beyond. */
export const HALF_BOUNDS: HalfCheck = { lossApart: 1e-3, gradientsApart: 1e-2 };

const CONFIG: BertConfig = {
  vocabularySize: 64,
  hidden: 64,
  layers: 2,
  heads: 2,
  intermediate: 256,
  maxPositions: 32,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
const TAGS = 5;

/** Takes one step of a small BERT in both precisions, with dropout and sentences of unlike lengths; some kernels are compiled for it. */
export async function checkHalf(): Promise<HalfCheck> {
  const [whole, half] = [await gatherIn('f32'), await gatherIn('f16')];
  let [apart, length] = [0, 0];
  for (const [key, numbers] of whole.gradients) {
    const others = half.gradients.get(key)!;
    numbers.forEach((number, i) => {
      apart += (others[i]! - number) ** 2;
      length += number ** 2;
    });
  }
  return {
    lossApart: Math.abs(half.loss / whole.loss - 1),
    gradientsApart: Math.sqrt(apart / length),
  };
}

async function gatherIn(precision: Precision) {
  const model = Model.create(CONFIG, randomBert(CONFIG, 1), tokenClassification(TAGS), 1);
  const trainer = new GpuTrainer(model, undefined, { precision });
  try {
    const loss = await trainer.gather(checkBatch());
    const { gradients } = await trainer.state();
    return { loss, gradients: gradients! };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

function checkBatch(): TrainBatch {
  const sentences = [32, 7, 20, 13].map((length) => Array.from({ length }, (_, place) => place));
  const places = sentences.map((sentence, i) =>
    sentence.map((place) => i * CONFIG.maxPositions + place),
  );
  const pieceIds = places.map((sentence) =>
    sentence.map((place) => (place * 37 + 11) % CONFIG.vocabularySize),
  );
  const labelIds = Int32Array.from(places.flat(), (place) => (place * 7) % TAGS);
  const batch = joinSentences(pieceIds);
  return { batch, labelIds, denominator: labelIds.length, dropout: { seed: 1, step: 0 } };
}
