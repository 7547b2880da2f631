import { Failure } from '../messages/failure';
import type { TrainRecipe } from '../recipe/recipe';
import type { BertConfig } from '../model/bert-config';

/**
 * Makes the configuration of a run's model: the encoder's, cut to the layers that the recipe uses, with the recipe's dropout rate in both
 * places. A field that the recipe lacks stays as it is.
 *
 * @throws where the encoder has fewer layers than are to be used, or uses fewer than are to be frozen.
 */
export function applyRecipe(
  config: BertConfig,
  recipe: Pick<TrainRecipe, 'layers' | 'frozenLayers' | 'dropout'>,
): BertConfig {
  const { frozenLayers = 0, dropout } = recipe;
  const used = useLayers(config, recipe);
  if (frozenLayers > used.layers) {
    const has = used.layers === config.layers ? 'the encoder has' : 'uses';
    throw new Failure(
      `The recipe freezes ${frozenLayers} layers, but ${has} ${used.layers}.`,
      `Freeze at most ${used.layers}.`,
    );
  }
  if (dropout === undefined) return used;
  return { ...used, hiddenDropout: dropout, attentionDropout: dropout };
}

/**
 * Cuts an encoder's configuration to the layers that a recipe uses: what the file of a run's model is written by.
 *
 * @throws where the encoder has fewer.
 */
export function useLayers(
  config: BertConfig,
  { layers = config.layers }: Pick<TrainRecipe, 'layers'>,
): BertConfig {
  if (layers > config.layers) {
    throw new Failure(
      `The recipe uses ${layers} layers, but the encoder has ${config.layers}.`,
      `Use at most ${config.layers}.`,
    );
  }
  return layers === config.layers ? config : { ...config, layers };
}
