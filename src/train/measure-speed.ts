import { IGNORED_LABEL } from '../engine/ops/masked-cross-entropy';
import type { ModelBatch } from '../model/model-batch';
import type { TokenClassifier } from '../model/token-classifier';
import { AdamW } from './adamw';
import { disposeGradients, lossAndGradients, measureGradients, type Gradients } from './gradients';
import type { RunControl } from './run-control';

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
 * @returns undefined once it was stopped.
 */
export async function measureSpeed(
  classifier: TokenClassifier,
  microBatchPieces: number,
  control: RunControl,
): Promise<Speed | undefined> {
  const pieces = Math.min(typicalPieces, classifier.config.maxPositions);
  const large = Math.max(2, Math.floor(microBatchPieces / pieces));
  const small = Math.max(1, Math.floor(large / 4));
  const optimizer = new AdamW(classifier.parameters);
  let gradients: Gradients = new Map();
  const train = async (batch: ModelBatch) => {
    disposeGradients(gradients);
    const labelIds = new Int32Array(batch.batch * pieces).fill(IGNORED_LABEL);
    labelIds.fill(0, 1, pieces - 1);
    const step = { seed: 1, step: 0 };
    const part = lossAndGradients(classifier, batch, labelIds, pieces - 2, step);
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
  try {
    const times: number[] = [];
    const smallBatch = uniformBatch(small, pieces);
    const largeBatch = uniformBatch(large, pieces);
    const works = [
      () => train(smallBatch), // the first of its kind compiles and allocates: not counted
      () => train(smallBatch),
      () => train(largeBatch),
      update,
      update,
      () => evaluate(smallBatch),
      () => evaluate(largeBatch),
    ];
    for (const work of works) {
      if (!(await control.mayGoOn())) return undefined;
      const startedAt = performance.now();
      await work();
      times.push(performance.now() - startedAt);
    }
    const [, trainSmall, trainLarge, , updateMs, evaluateSmall, evaluateLarge] = times as [
      ...[number, number, number, number, number, number, number],
    ];
    const sizes: [number, number] = [small * pieces, large * pieces];
    return {
      train: fitLine(sizes, [trainSmall, trainLarge]),
      evaluate: fitLine(sizes, [evaluateSmall, evaluateLarge]),
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
