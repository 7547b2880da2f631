import { existsSync, openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describeReasons } from '../detect/column-file';
import { detectColumns } from '../../../src/data/detect/detect-columns';
import { readColumnFile } from '../read/read-columns';
import { splitFromName } from '../../../src/data/corpus/split';
import { countSplit } from '../../../src/data/statistics/corpus-statistics';
import type { FindingKind } from '../../../src/data/findings/finding';
import type { CorpusFix } from '../../../src/data/fixes/fix-rule';
import { planEdits } from '../../../src/jobs/fixes/fix-corpus';
import { readInMemory } from '../../jobs/read-in-memory';

const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

const readings = new Map<string, ReturnType<typeof readFresh>>();

/** A file is read once, however many tests look at it. */
function readShared(path: string, choice = {}): ReturnType<typeof readFresh> {
  const key = JSON.stringify([path, choice]);
  const reading = readings.get(key) ?? readFresh(path, choice);
  readings.set(key, reading);
  return reading;
}

async function readFresh(path: string, choice: object) {
  const blob = await openAsBlob(folder + path);
  const format = await detectColumns(blob, path, choice);
  const { sentences, reader } = await readColumnFile(blob, path, format);
  return { format, sentences, reader, statistics: countSplit(sentences) };
}

/** Counts as the corpora's README states them; documents and findings counted with grep. */
const corpora = [
  // file, split, sentences, words, entities, documents, warnings
  ['wnut17/wnut17train.conll', 'train', 3394, 62730, 1975, 1, {}],
  [
    'wnut17/emerging.dev.conll',
    'dev',
    1009,
    15733,
    836,
    1,
    { 'invisible-word': 4, 'hidden-character': 2 },
  ],
  ['wnut17/emerging.test.annotated', 'test', 1287, 23394, 1079, 1, { 'invisible-word': 3 }],
  [
    'uner_en_ewt/en_ewt-ud-train.derived.iob2',
    'train',
    12543,
    204579,
    7005,
    540,
    { 'hidden-character': 1 },
  ],
  ['uner_en_ewt/en_ewt-ud-dev.iob2', 'dev', 2001, 25149, 966, 318, {}],
  ['uner_en_ewt/en_ewt-ud-test.iob2', 'test', 2077, 25097, 1088, 316, {}],
  ['mobie_de/train.conll2003', 'train', 4785, 59716, 12935, 2115, { 'orphan-inside': 105 }],
  ['mobie_de/dev.conll2003', 'dev', 1082, 13209, 2793, 494, { 'orphan-inside': 28 }],
  ['mobie_de/test.conll2003', 'test', 1210, 18046, 4988, 623, { 'orphan-inside': 132 }],
  [
    'germeval2014/NER-de-dev.tsv',
    'dev',
    2200,
    41653,
    2674,
    1,
    { 'invisible-word': 1, 'hidden-character': 7 },
  ],
  [
    'germeval2014/NER-de-test.tsv',
    'test',
    5100,
    96499,
    6178,
    1,
    { 'invisible-word': 8, 'hidden-character': 10, 'column-count': 1 },
  ],
] as const;

if (!existsSync(folder)) {
  test('the shared corpora are absent', () => {
    process.stdout.write(
      `Not run: the counts of ${corpora.length + 1} files of real corpora and their twins, because ../shared/data is absent.\n`,
    );
  });
} else {
  describe('real corpora read with the counts their README states', () => {
    test.each(corpora)(
      '%s',
      async (path, split, sentences, words, entities, documents, warnings) => {
        const { format, statistics, reader } = await readShared(path);
        expect(statistics).toMatchObject({ sentences, words, entities, documents });
        expect(splitFromName(path.split('/')[1]!)).toBe(split);
        expect(format).toMatchObject({ encoding: 'utf-8', separator: 'tab', scheme: 'IOB2' });
        expect(format.questions).toEqual([]);
        expect(reader.findings.errors).toBe(0);
        const kinds = new Set(reader.findings.kept().map(({ kind }) => kind));
        expect(
          Object.fromEntries([...kinds].map((kind) => [kind, reader.findings.count(kind)])),
        ).toEqual(warnings);
      },
    );

    test.each([
      ['germeval2014/NER-de-dev.tsv', 212],
      ['germeval2014/NER-de-test.tsv', 515],
    ])('%s: the nested level on its own', async (path, entities) => {
      const { statistics } = await readShared(path, { tagColumn: 3 });
      expect(statistics.entities).toBe(entities);
    });

    test('MobIE has 20 entity types over its files, WNUT 6', async () => {
      for (const [paths, types] of [
        [['mobie_de/train.conll2003', 'mobie_de/dev.conll2003', 'mobie_de/test.conll2003'], 20],
        [['wnut17/wnut17train.conll'], 6],
      ] as const) {
        const labels = new Set<string>();
        for (const path of paths) {
          const { statistics } = await readShared(path);
          for (const label of Object.keys(statistics.entitiesByLabel)) labels.add(label);
        }
        expect(labels.size).toBe(types);
      }
    });
  });

  /** Counted apart from our code, by comparing the words of all sentences with each other (a set of tuples in Python). */
  const twins = [
    ['wnut17', { train: 103, dev: 3, test: 7 }, {}],
    [
      'uner_en_ewt',
      { train: 810, dev: 88, test: 106 },
      { 'train>dev': 238, 'train>test': 251, 'dev>test': 77 },
    ],
    [
      'mobie_de',
      { train: 368, dev: 31, test: 53 },
      { 'train>dev': 232, 'train>test': 86, 'dev>test': 15 },
    ],
    ['germeval2014', {}, {}],
  ] as const;

  async function readWhole(name: string, fixes: readonly CorpusFix[] = []) {
    const files: Record<string, Blob> = {};
    for (const [path] of [...corpora, ['europeana_cc0/enp_DE.sbb.bio']] as const) {
      if (path.startsWith(name)) files[path.split('/')[1]!] = await openAsBlob(folder + path);
    }
    return (await readInMemory(files, fixes)).corpus;
  }

  test.each(twins)(
    '%s: sentences that repeat, and that stand in two splits',
    async (name, repeated, leaked) => {
      const { report } = await readWhole(name);
      const counts = (kind: FindingKind) =>
        Object.fromEntries(
          report!.filter((group) => group.kind === kind).map(({ about, count }) => [about, count]),
        );
      expect(counts('leaked-sentence')).toEqual(leaked);
      const within = Object.entries(repeated).map(([split, count]) => [`${split}>${split}`, count]);
      expect(counts('duplicate-sentence')).toEqual(Object.fromEntries(within));
    },
  );

  describe('Europeana, the validation case', () => {
    test('keeps every row, either in a sentence or as an error', async () => {
      const { format, statistics, reader, sentences } = await readShared(
        'europeana_cc0/enp_DE.sbb.bio',
      );
      expect(format).toMatchObject({ separator: 'space', columns: 2, scheme: 'IOB2' });
      expect(describeReasons(format)).toContain('word first and tag last; IOB2, because B- starts');
      // The README takes 46 lines for comments: 42 are, and 4 are the row `# O`.
      expect(reader.comments).toBe(46 - 4);
      expect(reader.rows).toBe(47_235 + 4);
      expect(statistics.words + reader.rowsLeftOut).toBe(reader.rows);
      expect(reader.findings.errors).toBe(reader.rowsLeftOut);
      expect(statistics.documents).toBe(14);
      expect(Math.abs(statistics.entities - 1760)).toBeLessThan(5); // "about 1760"
      expect(Math.max(...sentences.map(({ words }) => words.length))).toBeLessThan(513);
    });

    test('its misspelt tags are found', async () => {
      const { reader } = await readShared('europeana_cc0/enp_DE.sbb.bio');
      const reasons = reader.findings.kept().map(({ reason }) => reason);
      for (const label of ['PEr', 'OLOC', 'ORg', 'LOCer', 'ER']) {
        expect(reasons.some((reason) => reason.startsWith(`Label "${label}"`))).toBe(true);
      }
      expect(reasons.some((reason) => reason.includes('found "I_ORG"'))).toBe(true);
    });

    test('can be mended with the first fix of each finding in a row, and taken back', async () => {
      const before = await readWhole('europeana');
      const fixes: CorpusFix[] = [];
      let corpus = before;
      for (let round = 0; round < 20; round++) {
        const next = corpus.report!.find(
          ({ kind, fixes: [first] }) => first && !/sentence|label$/.test(kind),
        );
        const offer = next?.fixes[0];
        if (!offer) break;
        const edits = await planEdits(
          corpus,
          offer.rule,
          () => undefined,
          new AbortController().signal,
        );
        const lines = edits.reduce((sum, each) => sum + each.lines.length, 0);
        expect(lines, offer.title).toBeGreaterThanOrEqual(next.count);
        fixes.push({ ...offer, madeAt: 0, lines, edits });
        corpus = await readWhole('europeana', fixes);
      }
      expect(corpus.files[0]!.errors).toBe(0);
      const kinds = corpus.report!.map(({ kind }) => kind);
      for (const kind of ['column-count', 'unknown-prefix', 'orphan-inside', 'stale-fix']) {
        expect(kinds).not.toContain(kind);
      }
      expect(fixes.length).toBeGreaterThan(5);
      expect(corpus.hash).not.toBe(before.hash);
      expect((await readWhole('europeana')).hash).toBe(before.hash);
    });
  });
}
