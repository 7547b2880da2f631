import { describe, expect, test } from 'vitest';
import { checkRecipe } from '../../src/export/recipe-check';
import { DEFAULT_RECIPE, presetsFor } from '../../src/recipe/presets';
import type { TrainRecipe } from '../../src/recipe/recipe';

const check = (recipe: object) => checkRecipe(recipe, 'card.recipe');

describe('the recipe of a card', () => {
  test('comes back as it is, with and without the fields that may be left out', () => {
    expect(check(DEFAULT_RECIPE)).toEqual(DEFAULT_RECIPE);
    const { quick } = presetsFor({ layers: 6, hidden: 384 });
    expect(check(quick)).toEqual(quick);
    const cut = { ...quick, layers: 4, headRate: 10 };
    expect(check(cut)).toEqual(cut);
  });

  test('may lie outside of the bounds of today, for it was made under others', () => {
    const old = { ...DEFAULT_RECIPE, seed: -(2 ** 40), maxPieces: 3, learningRate: 2 };
    expect(check(old)).toEqual(old);
  });

  test('loses a field that only a newer Tagwerk knows', () => {
    expect(check({ ...DEFAULT_RECIPE, momentum: 0.9 })).toEqual(DEFAULT_RECIPE);
  });

  test.each<[string, object, string]>([
    ['half an epoch', { epochs: 1.5 }, 'card.recipe.epochs should be a whole number'],
    ['a rate in words', { learningRate: 'fast' }, 'card.recipe.learningRate should be a number'],
    ['a rate without end', { weightDecay: Infinity }, 'card.recipe.weightDecay should be a number'],
    ['a null', { dropout: null }, 'card.recipe.dropout should be a number'],
    ['an unknown scheme', { scheme: 'BIO' }, 'card.recipe.scheme should be one of IOB1, IOB2'],
  ])('is refused with %s', (_, change, reason) => {
    expect(() => check({ ...DEFAULT_RECIPE, ...change })).toThrow(reason);
  });

  test('is refused with a field less', () => {
    const rest: Partial<TrainRecipe> = { ...DEFAULT_RECIPE };
    delete rest.seed;
    expect(() => check(rest)).toThrow('card.recipe.seed is missing');
  });
});
