import { expect, test } from 'vitest';
import { passOverForeignFiles, uniqueNames } from '../../../src/jobs/corpus/pass-over';

const rows = 'Ada\tB-PER\nwrote\tO\nto\tO\nBabbage\tB-PER\n.\tO\n\n'.repeat(5);
const nobody = new AbortController().signal;

async function sorted(files: Record<string, string>) {
  const sources = Object.entries(files).map(([name, text]) => ({
    ...{ name, blob: new Blob([text]), choice: {} },
  }));
  const task = { name: 'made', sources, dropErrors: false };
  const { sources: kept, passedOver } = await passOverForeignFiles(task, nobody);
  return { kept: kept.map(({ name }) => name), passedOver: passedOver.map(({ path }) => path) };
}

test('a file without columns is passed over beside one that has them', async () => {
  expect(
    await sorted({ 'harbour/letters.txt': rows, 'harbour/notes.txt': 'Prose\nonly\n' }),
  ).toEqual({ kept: ['harbour/letters.txt'], passedOver: ['harbour/notes.txt'] });
});

test('the reason is kept whole', async () => {
  const sources = [
    { name: 'a.txt', blob: new Blob([rows]), choice: {} },
    { name: 'b.txt', blob: new Blob(['Prose\nonly\n']), choice: {} },
  ];
  const task = { name: 'made', sources, dropErrors: false };
  const { passedOver } = await passOverForeignFiles(task, nobody);
  expect(passedOver[0]?.detail).toContain('b.txt');
});

test.each([
  [
    'a file that is named like a split',
    { 'train.txt': rows, 'dev.txt': 'Prose\nonly\n' },
    'dev.txt',
  ],
  [
    'the only file of a folder that is named like a split',
    { 'a/train/data.txt': rows, 'a/dev/data.txt': 'Prose\nonly\n' },
    'a/dev/data.txt',
  ],
  ['a file with the ending of a corpus', { 'a.txt': rows, 'b.conll': 'Prose\nonly\n' }, 'b.conll'],
  ['the first where none can be read', { 'a.txt': 'Prose\n', 'b.txt': 'Prose\n' }, 'a.txt'],
])('%s stops with its reason', async (_, files, name) => {
  await expect(sorted(files)).rejects.toThrow(name);
});

test('a note in a folder of a split is passed over where the split has a file', async () => {
  const files = {
    'a/train/data.txt': rows,
    'a/train/notes.txt': 'Prose\nonly\n',
    'a/dev/b.txt': rows,
  };
  expect(await sorted(files)).toMatchObject({ passedOver: ['a/train/notes.txt'] });
});

test('equal names are told apart', () => {
  expect(uniqueNames(['a', 'b', 'a', 'a (2)', 'a'])).toEqual(['a', 'b', 'a (3)', 'a (2)', 'a (4)']);
});
