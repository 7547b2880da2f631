import type { BundledEncoder } from './bundled-encoders';
import { RECIPE_FIELDS, type TrainRecipe } from './recipe';

/** BERT's own advice for fine-tuning (Devlin et al. 2019, A.3), at the learning rate that suits small encoders: the defaults of the table. */
export const DEFAULT_RECIPE: TrainRecipe = Object.fromEntries(
  RECIPE_FIELDS.flatMap((field) =>
    field.default === undefined ? [] : [[field.key, field.default]],
  ),
) as unknown as TrainRecipe;

/** Names of the recipes that the page has for every encoder. */
export const PRESET_NAMES = ['thorough', 'quick'] as const;
/** `thorough` trains every layer, as BERT's authors advise; `quick` gives a first look in a few minutes. */
export type PresetName = (typeof PRESET_NAMES)[number];

/** Facts of an encoder that decide which recipes suit it. */
export interface EncoderTraits {
  /** Name under which it comes with the page; absent for any other. */
  bundledAs?: string;
  layers: number;
  /** Width of its hidden states. */
  hidden: number;
}

/** Part of a recipe that an encoder decides. */
interface Suited {
  thorough: Partial<TrainRecipe>;
  quick: Partial<TrainRecipe>;
}

/** Width below which an encoder is small: it bears a higher learning rate than BERT base. */
const SMALL_BELOW = 512;

/** Recipes measured for an encoder that comes with the page. */
const SUITED_BY_NAME: Readonly<Record<string, Suited>> = {
  'multilingual-e5-small-8': {
    thorough: { learningRate: 2e-4, headRate: 10 },
    quick: { learningRate: 6e-4, headRate: 10, frozenLayers: 4 },
  },
};

/** All recipes' common part of a first look: small batches, no dropout, short sentences. */
const QUICK: TrainRecipe = {
  ...DEFAULT_RECIPE,
  epochs: 5,
  batchSize: 8,
  maxPieces: 64,
  dropout: 0,
};

/**
 * Makes the recipes that suit an encoder: those measured for it, else those for its size, whose quick one trains the upper half of its
 * layers.
 *
 *   presetsFor({ layers: 6, hidden: 384 }).quick  →  { …, learningRate: 6e-4, frozenLayers: 3 }
 */
export function presetsFor(encoder: EncoderTraits): Record<PresetName, TrainRecipe> {
  const own = encoder.bundledAs === undefined ? undefined : SUITED_BY_NAME[encoder.bundledAs];
  const { thorough, quick } = own ?? suitedBySize(encoder);
  return { thorough: { ...DEFAULT_RECIPE, ...thorough }, quick: { ...QUICK, ...quick } };
}

/** Makes the recipes that suit an encoder which comes with the page. */
export function presetsForBundled({ name, layers, hidden }: BundledEncoder) {
  return presetsFor({ bundledAs: name, layers, hidden });
}

function suitedBySize({ layers, hidden }: EncoderTraits): Suited {
  const frozenLayers = Math.floor(layers / 2);
  const learningRate = hidden < SMALL_BELOW ? 6e-4 : 1e-4;
  return { thorough: {}, quick: { learningRate, frozenLayers } };
}
