import type { TrainRecipe } from '../recipe/recipe';
import type { BertConfig } from '../model/bert-config';

/** Makes the encoder's configuration with the recipe's dropout rate in both places; without one in the recipe it stays as it is. */
export function applyDropout(config: BertConfig, { dropout }: TrainRecipe): BertConfig {
  if (dropout === undefined) return config;
  return { ...config, hiddenDropout: dropout, attentionDropout: dropout };
}
