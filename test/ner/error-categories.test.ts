import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntitySpan } from '../../src/ner/entity-span';
import { ERROR_KINDS, findErrors, rangeOf } from '../../src/ner/error-categories';
import { ScoreCounter } from '../../src/ner/scores';
import { spansToTags } from '../../src/ner/tag-scheme';

const span = (start: number, end: number, label: string): EntitySpan => ({ start, end, label });

describe('an entity that is not exactly right is', () => {
  test('nothing where it is right', () => {
    expect(findErrors([span(0, 2, 'PER')], [span(0, 2, 'PER')])).toEqual([]);
  });

  test('missed where nothing was predicted on its words', () => {
    const gold = span(0, 2, 'PER');
    expect(findErrors([gold], [])).toEqual([{ kind: 'missed', gold }]);
  });

  test('spurious where no gold entity has its words; touching is no overlap', () => {
    const gold = span(0, 2, 'PER');
    const predicted = span(2, 3, 'PER');
    expect(findErrors([gold], [predicted])).toEqual([
      { kind: 'missed', gold },
      { kind: 'spurious', predicted },
    ]);
  });

  test.each([
    ['of the wrong type', span(1, 3, 'ORG'), 'wrong-type'],
    ['wrong in its boundary', span(1, 2, 'PER'), 'wrong-boundary'],
    ['wrong in its boundary', span(0, 4, 'PER'), 'wrong-boundary'],
    ['wrong in both', span(2, 4, 'ORG'), 'wrong-type-and-boundary'],
  ])('%s', (_, predicted, kind) => {
    const gold = span(1, 3, 'PER');
    expect(findErrors([gold], [predicted])).toEqual([{ kind, gold, predicted }]);
  });
});

describe('where several overlap', () => {
  test('the pair that shares the most words is made first, and what is left stands alone', () => {
    // gold       [0 1 2 3 4]
    // predicted  [0 1][2 3 4]
    const gold = span(0, 5, 'ORG');
    const short = span(0, 2, 'ORG');
    const long = span(2, 5, 'LOC');
    expect(findErrors([gold], [short, long])).toEqual([
      { kind: 'wrong-type-and-boundary', gold, predicted: long },
      { kind: 'spurious', predicted: short },
    ]);
  });

  test('of pairs that share as many words the leftmost is made', () => {
    // gold       [0 1][2 3]
    // predicted    [1 2]
    const [left, right] = [span(0, 2, 'PER'), span(2, 4, 'LOC')];
    const predicted = span(1, 3, 'LOC');
    expect(findErrors([left, right], [predicted])).toEqual([
      { kind: 'wrong-type-and-boundary', gold: left, predicted },
      { kind: 'missed', gold: right },
    ]);
  });

  test('a pair made early leaves the next best to the others', () => {
    // gold       [0 1 2][3 4 5]
    // predicted  [0][1 2 3 4][5]     shares: 1; 2, 2; 1
    const gold = [span(0, 3, 'PER'), span(3, 6, 'PER')];
    const predicted = [span(0, 1, 'PER'), span(1, 5, 'PER'), span(5, 6, 'PER')];
    expect(findErrors(gold, predicted)).toEqual([
      { kind: 'wrong-boundary', gold: gold[0], predicted: predicted[1] },
      { kind: 'spurious', predicted: predicted[0] },
      { kind: 'wrong-boundary', gold: gold[1], predicted: predicted[2] },
    ]);
  });
});

test('an error is about the words of both its entities', () => {
  const gold = span(3, 5, 'PER');
  const predicted = span(4, 7, 'PER');
  expect(rangeOf({ kind: 'wrong-boundary', gold, predicted })).toEqual({ start: 3, end: 7 });
  expect(rangeOf({ kind: 'missed', gold })).toMatchObject({ start: 3, end: 5 });
  expect(rangeOf({ kind: 'spurious', predicted })).toMatchObject({ start: 4, end: 7 });
});

const WORDS = 12;
/** Spans over twelve words: cut lengths in turn, some of them left outside. */
const spans = fc
  .array(
    fc.record({
      length: fc.integer({ min: 1, max: 4 }),
      label: fc.constantFrom('', '', 'PER', 'LOC', 'ORG'),
    }),
    { maxLength: 8 },
  )
  .map((parts) => {
    const made: EntitySpan[] = [];
    let start = 0;
    for (const { length, label } of parts) {
      if (start + length > WORDS) break;
      if (label) made.push(span(start, start + length, label));
      start += length;
    }
    return made;
  });

test('every entity that is not right is in exactly one error, and the sums are those of the scores', () => {
  fc.assert(
    fc.property(spans, spans, (gold, predicted) => {
      const errors = findErrors(gold, predicted);
      const counter = new ScoreCounter('IOB2');
      counter.add(gold, WORDS, spansToTags(predicted, WORDS, 'IOB2'));
      const { entity } = counter.report();
      const countOf = (kind: string) => errors.filter((error) => error.kind === kind).length;
      const pairs = errors.length - countOf('missed') - countOf('spurious');
      expect(entity.correct + countOf('missed') + pairs).toBe(entity.gold);
      expect(entity.correct + countOf('spurious') + pairs).toBe(entity.predicted);

      const same = (a: EntitySpan, b: EntitySpan) =>
        a.start === b.start && a.end === b.end && a.label === b.label;
      for (const one of gold) {
        const isRight = predicted.some((other) => same(one, other));
        expect(errors.filter((error) => error.gold === one)).toHaveLength(isRight ? 0 : 1);
      }
      for (const one of predicted) {
        const isRight = gold.some((other) => same(one, other));
        expect(errors.filter((error) => error.predicted === one)).toHaveLength(isRight ? 0 : 1);
      }
      for (const error of errors) {
        expect(ERROR_KINDS).toContain(error.kind);
        if (!error.gold || !error.predicted) continue;
        const isOneType = error.gold.label === error.predicted.label;
        const isOnePlace =
          error.gold.start === error.predicted.start && error.gold.end === error.predicted.end;
        expect(error.kind).toBe(
          isOnePlace ? 'wrong-type' : isOneType ? 'wrong-boundary' : 'wrong-type-and-boundary',
        );
        expect(error.predicted.start < error.gold.end).toBe(true);
        expect(error.gold.start < error.predicted.end).toBe(true);
      }
      // An entity that stands alone has no partner that stands alone too.
      for (const missed of errors.filter(({ kind }) => kind === 'missed')) {
        for (const spurious of errors.filter(({ kind }) => kind === 'spurious')) {
          const [a, b] = [missed.gold!, spurious.predicted!];
          expect(a.end <= b.start || b.end <= a.start).toBe(true);
        }
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});
