import { currentEngine } from '../../engine/engine';
import type { Model } from '../../model/model';
import { DEFAULT_RECIPE } from '../../recipe/presets';
import { GpuTrainer, type GpuTrainerOptions } from './gpu-trainer';
import { TapeTrainer } from './tape-trainer';
import type { Trainer, TrainerRecipe } from './trainer';

/**
 * Creates the trainer of the backend in use, for what the recipe trains. The CPU takes no notice of a GPU's options.
 *
 * @throws where the encoder has fewer layers than the recipe freezes
 */
export function createTrainer(
  model: Model,
  recipe: TrainerRecipe = DEFAULT_RECIPE,
  options: GpuTrainerOptions = {},
): Trainer {
  return currentEngine().traits.replaysSteps
    ? new GpuTrainer(model, recipe, options)
    : new TapeTrainer(model, recipe, options);
}
