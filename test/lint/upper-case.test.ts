import { describe, expect, test } from 'vitest';
import { upperCase } from '../../scripts/lint/upper-case.mjs';
import { complaintsOf, levelOf } from './house-lint';

const complaints = (code: string, file = 'src/ner/planted.ts') =>
  complaintsOf('house/upper-case', file, code);

describe('a planted constant in camelCase fails lint', () => {
  test.each([
    ['a number', 'const size = 12;'],
    ['a negative number', 'const size = -1;'],
    ['arithmetic', 'const size = 64 * 2 ** 10;'],
    ['text', "export const size = 'small';"],
    ['a template', 'const size = `no\\nsubstitution`;'],
    ['a template of constants', 'const LANES = 64; const size = `${LANES}u`;'],
    ['a regular expression', 'const size = /^\\d+$/u;'],
    [
      'a regular expression of constants',
      "const BLANKS = ' '; const size = new RegExp(BLANKS, 'g');",
    ],
    ['a table', "export const size = ['small', 'large'] as const;"],
    ['a typed table of tables', 'const size: Record<string, number[]> = { a: [1], b: [-1, 0.5] };'],
    ['a table with `satisfies`', 'const size = { a: 1 } satisfies Record<string, number>;'],
    ['a frozen table', 'const size = Object.freeze({ a: 1 });'],
    ['a set', 'const size: ReadonlySet<number> = new Set([1, 2]);'],
    ['a map', "const size = new Map([['a', 1]]);"],
    [
      'a table of imported constants',
      "import { LANES } from './lanes'; const size = { lanes: LANES };",
    ],
    ['a table that takes in another', 'const BASE = { a: 1 }; const size = { ...BASE, b: 2 };'],
    ['a bound of numbers', 'const size = Number.MAX_SAFE_INTEGER;'],
  ])('%s', async (_what, code) => {
    expect(await complaints(code)).toEqual(['Name the constant "size" SIZE: it is fixed at load.']);
  });

  test('each of two, of which one holds the other', async () => {
    expect(await complaints('const low = 1; const range = [low, 2];')).toHaveLength(2);
  });

  test('in a module script of a component', async () => {
    const code = '<script module lang="ts">const size = 12;</script>';
    expect(await complaints(code, 'src/ui/Planted.svelte')).toHaveLength(1);
  });
});

describe('what is no constant of a module passes lint', () => {
  test.each([
    ['UPPER_CASE', "const SIZE = 12; export const ROW_HEIGHT_2 = { a: 'x' };"],
    ['a function', 'const size = () => 12; function other() {}'],
    ['a class', 'const Size = class {};'],
    ['the result of a call', 'const size = measure(12);'],
    ['a variable', 'let size = 12;'],
    ['a constant of a function', 'function run() { const size = 12; return size; }'],
    [
      'a container that is filled later',
      'const seen = new Set(); const list: number[] = []; const map = {};',
    ],
    ['a table of functions', 'const rules = { isSmall: (size: number) => size < 3, run() {} };'],
    [
      'what holds something imported that is no constant',
      "import { size } from './size'; const sizes = [size];",
    ],
    ['a buffer', 'const scratch = new Float32Array(1);'],
  ])('%s', async (_what, code) => {
    expect(await complaints(code)).toEqual([]);
  });

  test('the script of a component, run anew for each', async () => {
    const code = '<script lang="ts">const size = 12; const open = $state(false);</script>';
    expect(await complaints(code, 'src/ui/Planted.svelte')).toEqual([]);
  });
});

test('the UPPER_CASE form keeps words and numbers together', () => {
  expect(
    ['halfBounds', 'utf8', 'gelu4Functions', 'maxFileBytes', 'asHTMLText'].map(upperCase),
  ).toEqual(['HALF_BOUNDS', 'UTF8', 'GELU4_FUNCTIONS', 'MAX_FILE_BYTES', 'AS_HTML_TEXT']);
});

test.each([
  'src/ner/sentence.ts',
  'src/studio/status.svelte.ts',
  'src/ui/App.svelte',
  'workers/train.worker.ts',
])('%s is linted with it', async (file) => {
  expect(await levelOf('house/upper-case', file)).toBe(2);
});
