import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CorpusHash } from '../../../src/data/corpus/corpus-hash';
import { FindingCollector, KEPT_FINDINGS } from '../../../src/data/findings/finding-collector';
import { JsonlReader } from '../../../src/data/read/jsonl-reader';
import { LabelTally } from '../../../src/data/read/label-tally';
import { countSplit } from '../../../src/data/statistics/corpus-statistics';
import { writeColumns } from '../write/write-columns';
import { writeJsonl } from '../write/write-jsonl';
import type { Sentence } from '../../../src/ner/sentence';
import { TAG_SCHEMES } from '../../../src/ner/tag-scheme';
import { brief, inBrackets, read } from '../detect/column-file';
import * as forms from '../detect/corpus-forms';

describe('statistics', () => {
  test('count documents, sentences, words and entities, labels by frequency', async () => {
    const { sentences } = await read(forms.conll2003English);
    const statistics = countSplit(sentences);
    expect(statistics).toEqual({
      documents: 2,
      sentences: 3,
      words: 14,
      entities: 5,
      entitiesByLabel: { LOC: 3, ORG: 1, PER: 1 },
    });
    expect(Object.keys(statistics.entitiesByLabel)).toEqual(['LOC', 'ORG', 'PER']);
  });
});

describe('writing', () => {
  const withoutLine = ({ words, spans, startsDocument }: Sentence) => ({
    words,
    spans,
    startsDocument,
  });

  test.each(TAG_SCHEMES)('columns in %s read back as they were', async (scheme) => {
    const { sentences } = await read(forms.universalNer);
    const text = [...writeColumns(sentences, scheme)].join('');
    const again = await read(text, { scheme, separator: 'tab' });
    expect(again.sentences.map(withoutLine)).toEqual(sentences.map(withoutLine));
    expect(again.findings).toEqual([]);
  });

  test('columns carry document lines from the second document on', async () => {
    const { sentences } = await read(forms.universalNer);
    expect([...writeColumns(sentences, 'IOBES')]).toEqual([
      'Ada\tS-PER\nlikes\tO\n#\tO\n5\tO\n\n',
      '-DOCSTART-\tO\n\n',
      'Lake\tB-LOC\nOrla\tE-LOC\n\n',
    ]);
  });

  test('a word that its row cannot hold is refused', () => {
    const sentence = { words: ['a', 'b\tc'], spans: [], line: 1, startsDocument: true };
    expect(() => [...writeColumns([sentence], 'IOB2')]).toThrow('Word 2, "b\\tc", cannot stand');
  });

  test.each(TAG_SCHEMES)('JSON lines in %s read back as they were', async (scheme) => {
    const { sentences } = await read(forms.conll2003English);
    const touching = sentences.filter((_, index) => scheme !== 'IO' || index !== 1); // adjacent LOC
    const lines = [...writeJsonl(touching, scheme)].join('').trimEnd().split('\n');
    const reader = new JsonlReader('made.jsonl', { scheme });
    const again = [...reader.push(lines), ...reader.end()];
    expect(again.map(inBrackets)).toEqual(touching.map(inBrackets));
    expect(reader.findings.kept()).toEqual([]);
  });
});

describe('JsonlReader', () => {
  test('leaves out lines with errors, names them, and reads the rest', () => {
    const reader = new JsonlReader('made.jsonl', { scheme: 'IOB2' });
    const sentences = reader.push([
      '{"tokens": ["Anna", "lacht"], "ner_tags": ["B-PER", "O"], "id": 7}',
      '{"tokens": ["Anna"]',
      '',
      '{"tokens": ["Anna"], "ner_tags": [1]}',
      '{"tokens": ["Anna", "lacht"], "ner_tags": ["O"]}',
      '{"tokens": ["Anna"], "ner_tags": ["PER"]}',
      '{"tokens": [""], "ner_tags": ["O"]}',
      'null',
      '{"tokens": ["Kiel"], "ner_tags": ["I-LOC"]}',
    ]);
    expect(sentences.map(inBrackets)).toEqual(['[Anna]PER lacht', '[Kiel]LOC']);
    expect(sentences.map(({ line }) => line)).toEqual([1, 9]);
    expect(brief(reader.findings.kept())).toEqual([
      '2 error malformed-json',
      '4 error malformed-json',
      '5 error malformed-json',
      '6 error unknown-prefix',
      '7 error empty-word',
      '8 error malformed-json',
      '9 warning orphan-inside',
    ]);
  });
});

describe('findings', () => {
  test('all are counted; the first of each kind are kept, errors before warnings, in order of line', () => {
    const findings = new FindingCollector('made.conll');
    for (let line = 1; line <= 1000; line++) {
      findings.add(line, 'warning', 'orphan-inside', () => `orphan ${line}`);
      if (line % 4 === 0) findings.add(line, 'error', 'column-count', () => `columns ${line}`);
    }
    findings.add(5000, 'error', 'empty-word', () => 'late');
    expect(findings).toMatchObject({ errors: 251, warnings: 1000 });
    expect(findings.count('orphan-inside')).toBe(1000);
    const kept = findings.kept();
    expect(kept).toHaveLength(KEPT_FINDINGS);
    expect(kept.at(-1)).toEqual({
      file: 'made.conll',
      line: 5000,
      level: 'error',
      kind: 'empty-word',
      reason: 'late',
    });
    expect(kept.filter(({ kind }) => kind === 'orphan-inside').map(({ line }) => line)).toEqual(
      Array.from({ length: 200 / 23 }, (_, index) => index + 1), // 23 kinds share 200 places
    );
    expect(kept.map(({ line }) => line)).toEqual(
      kept.map(({ line }) => line).sort((a, b) => a - b),
    );
  });

  test('a reason is only made for a finding that is kept', () => {
    const findings = new FindingCollector('made.conll');
    let made = 0;
    for (let line = 0; line < 10_000; line++)
      findings.add(line, 'error', 'column-count', () => String(made++));
    expect(made).toBe(KEPT_FINDINGS);
  });
});

describe('labels', () => {
  const tally = (...labels: [string, number][]) => {
    const entities = new LabelTally();
    let line = 1;
    for (const [label, count] of labels)
      for (let n = 0; n < count; n++) entities.add(label, line++);
    return entities;
  };

  test('a label that train lacks is named with its first line', () => {
    const findings = new FindingCollector('test.conll');
    tally(['PER', 3], ['MISC', 2]).reportUnseen(new Set(['PER', 'LOC']), findings);
    expect(findings.kept()).toEqual([
      {
        file: 'test.conll',
        line: 4,
        level: 'warning',
        kind: 'unseen-label',
        reason:
          'Label "MISC" is not in the training data {PER, LOC}, so its 2 entities count as missed; ' +
          'correct the label or add training sentences that have it',
      },
    ]);
  });

  test.each([
    ['PEr', 'PER'],
    ['OLOC', 'LOC'],
    ['LOCer', 'LOC'],
    ['locaton', 'location'],
  ])('%s beside many %s is doubtful', (slip, meant) => {
    const findings = new FindingCollector('made.conll');
    tally([meant, 200], [slip, 1]).reportDoubtful(findings);
    expect(findings.count('doubtful-label')).toBe(1);
  });

  test.each([
    ['LOCderiv', 'LOC'],
    ['ORG', 'LOC'],
    ['FAC', 'LOC'],
    ['product', 'person'],
  ])('%s beside many %s is not', (rare, frequent) => {
    const findings = new FindingCollector('made.conll');
    tally([frequent, 200], [rare, 1]).reportDoubtful(findings);
    expect(findings.count('doubtful-label')).toBe(0);
  });
});

describe('CorpusHash', () => {
  const sentence = (words: string[], label = 'PER'): Sentence => ({
    words,
    spans: [{ start: 0, end: 1, label }],
    line: 1,
    startsDocument: true,
  });

  test('is the SHA-256 of the canonical text', () => {
    const hash = new CorpusHash();
    hash.add('test', sentence(['Müller', 'lacht']));
    hash.add('train', sentence(['Anna']));
    const text = '# train\nAnna\tB-PER\n\n# test\nMüller\tB-PER\nlacht\tO\n\n';
    expect(hash.digest()).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('a large corpus hashes like its text at once', () => {
    const hash = new CorpusHash();
    const expected = createHash('sha256').update('# train\n');
    for (let index = 0; index < 20_000; index++) {
      hash.add('train', sentence([`wörd${index}`, '😀']));
      expected.update(`wörd${index}\tB-PER\n😀\tO\n\n`);
    }
    expect(hash.digest()).toBe(expected.digest('hex'));
  });

  test('tells words, labels, splits and order apart', () => {
    const digests = [
      [['train', sentence(['a', 'b'])]],
      [['train', sentence(['a', 'c'])]],
      [['train', sentence(['a', 'b'], 'LOC')]],
      [['dev', sentence(['a', 'b'])]],
      [
        ['train', sentence(['a'])],
        ['train', sentence(['b'])],
      ],
      [
        ['train', sentence(['b'])],
        ['train', sentence(['a'])],
      ],
    ].map((added) => {
      const hash = new CorpusHash();
      for (const [split, one] of added as ['train' | 'dev', Sentence][]) hash.add(split, one);
      return hash.digest();
    });
    expect(new Set(digests).size).toBe(digests.length);
  });
});
