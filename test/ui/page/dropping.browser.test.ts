import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { violations } from '../axe-violations';
import { openPage } from '../made-studio';
import { settled } from '../settled';

const rows = 'Ada\tB-PER\nLovelace\tI-PER\nwrote\tO\nto\tO\nBabbage\tB-PER\n.\tO\n\n'.repeat(4);
const config = '{"model_type":"bert","hidden_size":16}';

function drop(files: Record<string, string | Uint8Array>) {
  return Object.entries(files).map(([path, content]) => ({
    path,
    file: new File(
      [typeof content === 'string' ? content : content.slice()],
      path.split('/').at(-1)!,
    ),
  }));
}

const harbour = {
  'harbour/train/data.conll': rows,
  'harbour/dev/data.conll': rows,
  'harbour/test/data.conll': rows,
};

test('three folders are three splits, each file known by its path, and each can be read anew', async () => {
  const { studio, target } = await openPage();
  await studio.takeFiles(drop(harbour));
  await settled();
  const files = () => studio.corpora.chosen?.files.map(({ name, split }) => `${name} ${split}`);
  const expected = ['train', 'dev', 'test'].map((split) => `harbour/${split}/data.conll ${split}`);
  expect(files()).toEqual(expected);
  expect(target.textContent).toContain('harbour/dev/data.conll');
  const dev = studio.corpora.chosen!.files[1]!;
  await studio.corpora.reread(dev, { format: { scheme: 'IO' } });
  expect(files()).toEqual(expected);
  expect(studio.corpora.chosen?.files.map(({ format }) => format.scheme)).toEqual([
    'IOB2',
    'IO',
    'IOB2',
  ]);
  await studio.corpora.delete(studio.corpora.chosen!.id);
  await settled();
  expect(studio.corpora.list).toEqual([]);
});

test('what is no corpus is listed in one sentence, and stays listed', async () => {
  const { studio, target } = await openPage();
  await studio.takeFiles(
    drop({
      ...harbour,
      'harbour/README.md': '# Harbour',
      'harbour/.DS_Store': 'x',
      'harbour/notes.txt': 'Prose\n',
    }),
  );
  await settled();
  const sentence =
    'Passed over: harbour/README.md (Markdown, no columns), harbour/.DS_Store (hidden), harbour/notes.txt (no rows of words and tags).';
  expect(target.textContent).toContain(sentence);
  for (const details of target.querySelectorAll('details')) details.open = true;
  expect(target.textContent).toContain('Drop such a file by itself to choose its columns by hand.');
  expect(await violations()).toEqual([]);
  await studio.corpora.recheck();
  await settled();
  expect(target.textContent).toContain(sentence);
});

test('a zip of folders is a corpus', async () => {
  const { studio } = await openPage();
  const entries = Object.entries(harbour).map(([path, text]) => [path, strToU8(text)] as const);
  await studio.takeFiles(drop({ 'harbour.zip': zipSync(Object.fromEntries(entries)) }));
  expect(studio.corpora.chosen?.name).toBe('harbour');
  expect(Object.keys(studio.corpora.chosen?.statistics ?? {})).toEqual(['train', 'dev', 'test']);
});

test('an encoder folder on Corpus goes to Train, and that is said', async () => {
  const { studio, target } = await openPage();
  await studio.takeFiles(
    drop({ 'bert/model.safetensors': 'x'.repeat(9000), 'bert/config.json': config }),
    'corpus',
  );
  await settled();
  expect(studio.places.current).toBe('train');
  expect(studio.encoders.chosen?.name).toBe('bert');
  expect(target.querySelector('.news [role=status]')?.textContent).toContain(
    'This is an encoder folder; it was put among the encoders on Train.',
  );
  await page.getByRole('button', { name: 'Dismiss' }).click();
  expect(target.querySelector('.news [role=status]')?.textContent.trim()).toBe('');
});

test('a corpus on Train goes to Corpus, and that is said; on Corpus nothing need be said', async () => {
  const { studio } = await openPage();
  studio.places.go('train');
  await studio.takeFiles(drop({ 'train.conll': rows }), 'train');
  expect(studio.places.current).toBe('corpus');
  expect(studio.deliveries.news).toBe('This is a corpus; it was read on Corpus.');
  await studio.takeFiles(drop({ 'train.conll': rows }), 'corpus');
  expect(studio.deliveries.news).toBe('');
});

test.each([
  ['a PDF', { 'paper.pdf': '%PDF-1.7' }, 'paper.pdf is a PDF document. Drop text files'],
  ['a damaged zip', { 'a.zip': 'PK\x03\x04' }, 'a.zip: the zip is damaged or cut short'],
  [
    'a folder without anything of use',
    { 'a/README.md': '# A', 'a/x.py': 'import re' },
    'No corpus, encoder or model was found. Passed over: a/README.md (Markdown, no columns), a/x.py (code).',
  ],
])('%s is refused where it is seen, with a way out', async (_, files, what) => {
  const { studio, target } = await openPage();
  await studio.takeFiles(drop(files));
  await settled();
  expect(target.querySelector('[role=alert] .note')?.textContent).toContain(what);
  expect(studio.corpora.list).toEqual([]);
});

test('a drop on a zone goes the way of the page', async () => {
  const { studio, target } = await openPage();
  const transfer = new DataTransfer();
  transfer.items.add(new File([rows], 'letters-train.conll'));
  const zone = target.querySelector('.drop');
  zone?.dispatchEvent(
    new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
  );
  await expect.poll(() => studio.corpora.chosen?.name).toBe('letters');
});
