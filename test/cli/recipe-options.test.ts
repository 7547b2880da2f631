import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments';
import { HELP } from '../../src/cli/help';
import { recipeOf } from '../../src/cli/recipe-options';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';
import type { TrainRecipe } from '../../src/recipe/recipe';

/** The fields of a recipe that a command line gives. */
function given(...options: string[]): Partial<TrainRecipe> {
  const command = readArguments(['train', '--train', 'a.conll', ...options]);
  if (command.command !== 'train') throw new Error('another command');
  return recipeOf(command);
}

/** An option for each field of a recipe, and what it gives. */
const OPTIONS: { [Key in keyof Required<TrainRecipe>]: [option: string, value: TrainRecipe[Key]] } =
  {
    epochs: ['--epochs=7', 7],
    batchSize: ['--batch-size=4', 4],
    learningRate: ['--lr=3e-5', 3e-5],
    headRate: ['--head-rate=10', 10],
    warmupShare: ['--warm-up=0.2', 0.2],
    schedule: ['--schedule=one-cycle', 'one-cycle'],
    cycle: ['--cycle=epoch', 'epoch'],
    weightDecay: ['--weight-decay=0', 0],
    clipNorm: ['--clip-norm=0.5', 0.5],
    maxPieces: ['--max-pieces=64', 64],
    scheme: ['--scheme=IOBES', 'IOBES'],
    seed: ['--seed=4294967295', 4294967295],
    patience: ['--patience=2', 2],
    dropout: ['--dropout=0.25', 0.25],
    layers: ['--layers=4', 4],
    frozenLayers: ['--frozen-layers=3', 3],
  };

/** Words of the help for the fields that a recipe need not have. */
const ABSENT: Record<string, string> = {
  ...{ dropout: 'the encoder’s', frozenLayers: '0', layers: 'all', headRate: '1' },
  ...{ schedule: 'linear', cycle: 'run' },
};

describe('a recipe on the command line', () => {
  test('is empty unless something is said of it', () => {
    expect(given()).toEqual({});
  });

  test.each(Object.entries(OPTIONS))('reaches %s', (key, [option, value]) => {
    expect(given(option)).toEqual({ [key]: value });
  });

  test.each([
    ['--warm-up', '1.1', 'a number from 0 to 1'],
    ['--clip-norm', '-1', 'a number from 0 up'],
    ['--patience', '0.5', 'a whole number from 0 up'],
    ['--lr', '5', 'a number from 0 to 1'],
    ['--seed', '4294967296', 'a whole number from 0 to 4294967295'],
    ['--dropout', '1', 'a number from 0 to below 1'],
    ['--max-pieces', '7', 'a whole number from 8 up'],
    ['--epochs', '', 'a whole number from 1 up'],
    ['--layers', '0', 'a whole number from 1 up'],
    ['--head-rate', '-1', 'a number from 0 up'],
    ['--scheme', 'BIO', 'one of IOB1, IOB2, IOBES, IO'],
  ])('%s=%s is refused with what was expected and what came', (option, value, expected) => {
    expect(() => given(`${option}=${value}`)).toThrow(
      `${option} expects ${expected}, got "${value}"`,
    );
  });
});

test('the help tells of every field of a recipe, with the default that holds', () => {
  for (const [key, [option]] of Object.entries(OPTIONS)) {
    const [flag] = option.split('=');
    const [, usual] = new RegExp(`^ +${flag} \\S+ \\(([^)]+)\\)`, 'mu').exec(HELP) ?? [];
    const expected = DEFAULT_RECIPE[key as keyof TrainRecipe];
    if (typeof expected === 'number') expect(Number(usual), flag).toBe(expected);
    else expect(usual, flag).toBe(expected ?? ABSENT[key]);
  }
  for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});
