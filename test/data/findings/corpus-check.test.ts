import { describe, expect, test } from 'vitest';
import { hashOf, SentenceTwins } from '../../../src/data/findings/sentence-twins';
import type { SplitName } from '../../../src/ner/sentence';
import { readInMemory } from '../../jobs/read-in-memory';

/** `Kiel/LOC lacht` as rows of an IOB2 file, with an empty line after each sentence. */
function rows(...sentences: string[]): string {
  return sentences
    .map((sentence) =>
      sentence
        .split(' ')
        .map((word) => {
          const [form, label] = word.split('/');
          return `${form!}\t${label ? `B-${label}` : 'O'}\n`;
        })
        .join(''),
    )
    .join('\n');
}

async function findingsOf(files: Record<string, string>) {
  const { corpus } = await readInMemory(files);
  const all = corpus.files.flatMap(({ findings }) => findings);
  return all.map(({ file, line, kind, reason }) => ({ place: `${file}:${line}`, kind, reason }));
}

describe('sentences of the same words', () => {
  test('within a split are named with the first of them', async () => {
    const findings = await findingsOf({
      'train.tsv': rows('Kiel/LOC lacht', 'Ada/PER lacht', 'Kiel/LOC lacht', 'Kiel lacht'),
      'dev.tsv': rows('Cork/LOC regnet'),
    });
    const twins = findings.filter(({ kind }) => kind === 'duplicate-sentence');
    expect(twins.map(({ place }) => place)).toEqual(['train.tsv:7', 'train.tsv:10']);
    expect(twins[0]?.reason).toContain('train.tsv:1 again; keep one');
    expect(twins[1]?.reason).toContain('train.tsv:1 again, tagged otherwise');
  });

  test('in two splits are named in the one that is learned from', async () => {
    const findings = await findingsOf({
      'test.tsv': rows('Kiel/LOC lacht', 'Ada/PER schläft'),
      'train.tsv': rows('Ada/PER lacht', 'Kiel/LOC lacht', 'Kiel/LOC lacht'),
      'dev.tsv': rows('Ada/PER schläft', 'Cork/LOC regnet'),
    });
    const leaks = findings.filter(({ kind }) => kind === 'leaked-sentence');
    expect(leaks.map(({ place }) => place)).toEqual(['train.tsv:4', 'train.tsv:7', 'dev.tsv:1']);
    expect(leaks[0]?.reason).toContain('in test at test.tsv:1');
    expect(leaks[2]?.reason).toContain('in test at test.tsv:4');
  });

  test('are told apart by where a word ends', () => {
    expect(hashOf(['ab', 'c'])).not.toBe(hashOf(['a', 'bc']));
    expect(hashOf(['ab'])).not.toBe(hashOf(['ab', '']));
    expect(hashOf([])).not.toBe(hashOf(['']));
  });

  test('300,000 different ones have different hashes, each an exact number below 2⁵³', () => {
    const hashes = new Set<number>();
    for (let index = 0; index < 300_000; index++) {
      const hash = hashOf([`${index % 1000}`, `${index}`, 'und']);
      if (!Number.isSafeInteger(hash) || hash < 0) throw new Error(`${hash} is no 53 bits.`);
      hashes.add(hash);
    }
    expect(hashes.size).toBe(300_000);
  });

  test('are found among more than the first room holds, as a plain comparison finds them', () => {
    const twins = new SentenceTwins();
    const plain = new Map<string, number>();
    const expected: string[] = [];
    for (let index = 0; index < 10_000; index++) {
      const word = String((index * 7919) % 6007);
      const split: SplitName = index % 3 === 0 ? 'dev' : 'train';
      twins.add(1, split, { words: [word], spans: [], line: index + 1, startsDocument: false });
      const key = `${split} ${word}`;
      const first = plain.get(key);
      if (first === undefined) plain.set(key, index + 1);
      else expected.push(`${index + 1} ${first}`);
    }
    const found = [...twins.duplicates()].map(
      ({ location, other }) => `${location.line} ${other.line}`,
    );
    expect(found).toEqual(expected);
  });
});

describe('phrases that are not labelled alike', () => {
  const many = (sentence: string, times: number) =>
    Array.from({ length: times }, (_, index) => `${sentence} ${index}`);

  test('stand in order of the places that disagree, with how often each label occurs', async () => {
    const { corpus } = await readInMemory({
      'train.tsv': rows(
        ...many('Kiel/LOC lacht', 20),
        'Kiel/PER lacht',
        ...many('Ada/PER schreibt', 3),
        'Ada liest',
        'Ada/ORG liest',
      ),
      'dev.tsv': rows('Cork/LOC regnet'),
    });
    const groups = corpus.report!.filter(({ kind }) => kind === 'inconsistent-label');
    expect(groups.map(({ count }) => count)).toEqual([2, 1]);
    expect(groups[0]!.first[0]!.reason).toContain(
      '"Ada" is PER 3 times, unmarked once, ORG once; here it is unmarked',
    );
    expect(groups[1]!.first.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '81 "Kiel" is LOC 20 times, PER once; here it is PER, which is right only if it means something else',
    ]);
    expect(groups[1]!.fixes.map(({ rule }) => rule)).toEqual([
      { do: 'one-label', phrase: 'Kiel', label: 'LOC' },
    ]);
  });

  test('count only outside of entities, whole, the longest first', async () => {
    const { corpus } = await readInMemory({
      'train.tsv': [
        'New\tB-LOC\nYork\tI-LOC\n\n'.repeat(3),
        'York\tB-LOC\n\n'.repeat(3),
        'New\tB-ORG\nYork\tI-ORG\nTimes\tI-ORG\n\n', // inside an entity: says nothing of York
        'in\tO\nNew\tO\nYork\tO\n\n', // New York unmarked, and York not
      ].join(''),
      'dev.tsv': rows('Cork/LOC regnet'),
    });
    const reasons = corpus
      .report!.filter(({ kind }) => kind === 'inconsistent-label')
      .map(({ first }) => first[0]!.reason);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain('"New York" is LOC 3 times, unmarked once');
  });

  test.each([
    ['twice in all', ['Kiel/LOC a', 'Kiel/PER b']],
    ['no label for more than half', ['Kiel/LOC a', 'Kiel/LOC b', 'Kiel c', 'Kiel d']],
    ['mostly no entity', ['May/PER a', 'May b', 'May c', 'May d']],
    ['no letter', ['-/LOC a', '-/LOC b', '-/LOC c', '-/PER d']],
  ])('are not judged where they occur with %s', async (_, sentences) => {
    const { corpus } = await readInMemory({
      'train.tsv': rows(...sentences),
      'dev.tsv': rows('Cork/LOC regnet'),
    });
    expect(corpus.report!.filter(({ kind }) => kind === 'inconsistent-label')).toEqual([]);
  });
});
