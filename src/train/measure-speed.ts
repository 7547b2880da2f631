import { IGNORED_LABEL } from '../engine/ops/masked-cross-entropy';
import type { ModelBatch } from '../model/model-batch';
import type { TokenClassifier } from '../model/token-classifier';
import { AdamW } from './adamw';
import { disposeGradients, lossAndGradients, measureGradients, type Gradients } from './gradients';
import type { TrainRecipe } from './recipe';
import type { RunControl } from './run-control';
import { trainedParameters } from './trained-parameters';

/** What work takes here, as a line over the pieces of a micro-batch, padding included. */
export interface Speed {
  train: { fixedMs: number; msPerPiece: number };
  evaluate: { fixedMs: number; msPerPiece: number };
  /** Once an optimiser step. */
  updateMs: number;
}

/** Most sentences are about this long. */
const typicalPieces = 32;

/**
 * Trains and tags micro-batches of two sizes, without changing the classifier, to learn what a run will take.
 *
 * @throws an AbortError once it was stopped.
 */
export async function measureSpeed(
  classifier: TokenClassifier,
  recipe: Pick<TrainRecipe, 'frozenLayers'>,
  microBatchPieces: number,
  control: RunControl,
): Promise<Speed> {
  const pieces = Math.min(typicalPieces, classifier.config.maxPositions);
  const large = Math.max(2, Math.floor(microBatchPieces / pieces));
  const small = Math.max(1, Math.floor(large / 4));
  const optimizer = new AdamW(trainedParameters(classifier, recipe));
  let gradients: Gradients = new Map();
  const train = async (batch: ModelBatch) => {
    disposeGradients(gradients);
    const labelIds = new Int32Array(batch.batch * pieces).fill(IGNORED_LABEL);
    labelIds.fill(0, 1, pieces - 1);
    const step = { seed: 1, step: 0 };
    const part = lossAndGradients(
      classifier,
      batch,
      labelIds,
      pieces - 2,
      step,
      optimizer.parameters,
    );
    gradients = part.gradients;
    await part.loss.data();
    part.loss.dispose();
  };
  const update = async () => {
    const { factor } = await measureGradients(gradients, 1);
    optimizer.step(gradients, 0, factor); // a rate of 0 leaves the weights as they are, decay included
    await classifier.parameters.get('classifier.bias')!.data();
  };
  const evaluate = async (batch: ModelBatch) => {
    const logits = classifier.logits(batch);
    await logits.data();
    logits.dispose();
  };
  const time = async (work: () => Promise<void>): Promise<number> => {
    if (!(await control.mayGoOn()))
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
    const updateMs = await time(update);
    const evaluateSmallMs = await time(() => evaluate(smallBatch));
    const evaluateLargeMs = await time(() => evaluate(largeBatch));
    return {
      train: fitLine(sizes, [trainSmallMs, trainLargeMs]),
      evaluate: fitLine(sizes, [evaluateSmallMs, evaluateLargeMs]),
      updateMs,
    };
  } finally {
    disposeGradients(gradients);
    optimizer.dispose();
  }
}

/** A line through two points that never goes under zero: noise may turn the small one slower than its share. */
function fitLine([small, large]: [number, number], [smallMs, largeMs]: [number, number]) {
  const slope = (largeMs - smallMs) / (large - small);
  const msPerPiece = Math.min(Math.max(slope, 0.5 * (largeMs / large)), largeMs / large);
  return { fixedMs: largeMs - msPerPiece * large, msPerPiece };
}

function uniformBatch(batch: number, pieces: number): ModelBatch {
  return {
    batch,
    pieces,
    pieceIds: new Int32Array(batch * pieces),
    attentionMask: new Int32Array(batch * pieces).fill(1),
  };
}
