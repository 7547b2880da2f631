import { describe, expect, test } from 'vitest';
import { expectationOf, parseValue, valueIn, withValue } from '../../src/recipe/field-values';
import { BUNDLED_ENCODERS } from '../../src/recipe/bundled-encoders';
import { DEFAULT_RECIPE, presetsForBundled } from '../../src/recipe/presets';
import { RECIPE_FIELDS } from '../../src/recipe/recipe';

/** The page's own recipes for every encoder that comes with it. */
const PRESETS = BUNDLED_ENCODERS.flatMap((encoder) => Object.values(presetsForBundled(encoder)));

const fieldOf = (key: string) => RECIPE_FIELDS.find((field) => field.key === key)!;

describe('the table of recipe fields', () => {
  test('gives the defaults that every run so far was made with, in the order that files keep', () => {
    expect(JSON.stringify(DEFAULT_RECIPE)).toBe(
      '{"epochs":3,"batchSize":16,"learningRate":0.00005,"warmupShare":0.1,"weightDecay":0.01,"clipNorm":1,"maxPieces":128,"scheme":"IOB2","seed":1,"patience":0}',
    );
  });

  test('has no option, and no label, twice', () => {
    const flags = RECIPE_FIELDS.map(({ flag }) => flag);
    const labels = RECIPE_FIELDS.map(({ label }) => label);
    expect(new Set(flags).size).toBe(RECIPE_FIELDS.length);
    expect(new Set(labels).size).toBe(RECIPE_FIELDS.length);
  });

  test.each(RECIPE_FIELDS)('allows what the presets and the knob say of $key', (field) => {
    const stops = field.kind === 'number' ? (field.knob ?? []) : [];
    const values = [DEFAULT_RECIPE, ...PRESETS].map((recipe) => valueIn(recipe, field));
    for (const value of [...values, ...stops]) {
      if (value !== undefined) expect(parseValue(field, String(value))).toBe(value);
    }
  });
});

describe('a value of a field', () => {
  test.each([
    [
      'epochs',
      ['1', '1e3'],
      ['0', '2.5', '', ' ', 'Infinity', 'three'],
      'a whole number from 1 up',
    ],
    ['learningRate', ['0', '5e-5', '1'], ['-1', '1.01', 'NaN'], 'a number from 0 to 1'],
    ['dropout', ['0', '0.99'], ['1', '-0.1'], 'a number from 0 to below 1'],
    ['scheme', ['IOBES'], ['iobes', ''], 'one of IOB1, IOB2, IOBES, IO'],
  ])('%s', (key, allowed, refused, expectation) => {
    const field = fieldOf(key);
    for (const text of allowed) expect(String(parseValue(field, text))).toBe(String(value(text)));
    for (const text of refused) expect(parseValue(field, text)).toBeUndefined();
    expect(expectationOf(field)).toBe(expectation);
  });

  const value = (text: string) => (Number.isNaN(Number(text)) ? text : Number(text));

  test('is read from a recipe, its absence as what it stands for', () => {
    expect(valueIn(DEFAULT_RECIPE, fieldOf('frozenLayers'))).toBe(0);
    expect(valueIn(DEFAULT_RECIPE, fieldOf('dropout'))).toBeUndefined();
    expect(valueIn({ ...DEFAULT_RECIPE, dropout: 0 }, fieldOf('dropout'))).toBe(0);
    expect(valueIn(DEFAULT_RECIPE, fieldOf('layers'))).toBeUndefined();
    expect(valueIn(DEFAULT_RECIPE, fieldOf('headRate'))).toBe(1);
  });

  test('is set in a copy, and taken out again', () => {
    const set = withValue(DEFAULT_RECIPE, fieldOf('dropout'), 0.2);
    expect(set).toEqual({ ...DEFAULT_RECIPE, dropout: 0.2 });
    expect(withValue(set, fieldOf('dropout'), undefined)).toEqual(DEFAULT_RECIPE);
    expect('dropout' in DEFAULT_RECIPE).toBe(false);
  });
});
