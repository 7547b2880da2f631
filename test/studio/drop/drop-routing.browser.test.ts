import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { unpackArchives } from '../../../src/jobs/corpus/unpack-archives';
import { nameOfFiles, sortDrop } from '../../../src/studio/drop/drop-routing';
import { withPaths } from '../../../src/studio/drop/dropped-folders';
import { openDrop } from '../../../src/studio/drop/open-drop';
import { describePassedOver } from '../../../src/studio/drop/passed-over-words';

const rows = 'Ada\tB-PER\nwrote\tO\n\n';
const config = '{"model_type":"bert","hidden_size":16}';
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n';

type Content = string | Uint8Array;
const drop = (files: Record<string, Content>) =>
  Object.entries(files).map(([path, content]) => ({
    path,
    file: new File(
      [typeof content === 'string' ? content : content.slice()],
      path.split('/').at(-1)!,
    ),
  }));

/** Paths of each kind, empty kinds left out. */
async function sort(files: Record<string, Content>) {
  const { models, encoders, corpus, archives, passedOver, refusal } = await sortDrop(drop(files));
  const paths = (some: readonly { path: string }[]) => some.map(({ path }) => path);
  const sorted = {
    models: paths(models),
    encoders: encoders.map(paths),
    corpus: paths(corpus),
    archives: paths(archives),
    passedOver: passedOver.map(({ path, reason }) => `${path} (${reason})`),
    refusal: refusal ? [`${refusal.what} ${refusal.wayOut}`] : [],
  };
  return Object.fromEntries(Object.entries(sorted).filter(([, list]) => list.length > 0));
}

describe('what was dropped', () => {
  test('an .onnx is a model, with what stands beside it passed over', async () => {
    expect(await sort({ 'out/model.ONNX': 'x', 'out/metrics.json': '{}' })).toEqual({
      models: ['out/model.ONNX'],
      passedOver: ['out/metrics.json (JSON beside a model)'],
    });
  });

  test("a Hugging Face folder is an encoder with all its files, for what is missing is its reader's to say", async () => {
    const names = [
      'config.json',
      'sentencepiece.bpe.model',
      'model.safetensors',
      'onnx/model.onnx',
    ];
    const files = Object.fromEntries(names.map((name) => [`camembert/${name}`, config]));
    expect(await sort(files)).toEqual({ encoders: [names.map((name) => `camembert/${name}`)] });
  });

  test.each([
    ['old weights', { 'config.json': config, 'pytorch_model.bin': 'PK\x03\x04' }],
    ['a TensorFlow checkpoint', { 'bert_config.json': config, 'bert_model.ckpt.index': 'x' }],
    ['weights alone', { 'model.safetensors': 'x' }],
    ['a vocabulary alone', { 'vocab.txt': '[PAD]\n[UNK]\n' }],
  ])('%s are an encoder: its button gives the same reasons', async (_, files) => {
    expect(await sort(files)).toEqual({ encoders: [Object.keys(files)] });
  });

  test('each of several encoder folders is one', async () => {
    const files = {
      'a/config.json': config,
      'a/1_Pooling/config.json': config,
      'b/config.json': config,
    };
    expect(await sort(files)).toEqual({
      encoders: [['a/config.json', 'a/1_Pooling/config.json'], ['b/config.json']],
    });
  });

  test('a corpus and an encoder of one project part ways', async () => {
    const files = { 'p/data/train.conll': rows, 'p/bert/config.json': config, 'p/train.tsv': rows };
    expect(await sort(files)).toEqual({
      corpus: ['p/data/train.conll', 'p/train.tsv'],
      encoders: [['p/bert/config.json']],
    });
  });

  test("a config.json that describes no model is no encoder's", async () => {
    expect(await sort({ 'config.json': '{"seed":1}', 'train.tsv': rows })).toEqual({
      corpus: ['config.json', 'train.tsv'],
    });
  });

  test('what stands beside a corpus is passed over, each with its reason', async () => {
    const files = {
      'c/train.txt': rows,
      'c/README.md': '# Corpus',
      'c/LICENSE': 'CC0',
      'c/_SUCCESS': '',
      'c/.DS_Store': 'x',
      'c/.git/HEAD': 'x',
      'c/.git/config': 'x',
      'c/labels.txt': 'O\nB-PER\n',
      'c/prepare.py': 'import re',
      'c/train.txt~': rows,
      'c/plot.png': '\x89PNG',
      'c/old.tar': `${'\0'.repeat(257)}ustar`,
      'c/page.txt': '<!DOCTYPE html><title>Not found</title>',
    };
    expect(await sort(files)).toEqual({
      corpus: ['c/train.txt'],
      passedOver: [
        'c/README.md (Markdown, no columns)',
        'c/LICENSE (a licence or notice)',
        'c/_SUCCESS (empty)',
        'c/.DS_Store (hidden)',
        'c/.git/ (hidden)',
        'c/labels.txt (a list of labels)',
        'c/prepare.py (code)',
        'c/train.txt~ (a backup copy)',
        'c/plot.png (an image)',
        'c/old.tar (a tar archive)',
        'c/page.txt (a web page)',
      ],
    });
  });

  test('an empty file that is named like a split is left to its reader, who refuses it', async () => {
    expect(await sort({ 'train.tsv': rows, 'dev.tsv': '' })).toEqual({
      corpus: ['train.tsv', 'dev.tsv'],
    });
  });

  test.each(['<html>\tO\n<p>\tO\n', '<!DOCTYPE O\nhtml O\n', 'RIFF\tB-ORG\n', 'ID3 X O\n'])(
    'a corpus whose first word begins other files is a corpus: %j',
    async (text) => {
      expect(await sort({ 'pages.conll': text })).toEqual({ corpus: ['pages.conll'] });
    },
  );

  test('labels.txt with sentences in it is a corpus', async () => {
    expect(await sort({ 'labels.txt': rows, 'dev.txt': rows })).toEqual({
      corpus: ['labels.txt', 'dev.txt'],
    });
  });

  test.each([
    ['paper.pdf', '%PDF-1.7', 'paper.pdf is a PDF document.'],
    ['train.conll', LFS, 'train.conll is a Git LFS pointer, not the file itself.'],
    ['train.tar.xz', '\xfd7zXZ', 'train.tar.xz is an xz archive.'],
    ['table.xlsx', 'PK\x03\x04', 'table.xlsx is an Office document.'],
    ['data.parquet', 'PAR1', 'data.parquet is a Parquet table.'],
    ['dev.tsv', '', 'dev.tsv is empty.'],
  ])('%s alone is refused by what it is, with a way out', async (path, content, what) => {
    const bytes = Uint8Array.from(content, (letter) => letter.charCodeAt(0));
    const { refusal } = await sort({ [path]: bytes });
    expect(refusal?.[0]).toMatch(new RegExp(`^${what} (Drop|Fetch|Unpack|Save|Get) `));
  });

  test('a file that only its name speaks against is tried where it is the only one', async () => {
    expect(await sort({ 'corpus.md': rows })).toEqual({ corpus: ['corpus.md'] });
  });
});

describe('archives', () => {
  const data = {
    unpackArchives: (archives: Parameters<typeof unpackArchives>[1]) =>
      unpackArchives({ report: () => undefined, signal: new AbortController().signal }, archives),
  };
  const open = async (files: Record<string, Content>) => {
    const { corpus, passedOver, name } = await openDrop(drop(files), data, () => undefined);
    return { corpus: corpus.map(({ path }) => path), passedOver, name };
  };
  const folders = zipSync({
    'harbour/train/data.conll': strToU8(rows),
    'harbour/dev/data.conll': strToU8(rows),
    '__MACOSX/harbour/train/._data.conll': strToU8('x'),
    'harbour/more.zip': zipSync({ 'a.conll': strToU8(rows) }),
  });

  test('a zip is like the folder in it', async () => {
    expect(await open({ 'harbour.zip': folders })).toEqual({
      name: 'harbour',
      corpus: ['harbour/train/data.conll', 'harbour/dev/data.conll'],
      passedOver: [
        { path: '__MACOSX/', reason: 'hidden' },
        { path: 'harbour/more.zip', reason: 'packed inside of an archive' },
      ],
    });
  });

  test('of several, each zip is a folder of its name', async () => {
    const zip = zipSync({ 'data.conll': strToU8(rows) });
    const { corpus } = await open({ 'train.zip': zip, 'dev.zip': zip });
    expect(corpus).toEqual(['train.zip/data.conll', 'dev.zip/data.conll']);
  });

  test('a gzip file stands where it stood, without .gz', async () => {
    const gz = gzipSync(strToU8(rows));
    expect(await open({ 'c/train.conll.gz': gz, 'c/train.conll': rows })).toMatchObject({
      corpus: ['c/train.conll', 'c/train.conll.gz'],
    });
    expect(await open({ 'train.conll.gz': gz })).toMatchObject({
      corpus: ['train.conll'],
      name: 'train',
    });
  });
});

test('a name is what the files share, without their split', () => {
  const name = (...names: string[]) =>
    nameOfFiles(withPaths(names.map((each) => new File([], each))));
  expect(name('eng.train', 'eng.testa', 'eng.testb')).toBe('eng');
  expect(name('train.conll', 'dev.conll', 'test.conll')).toBe('train');
  expect(name('mobie-train.conll', 'mobie-dev.conll')).toBe('mobie');
  expect(name('wnut17train.conll', 'emerging.dev.conll')).toBe('wnut17');
  expect(name('letters.tsv')).toBe('letters');
  expect(nameOfFiles(drop({ 'harbour/train/a.conll': '', 'harbour/dev/a.conll': '' }))).toBe(
    'harbour',
  );
});

test('what was passed over is one sentence, by reasons', () => {
  const images = ['a.png', 'b.png', 'c.png', 'd.png'].map((path) => ({ path, reason: 'an image' }));
  expect(
    describePassedOver([{ path: 'README.md', reason: 'Markdown, no columns' }, ...images]),
  ).toBe(
    'Passed over: README.md (Markdown, no columns), a.png, b.png, c.png and 1 more (an image).',
  );
});
