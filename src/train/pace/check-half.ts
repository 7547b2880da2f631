import type { BertConfig } from '../../model/bert-config';
import { randomBert } from '../../model/random-bert';
import { TokenClassifier } from '../../model/token-classifier';
import type { Precision } from '../../recipe/precision';
import { GpuTrainer } from '../step/gpu-trainer';
import type { TrainBatch } from '../step/trainer';

/** How far a training step in half precision is from the same in f32, on the device in use. */
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
  const classifier = TokenClassifier.create(CONFIG, randomBert(CONFIG, 1), TAGS, 1);
  const trainer = new GpuTrainer(classifier, classifier.parameters, { precision });
  try {
    const loss = await trainer.gather(checkBatch());
    return { loss, gradients: await trainer.readGradients() };
  } finally {
    trainer.dispose();
    classifier.dispose();
  }
}

function checkBatch(): TrainBatch {
  const lengths = [32, 7, 20, 13];
  const pieces = CONFIG.maxPositions;
  const ofPlaces = (number: (place: number) => number, padding: number) =>
    Int32Array.from({ length: lengths.length * pieces }, (_, place) =>
      place % pieces < lengths[Math.floor(place / pieces)]! ? number(place) : padding,
    );
  return {
    batch: {
      ...{ batch: lengths.length, pieces },
      pieceIds: ofPlaces((place) => (place * 37 + 11) % CONFIG.vocabularySize, 0),
      attentionMask: ofPlaces(() => 1, 0),
    },
    labelIds: ofPlaces((place) => (place * 7) % TAGS, -1),
    labelledWords: lengths.reduce((sum, length) => sum + length),
    dropout: { seed: 1, step: 0 },
  };
}
