import { describe, expect, test } from 'vitest';
import { findCircles, findTwins, graphOf, readModules } from '../../scripts/lint/module-graph.mjs';
import { root } from '../../scripts/process.mjs';

/** Lists the circles of made sources as paths. */
function circlesOf(sources: Record<string, string>): string[] {
  return findCircles(graphOf(new Map(Object.entries(sources)))).map((path) => path.join(' → '));
}

describe('a planted circle is found', () => {
  test.each([
    ['of values', "import { b } from './b';"],
    ['of types', "import type { B } from './b';"],
    ['of types among values', "import { type B } from './b';"],
    ['by an export', "export { b } from './b';"],
    ['by an export of everything', "export * from './b';"],
    ['by a dynamic import', "const b = () => import('./b');"],
    ['by a type in place', "let b: import('./b').B;"],
    ['for its effect', "import './b';"],
    ['by a roundabout path', "import '../src/b.ts';"],
  ])('%s', (_what, text) => {
    const sources = { 'src/a.ts': text, 'src/b.ts': "import type { A } from './a';" };
    expect(circlesOf(sources)).toEqual(['src/a.ts → src/b.ts → src/a.ts']);
  });

  test('of a file with itself', () => {
    expect(circlesOf({ 'src/a.ts': "import './a';" })).toEqual(['src/a.ts → src/a.ts']);
  });

  test('through a component and rune state', () => {
    const sources = {
      'src/A.svelte':
        '<script lang="ts">\nimport { b } from \'./b.svelte\';\n</script>\n<p>{b}</p>',
      'src/b.svelte.ts': "import type A from './A.svelte';",
    };
    expect(circlesOf(sources)).toEqual(['src/A.svelte → src/b.svelte.ts → src/A.svelte']);
  });

  test('once each, where two share a file', () => {
    const sources = {
      'a.ts': "import './b';",
      'b.ts': "import './a'; import './c';",
      'c.ts': "import './d';",
      'd.ts': "import './b'; import './e';",
      'e.ts': '',
    };
    expect(circlesOf(sources)).toEqual(['a.ts → b.ts → a.ts', 'b.ts → c.ts → d.ts → b.ts']);
  });
});

test('two ways to one file are no circle', () => {
  const sources = { 'a.ts': "import './b'; import './c';", 'b.ts': "import './c';", 'c.ts': '' };
  expect(circlesOf(sources)).toEqual([]);
});

/** Lists the names that two made files, one of which exports a type `Place`, export alike. */
function twinsOf(text: string, other = 'export interface Place { at: number }'): string[] {
  return [
    ...findTwins(
      graphOf(
        new Map([
          ['a.ts', text],
          ['b.ts', other],
        ]),
      ),
    ).keys(),
  ];
}

describe('a planted name that is exported twice is found', () => {
  test.each([
    ['a function', 'export function Place() {}'],
    ['an async function', 'export async function Place() {}'],
    ['a class', 'export abstract class Place {}'],
    ['a value', 'export const other = 1, Place = 2;'],
    ['a destructured value', 'export const { a: [Place] } = other;'],
    ['a type', 'export type Place = number;'],
    ['a name of its own in a list', 'const Place = 1; export { Place };'],
    ['a name that is given in a list', 'const other = 1; export { other as Place };'],
  ])('%s', (_what, text) => {
    expect(twinsOf(text)).toEqual(['Place']);
  });
});

describe('what is one thing, or at home, is no twin', () => {
  test.each([
    ['a name that is not exported', 'const Place = 1;'],
    ['what is passed on from its home', "export { type Place } from './b';"],
    ['what is imported and passed on', "import { Place } from './b'; export { Place };"],
    [
      'two forms of a function',
      'export function run(a: 1): 1; export function run(a: 2): 2; export function run(a: any) { return a; }',
    ],
    ['a default', 'export default class Place {}'],
  ])('%s', (_what, text) => {
    expect(twinsOf(text)).toEqual([]);
  });
});

describe('in the real sources', () => {
  const modules = readModules(root, ['src', 'workers']);

  test('every module is seen, with its imports and its names', () => {
    expect(modules.size).toBeGreaterThan(300);
    expect(modules.get('workers/train.worker.ts')?.imports).not.toEqual([]);
    expect(modules.get('src/ner/sentence.ts')?.exports).toContain('Sentence');
  });

  test('no module imports itself, over whichever others, types included', () => {
    expect(findCircles(modules).map((path) => path.join(' → '))).toEqual([]);
  });

  test('no two files export the same name', () => {
    const twins = [...findTwins(modules)].map(([name, paths]) => `${name}: ${paths.join(', ')}`);
    expect(twins).toEqual([]);
  });
});
