import { describe, expect, test } from 'vitest';
import type { FindingKind } from '../../src/data/findings/finding';
import { readInMemory } from './read-in-memory';

/** Numbers in [0, 1), the same for the same seed (a linear congruential generator with the constants of Numerical Recipes). */
function seededDraw(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    below: (end: number) => Math.floor(next() * end),
    oneOf: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)]!,
  };
}
type Draw = ReturnType<typeof seededDraw>;

const names = {
  PER: ['Ada Berg', 'Jonas Wolf', 'Mira Stein', 'Paul Roth'],
  LOC: ['Kiel', 'Bad Orla', 'Lindau', 'Neu Ulmen'],
  ORG: ['Ruderverein Orla', 'Stadtwerke', 'Bahnhofsmission', 'Verlag Roth'],
};
const outside = 'gestern kam heute ging lange nach von wieder doch noch abends früh'.split(' ');

/** A clean file: every sentence is another, every name bears one label everywhere. */
function cleanRows(seed: number, sentences: number, scheme: 'IOB2' | 'IOBES'): string[][] {
  const draw = seededDraw(seed);
  const labels = Object.keys(names) as (keyof typeof names)[];
  return Array.from({ length: sentences }, (_, number) => {
    const rows = [`${draw.oneOf(outside)}\tO`, `s${seed}n${number}\tO`];
    for (let part = 0; part < 2; part++) {
      const label = draw.oneOf(labels);
      const words = draw.oneOf(names[label]).split(' ');
      for (const [index, word] of words.entries()) {
        let prefix = index === 0 ? 'B' : 'I';
        if (scheme === 'IOBES' && words.length === 1) prefix = 'S';
        else if (scheme === 'IOBES' && index === words.length - 1) prefix = 'E';
        rows.push(`${word}\t${prefix}-${label}`);
      }
      rows.push(`${draw.oneOf(outside)}\tO`);
    }
    return rows;
  });
}

interface Corruption {
  /** The corrupted sentences. */
  train: string[][];
  /** Finding that must be reported, with its line from 1. */
  line: number;
  kind: FindingKind;
}

/** 1-based line of a row. */
function lineOf(sentences: readonly string[][], sentence: number, row: number): number {
  return sentences.slice(0, sentence).reduce((sum, { length }) => sum + length + 1, 0) + row + 1;
}

function rowsWhere(
  sentences: readonly string[][],
  fits: (row: string, rows: readonly string[], index: number) => boolean,
): [sentence: number, row: number][] {
  return sentences.flatMap((rows, sentence) =>
    rows.flatMap((row, index) =>
      fits(row, rows, index) ? [[sentence, index] as [number, number]] : [],
    ),
  );
}

/** Rewrites one drawn row that fits; the finding is expected in its line. */
function rewrite(
  kind: FindingKind,
  fits: (row: string, rows: readonly string[], index: number) => boolean,
  change: (word: string, tag: string, draw: Draw) => string,
) {
  return (clean: readonly string[][], draw: Draw): Corruption => {
    const [sentence, row] = draw.oneOf(rowsWhere(clean, fits));
    const train = clean.map((rows) => [...rows]);
    const [word, tag] = train[sentence]![row]!.split('\t');
    train[sentence]![row] = change(word!, tag!, draw);
    return { train, line: lineOf(clean, sentence, row), kind };
  };
}

const any = () => true;
const isEntity = (row: string) => !row.endsWith('\tO');
const begins = (row: string) => /\t[BS]-/.test(row);
const isOutside = (row: string) => row.endsWith('\tO');
const afterOutside = (row: string, rows: readonly string[], index: number) =>
  isOutside(row) && isOutside(rows[index - 1] ?? '\tO');
const invisible = ['\u200b', '\ufeff', '\u00ad', '\u2060', '\u0001', '\u007f', '\u0000', '\u200e'];

/** Slips that leave no label of the corpus: letters doubled, left out, swapped, in the wrong case. */
function misspell(label: string, draw: Draw): string {
  const at = draw.below(label.length - 1);
  return draw.oneOf([
    label.slice(0, at) + label.charAt(at) + label.slice(at),
    label.slice(0, at) + label.charAt(at + 1) + label.charAt(at) + label.slice(at + 2),
    label.slice(0, -1) + label.slice(-1).toLowerCase(),
  ]);
}

const corruptions: Record<string, (clean: readonly string[][], draw: Draw) => Corruption> = {
  'a column is missing': rewrite('column-count', any, (word, tag, draw) => draw.oneOf([word, tag])),
  'a column is too many': rewrite('column-count', any, (word, tag) => `${word}\tNN\t${tag}`),
  'a separator is too many': rewrite('column-count', any, (word, tag) => `${word}\t${tag}\t`),
  'a word is missing': rewrite(
    'empty-word',
    any,
    (_, tag, draw) => `${draw.oneOf(['', ' '])}\t${tag}`,
  ),
  'a word shows nothing': rewrite(
    'invisible-word',
    isOutside,
    (_, tag, draw) => `${draw.oneOf(invisible).repeat(1 + draw.below(3))}\t${tag}`,
  ),
  'a character is hidden': rewrite('hidden-character', any, (word, tag, draw) => {
    const at = draw.below(word.length + 1);
    return `${word.slice(0, at)}${draw.oneOf(invisible)}${word.slice(at)}\t${tag}`;
  }),
  'a tag is missing': rewrite('unknown-prefix', any, (word) => `${word}\t`),
  'a prefix is misspelt': rewrite(
    'unknown-prefix',
    isEntity,
    (word, tag, draw) =>
      `${word}\t${draw.oneOf([tag.replace('-', '_'), tag.replace('-', ''), tag.toLowerCase(), `X${tag.slice(1)}`, tag.slice(2)])}`,
  ),
  'O is misspelt': rewrite(
    'unknown-prefix',
    isOutside,
    (word, _, draw) => `${word}\t${draw.oneOf(['o', '0', 'Ö', 'OO', '-'])}`,
  ),
  'a label is misspelt': rewrite(
    'doubtful-label',
    begins,
    (word, tag, draw) => `${word}\t${tag.slice(0, 2)}${misspell(tag.slice(2), draw)}`,
  ),
  'a label is unheard of': rewrite(
    'rare-label',
    begins,
    (word, tag, draw) => `${word}\t${tag.slice(0, 2)}X${draw.below(10_000)}QZ`,
  ),
  'an I- begins': rewrite(
    'orphan-inside',
    (row) => /\tB-/.test(row),
    (word, tag) => `${word}\tI${tag.slice(1)}`,
  ),
  'an I- follows O': rewrite('orphan-inside', afterOutside, (word) => `${word}\tI-LOC`),
  'a name bears another label': (clean, draw) => {
    const single = (row: string, rows: readonly string[], index: number) =>
      /\tB-/.test(row) && !/\tI-/.test(rows[index + 1] ?? '');
    return rewrite(
      'inconsistent-label',
      single,
      (word, tag) => `${word}\tB-${tag === 'B-PER' ? 'ORG' : 'PER'}`,
    )(clean, draw);
  },
  'a name is not marked': (clean, draw) => {
    const single = (row: string, rows: readonly string[], index: number) =>
      /\tB-/.test(row) && !/\tI-/.test(rows[index + 1] ?? '');
    return rewrite('inconsistent-label', single, (word) => `${word}\tO`)(clean, draw);
  },
  'a sentence stands twice': (clean, draw) => {
    const [from, to] = [draw.below(clean.length - 1), clean.length];
    const train = [...clean, clean[from]!];
    return { train, line: lineOf(train, to, 0), kind: 'duplicate-sentence' };
  },
  'a sentence of dev stands in train': (clean, draw) => {
    const train = [...clean];
    const at = draw.below(clean.length);
    train.splice(at, 0, draw.oneOf(cleanRows(99, 40, 'IOB2')));
    return { train, line: lineOf(train, at, 0), kind: 'leaked-sentence' };
  },
};

const iobesCorruptions: typeof corruptions = {
  'an entity never ends': (clean, draw) => {
    const [sentence, row] = draw.oneOf(
      rowsWhere(
        clean,
        (text, rows, index) => /\tS-/.test(text) && isOutside(rows[index + 1] ?? ''),
      ),
    );
    const train = clean.map((rows) => [...rows]);
    train[sentence]![row] = train[sentence]![row]!.replace('\tS-', '\tB-');
    return { train, line: lineOf(clean, sentence, row + 1), kind: 'illegal-transition' };
  },
  'an entity ends that never began': rewrite(
    'illegal-transition',
    (row) => /\tS-/.test(row),
    (word, tag) => `${word}\tE${tag.slice(1)}`,
  ),
};

const textOf = (sentences: readonly string[][]) =>
  sentences.map((rows) => rows.map((row) => `${row}\n`).join('')).join('\n');
const dev = textOf(cleanRows(99, 40, 'IOB2'));

async function readCorrupted(train: readonly string[][], scheme: 'IOB2' | 'IOBES') {
  const format = { separator: 'tab', columns: 2, wordColumn: 0, tagColumn: 1, scheme } as const;
  const devText = scheme === 'IOB2' ? dev : textOf(cleanRows(99, 40, scheme));
  const { corpus } = await readInMemory(
    { 'train.tsv': textOf(train), 'dev.tsv': devText },
    [],
    format,
  );
  return corpus;
}

/** Sentences of a clean file: enough for each name to stand there many times under its label. */
const SENTENCES = 100;

test.each(['IOB2', 'IOBES'] as const)('the clean file in %s gives no finding', async (scheme) => {
  const corpus = await readCorrupted(cleanRows(1, SENTENCES, scheme), scheme);
  expect(corpus.files.flatMap(({ findings }) => findings)).toEqual([]);
  expect(corpus.report).toEqual([]);
});

/** 19 kinds of damage, 53 times each: 1,007. */
const TIMES = 53;

describe(`${TIMES} corruptions of each kind are reported in their lines`, () => {
  const all = [
    ...Object.entries(corruptions).map(([name, corrupt]) => ({
      name,
      corrupt,
      scheme: 'IOB2' as const,
    })),
    ...Object.entries(iobesCorruptions).map(([name, corrupt]) => ({
      name,
      corrupt,
      scheme: 'IOBES' as const,
    })),
  ];

  test('which makes more than a thousand', () => {
    expect(all.length * TIMES).toBeGreaterThanOrEqual(1000);
  });

  test.each(all)('$name ($scheme)', async ({ corrupt, scheme }) => {
    const clean = cleanRows(1, SENTENCES, scheme);
    for (let seed = 1; seed <= TIMES; seed++) {
      const { train, line, kind } = corrupt(clean, seededDraw(seed * 7919));
      const corpus = await readCorrupted(train, scheme);
      const found = corpus.files[0]!.findings.map((finding) => `${finding.line} ${finding.kind}`);
      expect(
        found,
        `seed ${seed}: ${JSON.stringify(textOf(train).split('\n')[line - 1])}`,
      ).toContain(`${line} ${kind}`);
      expect(corpus.report!.some((group) => group.kind === kind)).toBe(true);
    }
  });
});

test('300 files of torn bytes are read or refused with a reason, and none hangs', async () => {
  const clean = new TextEncoder().encode(textOf(cleanRows(1, 40, 'IOB2')));
  for (let seed = 1; seed <= 300; seed++) {
    const draw = seededDraw(seed);
    const bytes = clean.slice(0, 1 + draw.below(clean.length));
    for (let damage = draw.below(200); damage >= 0; damage--) {
      bytes[draw.below(bytes.length)] = draw.oneOf([
        0,
        9,
        10,
        13,
        32,
        35,
        45,
        255,
        draw.below(256),
      ]);
    }
    try {
      const { corpus } = await readInMemory({ 'train.tsv': new Blob([bytes]), 'dev.tsv': dev });
      expect(corpus.hash).toMatch(/^[0-9a-f]{64}$/);
    } catch (error) {
      expect((error as Error).message).toMatch(/expected/);
    }
  }
});
