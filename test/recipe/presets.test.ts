import { describe, expect, test } from 'vitest';
import { DEFAULT_RECIPE, presetsFor } from '../../src/recipe/presets';

describe('the recipes that suit an encoder', () => {
  test('are those measured for the multilingual one', () => {
    const e5 = { bundledAs: 'multilingual-e5-small-8', layers: 8, hidden: 384 };
    const { thorough, quick } = presetsFor(e5);
    expect(thorough).toEqual({ ...DEFAULT_RECIPE, learningRate: 2e-4 });
    expect(quick).toEqual({
      ...DEFAULT_RECIPE,
      ...{ learningRate: 6e-4, headRate: 10, frozenLayers: 4 },
      ...{ epochs: 5, batchSize: 8, maxPieces: 64, dropout: 0 },
    });
  });

  test('are for MiniLM as they were before there was another encoder', () => {
    const { thorough, quick } = presetsFor({ bundledAs: 'minilm-l6', layers: 6, hidden: 384 });
    expect(thorough).toEqual(DEFAULT_RECIPE);
    expect(quick).toEqual({
      ...DEFAULT_RECIPE,
      ...{
        learningRate: 6e-4,
        frozenLayers: 3,
        epochs: 5,
        batchSize: 8,
        maxPieces: 64,
        dropout: 0,
      },
    });
  });

  test.each([
    ['a tiny one', 2, 64, 1, 6e-4],
    ['one of a single layer', 1, 64, 0, 6e-4],
    ['BERT base', 12, 768, 6, 1e-4],
  ])('follow from the size of any other: %s', (_, layers, hidden, frozenLayers, learningRate) => {
    const { thorough, quick } = presetsFor({ layers, hidden });
    expect(thorough).toEqual(DEFAULT_RECIPE);
    expect(quick).toMatchObject({ frozenLayers, learningRate });
  });
});
