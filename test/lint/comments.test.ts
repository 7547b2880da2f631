import { describe, expect, test } from 'vitest';
import { complaintsOf, levelOf } from './house-lint';

const complaints = (code: string, file = 'src/ner/planted.ts') =>
  complaintsOf('house/comments', file, code);

describe('a planted comment of a field that is no noun phrase fails lint', () => {
  test.each([
    'Of the WASM backend; undefined takes one a core.',
    'That a run may take.',
    'Those that are trained.',
    'What errors call it.',
    'Where it goes on, it may not have begun.',
    'In order of line.',
    'By file and line.',
    'As the person knows it.',
    'Only where rows are padded.',
    'How its tags are written.',
    'Why it has this many threads.',
    'Which split this is.',
    'When it began.',
    'Absent where the run failed.',
    'Undefined before the first step.',
    'May be empty.',
    'Never read.',
    'It ends here.',
    'Holds the weights to start from.',
    'Goes on where this was taken.',
  ])('%s', async (comment) => {
    expect(await complaints(`interface Box {\n/** ${comment} */\nsize: number }`)).not.toEqual([]);
  });

  test.each([
    ['a line comment', 'interface Box {\n// In bytes.\nsize: number }'],
    ['a field of a class', 'class Box {\n/** In bytes. */\nreadonly size = 1 }'],
    ['a private field', 'class Box {\n/** In bytes. */\n#size = 1 }'],
    ['a field of a type', 'type Box = {\n/** In bytes. */\nsize: number }'],
    ['a comment of several lines', 'interface Box {\n/**\n * In\n * bytes.\n */\nsize: number }'],
    ['a getter', 'class Box {\n/** In bytes. */\nget size() { return 1; } }'],
  ])('%s', async (_what, code) => {
    expect(await complaints(code)).toEqual([
      `Begin a field's comment with its noun, not with "In": In bytes.`,
    ]);
  });

  test('a property of a component', async () => {
    const code =
      '<script lang="ts">\ninterface Props {\n/** In bytes. */\nsize: number }\n</script>';
    expect(await complaints(code, 'src/ui/Planted.svelte')).toHaveLength(1);
  });
});

describe('a planted comment of a function that begins with no verb fails lint', () => {
  test.each([
    ['a noun', '/** The size of a box. */\nexport function sizeOf() {}'],
    ['a plural', '/** Rows of a table. */\nfunction rowsOf() {}'],
    ['a plural that could be a verb', '/** Names of files. */\nfunction namesOf() {}'],
    ['a bare question', '/** Whether it is empty. */\nfunction isEmpty() {}'],
    ['an imperative', '/** Read a file. */\nfunction read() {}'],
    ['a method', 'class Box {\n/** The size. */\nmeasure() {} }'],
    ['a method of an interface', 'interface Box {\n/** The size. */\nmeasure(): number }'],
    ['an arrow', '/** The size. */\nexport const measure = () => 1;'],
  ])('%s', async (_what, code) => {
    expect(await complaints(code)).toEqual([expect.stringMatching(/^Begin a function's comment/)]);
  });
});

describe('a planted sentence without a main clause fails lint', () => {
  test.each([
    "Of a GPU's memory, so many of the largest buffers that it offers.",
    'Of the corpus the splits were packed from.',
    'That suits the backend.',
    'Those the splits were packed with.',
    'What a kernel takes beside tensors.',
    'What a person decides about a run.',
    'What a closed tab may cost: so long a person does not mind.',
    'What must not be learned, or chosen by, before it is scored.',
    'Where a tensor stands, in bytes.',
    'Where the rows stand, when only those that were seen have a known height.',
  ])('%s', async (sentence) => {
    const expected = [expect.stringMatching(/^Give the sentence a main clause/)];
    expect(await complaints(`/** ${sentence} */\nconst BOX = 1;`)).toEqual(expected);
    expect(await complaints(`// ${sentence}\nrun();`)).toEqual(expected);
  });

  test('behind another sentence, over two lines', async () => {
    const code = '// Small boxes are cheap. What a box\n// takes beside its size.\nrun();';
    expect(await complaints(code)).toHaveLength(1);
  });

  test('in the comment of a component', async () => {
    const code = '<!-- @component What each split holds. -->\n<p>x</p>';
    expect(await complaints(code, 'src/ui/Planted.svelte')).toHaveLength(1);
  });
});

describe('what reads well passes lint', () => {
  test.each([
    ['a noun', 'interface Box {\n/** Bytes of all tensors. */\nsize: number }'],
    ['an article', 'interface Box {\n/** The size in bytes. */\nsize: number }'],
    ['a shape', 'interface Box {\n/** i32[rows]: a label for each row. */\nlabels: Int32Array }'],
    ['a flag', 'interface Box {\n/** True where rows are padded. */\nisPadded: boolean }'],
    [
      'a callback',
      'interface Box {\n/** Called with each stage. */\nonStage: (name: string) => void }',
    ],
    ['a verb', '/** Reads a file. @throws where it is damaged */\nexport function read() {}'],
    ['a verb that could be a noun', '/** Names the file. */\nexport function nameFile() {}'],
    [
      'a formula',
      '/** sums[s, h] = Σ x[row, h] over rows of a segment. */\nexport function sum() {}',
    ],
    ['a tag alone', '/** @returns the size */\nexport function measure() {}'],
    ['a class, a noun', '/** The size of a box. */\nexport class Size {}'],
    [
      'a comment that is not right before',
      '/** Of all boxes, none is ours. */\n\ninterface Box { size: number }',
    ],
    ['a main clause after Where', '// Where it has too few, white space separates too.\nrun();'],
    ['a main clause after Of', '// Of what it computes, only the result is kept.\nrun();'],
    ['a main clause after What', '// What stays alone was missed or is spurious.\nrun();'],
    [
      'a main clause after Those',
      '// Two kinds exist. Those of vectors can be read by index.\nrun();',
    ],
    ['That for a sentence before', '// It reads twice. That costs little.\nrun();'],
  ])('%s', async (_what, code) => {
    expect(await complaints(code)).toEqual([]);
  });
});

test('elsewhere only sentences are checked: a test may begin the comment of a function with its noun', async () => {
  const code = '/** The size, in bytes. */\nexport function size() {}';
  expect(await complaints(code, 'test/planted.ts')).toEqual([]);
  expect(await complaints('// What a kernel takes.\nrun();', 'bench/planted.ts')).toHaveLength(1);
});

test.each([
  'src/ner/sentence.ts',
  'test/lint/comments.test.ts',
  'bench/median.ts',
  'scripts/check.mjs',
  'src/studio/status.svelte.ts',
  'src/ui/App.svelte',
  'workers/train.worker.ts',
])('%s is linted with it', async (file) => {
  expect(await levelOf('house/comments', file)).toBe(2);
});
