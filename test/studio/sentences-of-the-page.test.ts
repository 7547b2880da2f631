import { describe, expect, test } from 'vitest';
import type { RunEstimate } from '../../src/protocol/train-calls';
import type { DetectedColumns } from '../../src/data/format/detected-format';
import type { CorpusFile } from '../../src/storage/records';
import { backendOfSearch } from '../../src/studio/page/backend-choice';
import { describeCounts, describeFileFormat } from '../../src/studio/format/format-sentence';
import type { SplitName } from '../../src/ner/sentence';
import { sectionsOf, windowLosses } from '../../src/studio/corpus/finding-words';
import { describeLines, gatherFindings } from '../../src/studio/corpus/gathered-findings';
import { describeChange } from '../../src/studio/train/recipe-text';
import { describeCost } from '../../src/studio/train/run-cost';
import { fileNameOf } from '../../src/studio/share/sharing.svelte';
import { wasStopped } from '../../src/studio/parts/trouble';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';
import { madeEstimate } from './made-estimate';

const detected = {
  encoding: 'utf-8',
  separator: 'tab',
  columns: 2,
  wordColumn: 0,
  tagColumn: 1,
  scheme: 'IOB2',
  evidence: {
    encoding: 'UTF-8, because every byte is ASCII',
    separator: 'TABs between columns, because every row has one',
    columns: 'two columns, word first and tag last',
    scheme: 'IOB2, because B- starts 1,975 entities',
  },
} as const satisfies DetectedColumns;
const file: CorpusFile = {
  name: 'train.conll',
  split: 'train',
  bytes: 1,
  source: new Blob(),
  detected,
  format: detected,
  sentences: 1,
  documents: 1,
  errors: 0,
  warnings: 0,
  findings: [],
};

describe('how a file was read', () => {
  test('is one sentence after the other, with the reasons', () => {
    expect(describeFileFormat(file)).toBe(
      'Two columns, word first and tag last; IOB2, because B- starts 1,975 entities. TABs between columns, because every row has one; UTF-8, because every byte is ASCII.',
    );
  });

  test('names what the person chose', () => {
    const chosen = { ...file, format: { ...detected, scheme: 'IO', tagColumn: 0 } } as const;
    expect(describeFileFormat(chosen)).toContain(
      '2 columns, word in column 1 and tag in column 1, as you chose; IO, as you chose.',
    );
    const kept = { ...file, choice: { tagColumn: 1, encoding: 'utf-8' } } as const;
    expect(describeFileFormat(kept)).toBe(
      'Two columns, word first and tag last, as you chose; IOB2, because B- starts 1,975 entities. ' +
        'TABs between columns, because every row has one; UTF-8, because every byte is ASCII, as you chose.',
    );
    const outside = { ...file, format: { ...detected, outside: ['O', '0'] } };
    expect(describeFileFormat(outside)).toContain('tags as in B-PER, O and 0 outside of entities');
  });

  test('has a sentence for each matter that was decided, and none for the others', () => {
    const evidence = {
      ...detected.evidence,
      tags: '"0" is outside',
      sentences: 'a new mark in column 1 begins a sentence',
      lines: 'lines end with CR',
    };
    expect(describeFileFormat({ ...file, detected: { ...detected, evidence } })).toBe(
      'Two columns, word first and tag last; IOB2, because B- starts 1,975 entities; "0" is outside. ' +
        'A new mark in column 1 begins a sentence. ' +
        'TABs between columns, because every row has one; lines end with CR; UTF-8, because every byte is ASCII.',
    );
  });

  test('is counted in one breath', () => {
    const counted = {
      rows: [],
      marks: [],
      cut: detected,
      sentences: 24,
      words: 185,
      entities: { ORG: 11, PER: 16, LOC: 14 },
      errors: 0,
      lines: 209,
      isWhole: true,
    };
    expect(describeCounts(counted)).toBe(
      '24 sentences, 185 words, 41 entities: PER 16, LOC 14 and ORG 11.',
    );
    expect(describeCounts({ ...counted, errors: 1, isWhole: false, lines: 40_000 })).toBe(
      'In the first 40,000 lines: 24 sentences, 185 words, 41 entities: PER 16, LOC 14 and ORG 11. ' +
        '1 row with errors would be left out until they are fixed.',
    );
  });
});

describe('what a run costs', () => {
  const plain = (epochs: number, change: Partial<RunEstimate> = {}) =>
    describeCost(epochs, { ...madeEstimate, ...change }).replaceAll('\u00a0', ' ');

  test('is said in one breath where it fits', () => {
    expect(plain(3)).toBe(
      '3 epochs take about 14 minutes here (5 minutes each), 1.1 GB of memory and at most 400 MB of storage. It fits into memory. ' +
        'The browser says that 9.0 GB of storage are free; before the first step, room for one checkpoint and the best epoch (120 MB) is written to make sure.',
    );
    expect(plain(1)).toMatch(/^1 epoch takes about 14 minutes here, 1.1 GB/);
    expect(plain(3, { memoryBudget: { bytes: 8e9, from: 'stated' } })).toMatch(
      /It fits into the 8.0 GB that you grant it\. The browser says/,
    );
  });

  test('is not promised where nobody tells what a GPU has', () => {
    expect(plain(3, { memoryBudget: { bytes: 4e9, from: 'assumed' } })).toMatch(
      /It should fit: a browser does not tell how much memory a GPU has, so 4.0 GB are assumed\. The browser says/,
    );
    expect(plain(3, { memoryBudget: { bytes: 2e9, from: 'ran-out' } })).toMatch(
      /It should fit: this GPU ran out of memory before, but not with 2.0 GB\. The browser says/,
    );
  });

  test('tells of storage what the browser claims, and what is tried', () => {
    expect(plain(3, { storageFreeBytes: 3e8 })).toMatch(
      /says that 300 MB of storage are free; .* Older checkpoints give way to newer ones\.$/,
    );
    expect(plain(3, { storageFreeBytes: Infinity })).toMatch(
      /It fits into memory\. This browser does not say how much storage is free: before the first step/,
    );
  });

  test('comes with a way out where it does not fit', () => {
    expect(plain(3, { storageFreeBytes: 1e8 })).toMatch(/does not fit.*100 MB more.*Delete runs/);
    const unmeasured = { ...madeEstimate, memoryBytes: 5.2e9, modelBytes: 2e9 };
    delete unmeasured.time;
    expect(describeCost(3, unmeasured).replaceAll('\u00a0', ' ')).toBe(
      '3 epochs would take 5.2 GB of memory and at most 400 MB of storage. It does not fit: a tab holds 4.0 GB at most. Choose a shorter max length or a smaller encoder.',
    );
  });

  test('names the encoder where its weights, gradients and moments alone are too much', () => {
    const large = { memoryBytes: 5.9e9, modelBytes: 5.4e9 };
    expect(plain(3, { ...large, memoryBudget: { bytes: 4e9, from: 'assumed' } })).toMatch(
      /does not fit: a browser does not tell how much memory a GPU has, and 4.0 GB are assumed\. Weights, gradients and optimizer state alone take 5.4 GB: choose a smaller encoder\. If the GPU has more, open this page with \?memory=6 at the end of its address\.$/,
    );
    expect(plain(3, { ...large, memoryBudget: { bytes: 1e9, from: 'phone' } })).toMatch(
      /does not fit: a phone gives a tab about 1.0 GB\. Weights.*choose a smaller encoder\.$/,
    );
  });
});

test('a run says what it changed', () => {
  const changed = { ...DEFAULT_RECIPE, learningRate: 2e-5, seed: 7, dropout: 0.2 };
  expect(describeChange(DEFAULT_RECIPE, changed)).toBe(
    'learning rate 5 × 10⁻⁵ → 2 × 10⁻⁵, seed 1 → 7, dropout the encoder’s → 0.2',
  );
  expect(describeChange(DEFAULT_RECIPE, DEFAULT_RECIPE)).toBe('');
});

test('findings that say the same stand once, errors first', () => {
  const finding = (line: number, level: 'error' | 'warning', reason: string) =>
    ({ file: 'a', line, level, kind: 'empty-word', reason }) as const;
  const gathered = gatherFindings([
    finding(3, 'warning', 'odd'),
    finding(5, 'error', 'wrong'),
    finding(9, 'warning', 'odd'),
  ]);
  expect(gathered.map(({ reason, lines }) => [reason, lines])).toEqual([
    ['wrong', [5]],
    ['odd', [3, 9]],
  ]);
  expect(describeLines([41])).toBe('line 41');
  expect(describeLines([1, 2, 3, 4])).toBe('lines 1, 2, 3 and 4');
  expect(describeLines([1, 2, 3, 4, 6573])).toBe('lines 1, 2, 3 and 2 more');
});

test('a model becomes a file name that every system takes', () => {
  expect(fileNameOf({ name: 'wnut17 · Run 4' })).toBe('wnut17-run-4.onnx');
  expect(fileNameOf({ name: '../:*' })).toBe('model.onnx');
});

test('a stop is no trouble', () => {
  expect(wasStopped(new DOMException('', 'AbortError'))).toBe(true);
  expect(wasStopped(new Error('AbortError'))).toBe(false);
});

test('the address may ask for a backend by name', () => {
  expect(backendOfSearch('?backend=wasm')).toEqual({ choice: 'wasm' });
  expect(backendOfSearch('?backend=webgpu-software')).toEqual({ choice: 'webgpu-software' });
  expect(backendOfSearch('?backend=cuda')).toEqual({ choice: 'auto' });
  expect(backendOfSearch('')).toEqual({ choice: 'auto' });
  expect(backendOfSearch('?backend=wasm&threads=3')).toEqual({ choice: 'wasm', threads: 3 });
  expect(backendOfSearch('?backend=webgpu&precision=f16')).toEqual({
    choice: 'webgpu',
    precision: 'f16',
  });
  expect(backendOfSearch('?precision=f64')).toEqual({ choice: 'auto' });
  expect(backendOfSearch('?memory=7.5')).toEqual({ choice: 'auto', memoryBytes: 7.5e9 });
  expect(backendOfSearch('?memory=much')).toEqual({ choice: 'auto' });
  expect(backendOfSearch('?threads=-1')).toEqual({ choice: 'auto' });
});

test('a report stands under headings of one kind and level, each with the sum of its groups', () => {
  const group = { about: '', first: [], fixes: [] };
  const sections = sectionsOf([
    { ...group, level: 'error', kind: 'column-count', count: 3 },
    { ...group, level: 'warning', kind: 'column-count', count: 2 },
    { ...group, level: 'warning', kind: 'doubtful-label', about: 'PEr', count: 8 },
    { ...group, level: 'warning', kind: 'doubtful-label', about: 'ORg', count: 1 },
  ]);
  expect(sections.map(({ level, count, title }) => `${level} ${count} ${title}`)).toEqual([
    'error 3 Rows with a different number of columns',
    'warning 2 Rows with an extra separator',
    'warning 9 Labels that may be misspelt',
  ]);
});

test('the losses of a window are those of all splits, and none where everything fits', () => {
  const pack = (maxPieces: number, split: SplitName, words: number, entities: number) => ({
    encoderId: 'minilm',
    maxPieces,
    split,
    wordsBeyondWindow: words,
    entitiesBeyondWindow: entities,
    cutSentences: words > 0 ? [{ line: 7, words, entities }] : [],
  });
  expect(
    windowLosses([pack(64, 'train', 10, 2), pack(64, 'dev', 5, 1), pack(128, 'train', 0, 0)]),
  ).toEqual([
    {
      encoderId: 'minilm',
      maxPieces: 64,
      words: 15,
      entities: 3,
      sentences: [
        { split: 'train', line: 7, words: 10, entities: 2 },
        { split: 'dev', line: 7, words: 5, entities: 1 },
      ],
    },
  ]);
});
