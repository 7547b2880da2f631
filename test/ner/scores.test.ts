import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ScoreCounter } from '../../src/ner/scores';
import { tagsToSpans, type TagScheme } from '../../src/ner/tag-scheme';

/** Written by test/reference/python/make-conlleval-golden.py from conlleval's rules, seqeval and scikit-learn. */
interface GoldenCase {
  name: string;
  scheme: TagScheme;
  sentences: { gold: string; predicted: string; wordsInWindow: number }[];
  counts: Record<string, { correct: number; predicted: number; gold: number }>;
  precision: number;
  recall: number;
  f1: number;
  tagF1: number;
  tokenAccuracy: number;
}

const golden = JSON.parse(
  readFileSync(new URL('../reference/golden/conlleval.json', import.meta.url), 'utf8'),
) as GoldenCase[];

function scoreOf({ scheme, sentences }: GoldenCase) {
  const counter = new ScoreCounter(scheme);
  for (const { gold, predicted, wordsInWindow } of sentences) {
    const tags = gold.split(' ');
    counter.add(tagsToSpans(tags), tags.length, predicted.split(' '), wordsInWindow);
  }
  return counter.report();
}

describe('scores equal conlleval and seqeval', () => {
  test.each(golden)('$name', (expected) => {
    const report = scoreOf(expected);
    const counts = Object.entries(report.byLabel).map(([label, { correct, predicted, gold }]) => [
      label,
      { correct, predicted, gold },
    ]);
    expect(Object.fromEntries(counts)).toEqual(expected.counts);
    // The same sums of small integers, divided in another order: some units in the last place.
    expect(report.entity.precision).toBeCloseTo(expected.precision, 12);
    expect(report.entity.recall).toBeCloseTo(expected.recall, 12);
    expect(report.entity.f1).toBeCloseTo(expected.f1, 12);
    expect(report.tagF1).toBeCloseTo(expected.tagF1, 12);
    expect(report.tokenAccuracy).toBeCloseTo(expected.tokenAccuracy, 12);
  });
});

describe('words beyond the window', () => {
  const goldSpans = [
    { start: 0, end: 1, label: 'PER' },
    { start: 2, end: 4, label: 'LOC' },
    { start: 5, end: 6, label: 'LOC' },
  ];

  test('count as missed in every score, O words included', () => {
    const counter = new ScoreCounter('IOB2');
    counter.add(goldSpans, 7, ['B-PER', 'O', 'B-LOC'], 3);
    const report = counter.report();
    expect(report).toMatchObject({ words: 7, sentences: 1, wordsBeyondWindow: 4 });
    expect(report.entitiesBeyondWindow).toBe(2); // one cut in two, one beyond
    expect(report.entity).toMatchObject({ correct: 1, predicted: 2, gold: 3, recall: 1 / 3 });
    expect(report.tokenAccuracy).toBe(3 / 7);
    expect(report.tagF1).toBeCloseTo((2 * 2) / (2 + 4), 12);
  });

  test('predictions for them are not looked at', () => {
    const [short, long] = [new ScoreCounter('IOB2'), new ScoreCounter('IOB2')];
    short.add(goldSpans, 7, ['B-PER', 'O', 'B-LOC'], 3);
    long.add(goldSpans, 7, ['B-PER', 'O', 'B-LOC', 'I-LOC', 'O', 'B-LOC', 'O'], 3);
    expect(long.report()).toEqual(short.report());
  });

  test('a window without predictions for its words is refused', () => {
    expect(() => new ScoreCounter('IOB2').add([], 3, ['O'])).toThrow(RangeError);
  });
});

test('nothing added scores 0', () => {
  expect(new ScoreCounter('IOB2').report()).toMatchObject({
    entity: { correct: 0, predicted: 0, gold: 0, precision: 0, recall: 0, f1: 0 },
    byLabel: {},
    tagF1: 0,
    tokenAccuracy: 0,
  });
});

test('labels stand in alphabetical order, even one named like a property of every object', () => {
  const counter = new ScoreCounter('IOB2');
  counter.add([{ start: 0, end: 1, label: '__proto__' }], 2, ['B-__proto__', 'B-PER']);
  const { byLabel } = counter.report();
  expect(Object.keys(byLabel)).toEqual(['PER', '__proto__']);
});
