import { describe, expect, test } from 'vitest';
import { DEFAULT_RECIPE, presetsFor } from '../../../src/recipe/presets';
import { RECIPE_FIELDS, type TrainRecipe } from '../../../src/recipe/recipe';
import {
  describeChange,
  describeRate,
  labelWithUnit,
  recipeFacts,
} from '../../../src/studio/train/recipe-text';

const QUICK_RECIPE = presetsFor({ layers: 6, hidden: 384 }).quick;

describe('the facts of a recipe', () => {
  test('lead with the terms of the field, values with their units', () => {
    expect(recipeFacts(DEFAULT_RECIPE)).toEqual([
      ['Epochs', '3'],
      ['Batch size', '16 sentences'],
      ['Learning rate', '5 × 10⁻⁵'],
      ['Warm-up', '10 % of steps'],
      ['Weight decay', '0.01'],
      ['Gradient clipping', 'norm 1'],
      ['Max length', '128 word pieces'],
      ['Tag scheme', 'IOB2'],
      ['Seed', '1'],
    ]);
  });

  test('name what a recipe adds to the encoder’s own ways, and what it switches off', () => {
    const facts = new Map(recipeFacts({ ...QUICK_RECIPE, clipNorm: 0, patience: 1 }));
    expect(facts.get('Dropout')).toBe('0');
    expect(facts.get('Frozen layers')).toBe('3');
    expect(facts.get('Gradient clipping')).toBe('off');
    expect(facts.get('Early stopping: patience')).toBe('1 epoch');
    expect(new Map(recipeFacts({ ...QUICK_RECIPE, frozenLayers: 0 })).has('Frozen layers')).toBe(
      false,
    );
  });
});

describe('what one recipe changes against another', () => {
  test('is each field that differs, by its old and its new value', () => {
    const changed: TrainRecipe = {
      ...DEFAULT_RECIPE,
      dropout: 0.2,
      warmupShare: 0.055,
      patience: 2,
    };
    expect(describeChange(DEFAULT_RECIPE, changed)).toBe(
      'warm-up 10 % → 5.5 %, early stopping: patience off → 2, dropout the encoder’s → 0.2',
    );
  });

  test('tells the layers used and the head’s rate in their own words', () => {
    const changed: TrainRecipe = { ...DEFAULT_RECIPE, layers: 4, headRate: 10 };
    expect(describeChange(DEFAULT_RECIPE, changed)).toBe(
      'head’s learning rate × 1 → × 10, layers used all → 4',
    );
    const facts = recipeFacts(changed);
    expect(facts).toContainEqual(['Layers used', '4']);
    expect(facts).toContainEqual(['Head’s learning rate', '× 10']);
  });

  test('is nothing where an absent field equals the number that it stands for', () => {
    expect(describeChange(DEFAULT_RECIPE, { ...DEFAULT_RECIPE, frozenLayers: 0 })).toBe('');
    expect(describeChange({ ...DEFAULT_RECIPE, headRate: 1 }, DEFAULT_RECIPE)).toBe('');
  });
});

test('a learning rate is fast or slow beside the one that suits the encoder', () => {
  const words = (usual: number) =>
    [1e-5, 2e-5, 5e-5, 1e-4, 2e-4].map((rate) => describeRate(rate, usual));
  expect(words(5e-5)).toEqual(['very slow', 'slow', 'usual', 'fast', 'very fast']);
  expect(words(2e-4)).toEqual(['very slow', 'very slow', 'very slow', 'slow', 'usual']);
});

test('each field says its unit once', () => {
  const labels = Object.fromEntries(
    RECIPE_FIELDS.map((field) => [field.key, labelWithUnit(field)]),
  );
  expect(labels).toMatchObject({
    maxPieces: 'Max length, word pieces',
    warmupShare: 'Warm-up, share of steps',
    seed: 'Seed',
    frozenLayers: 'Frozen layers',
  });
});
