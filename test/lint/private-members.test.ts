import { describe, expect, test } from 'vitest';
import { complaintsOf, levelOf } from './house-lint';

const complaints = (body: string) =>
  complaintsOf('no-restricted-syntax', 'src/ner/planted.ts', `abstract class Box { ${body} }`);

describe('a planted `private` fails lint', () => {
  test.each([
    ['a field', 'private size = 1;'],
    ['a field that is declared only', 'private readonly size: number;'],
    ['a static field', 'private static count = 0;'],
    ['a method', 'private grow(): void {}'],
    ['a static method', 'private static make(): void {}'],
    ['a getter', 'private get size(): number { return 1; }'],
    ['an accessor', 'private accessor size = 1;'],
  ])('%s', async (_what, body) => {
    expect(await complaints(body)).toEqual(['Name a private member #name.']);
  });

  test('in a component', async () => {
    const code = '<script lang="ts">class Box { private size = 1; }</script>';
    expect(await complaintsOf('no-restricted-syntax', 'src/ui/Planted.svelte', code)).toHaveLength(
      1,
    );
  });
});

describe('what stays', () => {
  test.each([
    ['a #member', '#size = 1; #grow(): void {}'],
    ['a private constructor, which has no other form', 'private constructor() {}'],
    ['a protected member', 'protected size = 1;'],
  ])('%s passes lint', async (_what, body) => {
    expect(await complaints(body)).toEqual([]);
  });
});

test.each([
  'src/ner/sentence.ts',
  'src/ui/App.svelte',
  'workers/train.worker.ts',
  'test/lint/planted.ts',
  'bench/planted.ts',
])('%s is linted with it', async (file) => {
  expect(await levelOf('no-restricted-syntax', file)).toBe(2);
});
