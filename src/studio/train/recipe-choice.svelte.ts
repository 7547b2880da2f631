import { valueIn, withValue, type FieldValue } from '../../recipe/field-values';
import { presetsFor, type EncoderTraits, type PresetName } from '../../recipe/presets';
import { RECIPE_FIELDS, type RecipeField, type TrainRecipe } from '../../recipe/recipe';

/**
 * The recipe of the next run: one of the page's own for the chosen encoder, and what the person changed about it. With another encoder the
 * page's own becomes that encoder's, and the changes stay.
 */
export class RecipeChoice {
  readonly #encoder: () => EncoderTraits;
  #preset = $state<PresetName>('thorough');
  /** Fields that the person changed, each with its value; undefined takes it out. */
  #changes = $state.raw<readonly (readonly [RecipeField, FieldValue | undefined])[]>([]);
  readonly presets = $derived.by(() => presetsFor(this.#encoder()));
  readonly #recipe: TrainRecipe = $derived.by(() => {
    const base = this.presets[this.#preset];
    return this.#changes.reduce((recipe, [field, value]) => withValue(recipe, field, value), base);
  });

  /** @param encoder gives the chosen encoder */
  constructor(encoder: () => EncoderTraits) {
    this.#encoder = encoder;
  }

  get recipe(): TrainRecipe {
    return this.#recipe;
  }

  /** Takes a recipe: all in which it differs from the page's own are the person's changes. */
  set recipe(recipe: TrainRecipe) {
    const base = this.presets[this.#preset];
    const changed = RECIPE_FIELDS.filter(
      (field) => valueIn(recipe, field) !== valueIn(base, field),
    );
    this.#changes = changed.map((field) => [field, recipe[field.key]] as const);
  }

  /** Takes a recipe of the page's own, with the changes that are given and no others. */
  choose(name: PresetName, changes: Partial<TrainRecipe> = {}): void {
    this.#preset = name;
    this.recipe = { ...this.presets[name], ...changes };
  }

  /** The page's own recipe that this is exactly; undefined where the person has changed it. */
  get preset(): PresetName | undefined {
    return this.#changes.length === 0 ? this.#preset : undefined;
  }
}
