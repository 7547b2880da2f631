import { currentEngine } from '../../engine/engine';
import { IGNORED_LABEL } from '../../engine/ops/masked-cross-entropy';
import { joinSentences, type PieceBatch } from '../../model/piece-batch';
import type { Model } from '../../model/model';
import type { Precision } from '../../recipe/precision';
import type { RunControl } from '../run-control';
import { createTrainer } from '../step/create-trainer';
import type { TrainerRecipe } from '../step/trainer';

/** Times of work on this machine, each a line over the pieces of a micro-batch. */
export interface Speed {
  train: { fixedMs: number; msPerPiece: number };
  evaluate: { fixedMs: number; msPerPiece: number };
  /** Clipping and update, once an optimiser step. */
  updateMs: number;
}

/** Length of most sentences, about. */
const TYPICAL_PIECES = 32;

/**
 * Trains and tags micro-batches of two sizes, without changing the model, to measure what a run will take.
 *
 * @throws an AbortError once it was stopped.
 */
export async function measureSpeed(
  model: Model,
  recipe: TrainerRecipe,
  microBatchPieces: number,
  control: RunControl,
  precision?: Precision,
): Promise<Speed> {
  const pieces = Math.min(TYPICAL_PIECES, model.config.maxPositions);
  const large = Math.max(2, Math.floor(microBatchPieces / pieces));
  const small = Math.max(1, Math.floor(large / 4));
  const trainer = createTrainer(model, recipe, precision ? { precision } : {});
  const train = async (batch: PieceBatch) => {
    const labelIds = new Int32Array(batch.pieceIds.length).fill(IGNORED_LABEL);
    labelIds.fill(0, 1, pieces - 1);
    trainer.discard();
    await trainer.gather({
      batch,
      labelIds,
      denominator: pieces - 2,
      dropout: { seed: 1, step: 0 },
    });
  };
  // A rate of 0 leaves the weights as they are, decay included.
  const update = () => trainer.apply({ learningRate: 0, clipNorm: 1 });
  const evaluate = (batch: PieceBatch) => model.score(batch);
  const time = async (work: () => Promise<unknown>): Promise<number> => {
    if (!(await control.waitToContinue()))
      throw new DOMException('The measurement was stopped.', 'AbortError');
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  try {
    const [smallBatch, largeBatch] = [uniformBatch(small, pieces), uniformBatch(large, pieces)];
    const sizes: [number, number] = [small * pieces, large * pieces];
    // The first of a kind compiles and allocates: it is not counted.
    await time(() => train(smallBatch));
    const trainSmallMs = await time(() => train(smallBatch));
    const trainLargeMs = await time(() => train(largeBatch));
    await time(update);
    await train(smallBatch);
    const updateMs = await time(update);
    const evaluateSmallMs = await time(() => evaluate(smallBatch));
    const evaluateLargeMs = await time(() => evaluate(largeBatch));
    return {
      train: fitLine(sizes, [trainSmallMs, trainLargeMs]),
      evaluate: fitLine(sizes, [evaluateSmallMs, evaluateLargeMs]),
      updateMs,
    };
  } finally {
    trainer.dispose();
    currentEngine().releaseUnusedMemory();
  }
}

/** Lays a line through two points that never goes under zero: noise may make the small one slower than its share. */
function fitLine([small, large]: [number, number], [smallMs, largeMs]: [number, number]) {
  const slope = (largeMs - smallMs) / (large - small);
  const msPerPiece = Math.min(Math.max(slope, 0.5 * (largeMs / large)), largeMs / large);
  return { fixedMs: largeMs - msPerPiece * large, msPerPiece };
}

function uniformBatch(sentences: number, pieces: number): PieceBatch {
  return joinSentences(Array.from({ length: sentences }, () => new Int32Array(pieces)));
}
