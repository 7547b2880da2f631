import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/process.mjs';
import {
  BUNDLED_ENCODERS,
  countAllBytes,
  countFetchedBytes,
  findBundledEncoder,
} from '../../src/recipe/bundled-encoders';

const multilingual = findBundledEncoder('multilingual-e5-small-8')!;

test.each([
  [[], 37.0],
  [['Latin'], 37.0],
  [['Latin', 'Greek', 'Cyrillic'], 45.0],
  [['Hangul'], 42.7],
  [['Arabic', 'Other', 'Thai'], 52.7],
  [['Latin', 'Han', 'Cyrillic', 'Devanagari'], 66.2],
])('a text in %j needs %d MB of the multilingual encoder', (scripts, megabytes) => {
  expect(countFetchedBytes(multilingual, scripts) / 1e6).toBeCloseTo(megabytes, 1);
});

test('an encoder in one piece is fetched whole, whatever the scripts', () => {
  const whole = findBundledEncoder('minilm-l6')!;
  expect(countFetchedBytes(whole, ['Han', 'Arabic'])).toBe(countAllBytes(whole));
});

/** Files of an encoder, and the parts of its word table. */
const FILES: Record<string, [first: string[], parts: string[]]> = {
  'minilm-l6': [['config.json', 'vocab.txt', 'model.safetensors', 'LICENSE'], []],
  'multilingual-e5-small-8': [
    ['config.json', 'tokenizer.json.gz', 'model.safetensors'],
    ['latin', 'cyrillic-greek', 'cjk', 'rest'].map((shard) => `words-${shard}.safetensors`),
  ],
};

test.each(BUNDLED_ENCODERS)('what is said of $name agrees with its files', (encoder) => {
  const folder = join(root, 'public/models', encoder.name);
  const [first, parts] = FILES[encoder.name]!;
  const size = (names: string[]) =>
    names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  // Licences beside the weights are a few kilobytes.
  expect(Math.abs(size(first) - encoder.bytes)).toBeLessThan(20_000);
  expect(encoder.parts.map(({ name }) => `words-${name}.safetensors`)).toEqual(parts);
  expect(encoder.parts.map(({ bytes }) => bytes)).toEqual(parts.map((name) => size([name])));
});
