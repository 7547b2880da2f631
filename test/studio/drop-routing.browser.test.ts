import { expect, test } from 'vitest';
import { nameOfFiles, sortDroppedFiles } from '../../src/studio/drop-routing';

const files = (...names: string[]) => names.map((name) => new File([], name));
const names = (some: File[]) => some.map(({ name }) => name);

test('an .onnx is a model', () => {
  const { models, encoder, corpus } = sortDroppedFiles(files('wnut17-run-4.ONNX'));
  expect([names(models), names(encoder), names(corpus)]).toEqual([['wnut17-run-4.ONNX'], [], []]);
});

test('a Hugging Face folder is an encoder, without what is of no use in it', () => {
  const { encoder, corpus } = sortDroppedFiles(
    files('config.json', 'vocab.txt', 'model.safetensors', 'README.md', 'pytorch_model.bin'),
  );
  expect(names(encoder)).toEqual(['config.json', 'vocab.txt', 'model.safetensors']);
  expect(corpus).toEqual([]);
});

test('everything else is a corpus, hidden files aside', () => {
  const { corpus } = sortDroppedFiles(files('eng.train', 'eng.testa', 'eng.testb', '.DS_Store'));
  expect(names(corpus)).toEqual(['eng.train', 'eng.testa', 'eng.testb']);
});

test('a name is what the files share, without their split', () => {
  expect(nameOfFiles(files('eng.train', 'eng.testa', 'eng.testb'))).toBe('eng');
  expect(nameOfFiles(files('train.conll', 'dev.conll', 'test.conll'))).toBe('train');
  expect(nameOfFiles(files('mobie-train.conll', 'mobie-dev.conll'))).toBe('mobie');
  expect(nameOfFiles(files('wnut17train.conll', 'emerging.dev.conll'))).toBe('wnut17');
  expect(nameOfFiles(files('letters.tsv'))).toBe('letters');
});
