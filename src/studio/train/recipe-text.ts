import { valueIn, type FieldValue } from '../../recipe/field-values';
import { RECIPE_FIELDS, type RecipeField, type TrainRecipe } from '../../recipe/recipe';
import type { PresetName } from '../../recipe/presets';
import type { NumberNotation } from '../../recipe/recipe-field';
import { countOf, formatPower } from '../parts/quantities';

/**
 * Tells a recipe as facts, a label and a value each: `['Batch size', '16 sentences']`. It passes over fields that the recipe leaves to the
 * encoder, and over those that stand as they would without it.
 */
export function recipeFacts(recipe: TrainRecipe): [label: string, value: string][] {
  return RECIPE_FIELDS.flatMap((field) => {
    const value = valueIn(recipe, field);
    const isOff = value === field.absent || (value === 0 && field.default === 0);
    return value === undefined || isOff ? [] : [[field.label, describeValue(field, value)]];
  });
}

/**
 * Tells what one recipe changes against another: `learning rate 3 × 10⁻⁵ → 5 × 10⁻⁵, seed 1 → 7`; empty where nothing differs. An
 * optional field that is absent equals the number that its absence stands for.
 */
export function describeChange(before: TrainRecipe, after: TrainRecipe): string {
  return RECIPE_FIELDS.flatMap((field) => {
    const [old, now] = [valueIn(before, field), valueIn(after, field)];
    if (old === now) return [];
    const label = field.label.charAt(0).toLowerCase() + field.label.slice(1);
    return [`${label} ${formatValue(field, old)} → ${formatValue(field, now)}`];
  }).join(', ');
}

/** Says what one of the page's own recipes does, as it suits the chosen encoder. */
export function describePreset(name: PresetName, recipe: TrainRecipe): string {
  const { learningRate, headRate = 1, frozenLayers = 0, epochs, batchSize, maxPieces } = recipe;
  const rate = `learning rate ${formatPower(learningRate)}${headRate === 1 ? '' : `, the head ${headRate} times as fast`}`;
  if (name === 'thorough') {
    return `Every layer is trained: ${countOf(epochs, 'epoch')}, batch size ${batchSize}, as BERT’s authors advise; ${rate}.`;
  }
  const frozen =
    frozenLayers === 0
      ? 'Every layer is trained'
      : `The ${countOf(frozenLayers, 'lowest layer')} and the embeddings are frozen; the rest learns`;
  return `${frozen} from batches of ${countOf(batchSize, 'sentence')}, without dropout, cut at ${countOf(maxPieces, 'word piece')}; ${rate}. Good for small corpora and first impressions.`;
}

/** Describes a field's value with its unit: `16 sentences`, `5 × 10⁻⁵`, `10 % of steps`, `off`. */
export function describeValue(field: RecipeField, value: FieldValue | undefined): string {
  if (typeof value !== 'number' || field.kind === 'choice' || !field.unit) {
    return formatValue(field, value);
  }
  if (value === 0 && field.zero !== undefined) return field.zero;
  if (field.notation === 'share') return `${formatValue(field, value)} of ${field.unit[1]}`;
  return countOf(value, ...field.unit);
}

/** Words for a learning rate, by its most times the one that suits the encoder. */
const RATE_WORDS: readonly [times: number, word: string][] = [
  [0.3, 'very slow'],
  [0.7, 'slow'],
  [1.4, 'usual'],
  [2.5, 'fast'],
  [Infinity, 'very fast'],
];

/** Says how fast a learning rate is beside the one that suits the encoder: `slow`. */
export function describeRate(rate: number, usual: number): string {
  return RATE_WORDS.find(([times]) => rate <= times * usual)![1];
}

/** Names a field with the unit of its values: `Batch size, sentences`, `Warm-up, share of steps`. */
export function labelWithUnit(field: RecipeField): string {
  if (field.kind === 'choice' || !field.unit) return field.label;
  const unit = field.unit[1];
  return `${field.label}, ${field.notation === 'share' ? `share of ${unit}` : unit}`;
}

const NUMBER_FORMATS: Record<NumberNotation, (value: number) => string> = {
  plain: String,
  power: formatPower,
  share: (value) => `${Number((value * 100).toPrecision(3))} %`,
  norm: (value) => `norm ${value}`,
  factor: (value) => `× ${value}`,
};

/** Writes a value without its unit. */
function formatValue(field: RecipeField, value: FieldValue | undefined): string {
  if (value === undefined) return String(field.absent ?? 'none');
  if (typeof value === 'string' || field.kind === 'choice') return String(value);
  if (value === 0 && field.zero !== undefined) return field.zero;
  return NUMBER_FORMATS[field.notation](value);
}
