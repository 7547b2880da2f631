import type * as tf from '@tensorflow/tfjs-core';
import type { DeviceBatch } from '../../engine/ops/device-batch';
import type { BertConfig } from '../bert-config';
import type { Parameters } from '../bert-weights';
import type { DropoutStep } from '../dropout-sites';
import type { ParameterShapes } from '../parameters';
import type { Weights } from '../weights';

/** The layers above an encoder, which turn its hidden states into scores. */
export interface Head {
  /** Scores of a row: tags, or entries of a vocabulary. */
  readonly outputs: number;
  /** Gives the shapes of the head's own parameters by Hugging Face key, in Hugging Face's layout. */
  parameterShapes(config: BertConfig): ParameterShapes;
  /** Gives the values that the head starts from where the weights bring none that fit; the same for the same seed. */
  startingWeights(config: BertConfig, seed: number): Weights;
  /** Computes the scores of each row: states f32[rows, hidden] → f32[rows, outputs]. */
  logits(
    states: tf.Tensor2D,
    parameters: Parameters,
    pass: { config: BertConfig; batch: DeviceBatch; dropout?: DropoutStep | undefined },
  ): tf.Tensor2D;
}
