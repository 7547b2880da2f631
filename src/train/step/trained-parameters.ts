import type * as tf from '@tensorflow/tfjs-core';
import { isBelowLayer } from '../../model/parameters';
import type { Model } from '../../model/model';
import type { TrainRecipe } from '../../recipe/recipe';

/**
 * Finds the parameters that a recipe trains: everything above its frozen layers.
 *
 * @throws where the encoder has fewer layers than are to be frozen.
 */
export function trainedParameters(
  { parameters, config }: Model,
  { frozenLayers = 0 }: Pick<TrainRecipe, 'frozenLayers'>,
): ReadonlyMap<string, tf.Variable> {
  if (frozenLayers === 0) return parameters;
  if (frozenLayers > config.layers) {
    throw new Error(
      `The recipe freezes ${frozenLayers} layers, but the encoder has ${config.layers}; freeze at most ${config.layers}.`,
    );
  }
  return new Map([...parameters].filter(([key]) => !isBelowLayer(key, frozenLayers)));
}
