import type { TrainRecipe } from '../../recipe/recipe';
import { countOf, formatPower } from '../parts/quantities';

/** A recipe as facts, in the words the page uses. */
export function recipeFacts(recipe: TrainRecipe): [name: string, value: string][] {
  const facts: [string, string][] = [
    ['Epochs', String(recipe.epochs)],
    ['Batch', `${countOf(recipe.batchSize, 'sentence')}`],
    ['Window', countOf(recipe.maxPieces, 'piece')],
    ['Peak rate', formatPower(recipe.learningRate)],
    ['Schedule', `linear, ${percent(recipe.warmupShare)} warm-up`],
    ['Weight decay', String(recipe.weightDecay)],
    ['Clipping', recipe.clipNorm === 0 ? 'off' : `norm ${recipe.clipNorm}`],
    ['Scheme', recipe.scheme],
    ['Seed', String(recipe.seed)],
  ];
  if (recipe.dropout !== undefined) facts.push(['Dropout', String(recipe.dropout)]);
  if (recipe.frozenLayers)
    facts.push(['Frozen', `the ${countOf(recipe.frozenLayers, 'lowest layer')}`]);
  if (recipe.patience > 0) facts.push(['Patience', countOf(recipe.patience, 'epoch')]);
  return facts;
}

/** What one recipe changes against another, shortest first in reading: `rate 3 × 10⁻⁵ → 5 × 10⁻⁵, seed 1 → 7`; empty where nothing differs. */
export function describeChange(before: TrainRecipe, after: TrainRecipe): string {
  const changes: string[] = [];
  const names: [keyof TrainRecipe, string][] = [
    ['epochs', 'epochs'],
    ['learningRate', 'rate'],
    ['batchSize', 'batch'],
    ['maxPieces', 'window'],
    ['scheme', 'scheme'],
    ['seed', 'seed'],
    ['warmupShare', 'warm-up'],
    ['weightDecay', 'decay'],
    ['clipNorm', 'clip'],
    ['dropout', 'dropout'],
    ['frozenLayers', 'frozen layers'],
    ['patience', 'patience'],
  ];
  for (const [key, name] of names) {
    if (valueOf(before, key) === valueOf(after, key)) continue;
    changes.push(`${name} ${show(before, key)} → ${show(after, key)}`);
  }
  return changes.join(', ');
}

/** Frozen layers that are not named are none. */
function valueOf(recipe: TrainRecipe, key: keyof TrainRecipe): number | string | undefined {
  return key === 'frozenLayers' ? (recipe.frozenLayers ?? 0) : recipe[key];
}

function show(recipe: TrainRecipe, key: keyof TrainRecipe): string {
  const value = valueOf(recipe, key);
  if (value === undefined) return 'the encoder’s';
  return key === 'learningRate' ? formatPower(Number(value)) : String(value);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
