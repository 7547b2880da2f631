import { expect, test } from 'vitest';
import { applyRecipe, useLayers } from '../../src/train/apply-recipe';
import { miniLm } from '../reference/model-shapes';

test('an empty recipe leaves the encoder’s configuration as it is', () => {
  expect(applyRecipe(miniLm, {})).toBe(miniLm);
  expect(useLayers(miniLm, { layers: 6 })).toBe(miniLm);
});

test('layers and dropout are the recipe’s; a file has the layers, and the encoder’s own dropout', () => {
  const recipe = { layers: 4, frozenLayers: 4, dropout: 0 };
  const cut = { ...miniLm, layers: 4 };
  expect(applyRecipe(miniLm, recipe)).toEqual({ ...cut, hiddenDropout: 0, attentionDropout: 0 });
  expect(useLayers(miniLm, recipe)).toEqual(cut);
});

test.each([
  [{ layers: 7 }, 'The recipe uses 7 layers, but the encoder has 6.'],
  [{ layers: 7, frozenLayers: 8 }, 'The recipe uses 7 layers, but the encoder has 6.'],
  [{ frozenLayers: 7 }, 'The recipe freezes 7 layers, but the encoder has 6.'],
  [{ layers: 2, frozenLayers: 3 }, 'The recipe freezes 3 layers, but uses 2.'],
])('%o is refused', (recipe, reason) => {
  expect(() => applyRecipe(miniLm, recipe)).toThrow(reason);
});
