import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntitySpan } from '../../src/ner/entity-span';
import {
  schemeCanExpress,
  spansToTags,
  splitTag,
  TAG_SCHEMES,
  tagsToSpans,
} from '../../src/ner/tag-scheme';

const spansOf = (tags: string) => tagsToSpans(tags.split(' ').filter(Boolean));
const span = (start: number, end: number, label: string): EntitySpan => ({ start, end, label });

/** Sorted, disjoint spans and the length of their sentence. */
const sentenceSpans = fc
  .array(
    fc.record({
      gap: fc.nat(2),
      length: fc.integer({ min: 1, max: 4 }),
      label: fc.constantFrom('PER', 'LOC', 'person-deriv', 'O', 'B-', '__proto__', '数'),
    }),
    { maxLength: 8 },
  )
  .chain((parts) => fc.nat(3).map((tail) => ({ parts, tail })))
  .map(({ parts, tail }) => {
    let word = 0;
    const spans = parts.map(({ gap, length, label }) => {
      const start = word + gap;
      word = start + length;
      return { start, end: word, label };
    });
    return { spans, wordCount: word + tail };
  });

describe('splitTag', () => {
  test.each([
    ['O', 'O', ''],
    ['B-PER', 'B', 'PER'],
    ['I-person-deriv', 'I', 'person-deriv'],
    ['E-LOC', 'E', 'LOC'],
    ['L-LOC', 'E', 'LOC'],
    ['S-LOC', 'S', 'LOC'],
    ['U-LOC', 'S', 'LOC'],
    ['PER', '', 'PER'],
    ['creative-work', '', 'creative-work'],
    ['B_PER', '', 'B_PER'],
    ['B-', '', 'B-'],
    ['b-PER', '', 'b-PER'],
    ['', '', ''],
  ])('takes "%s" apart into "%s" and "%s"', (tag, prefix, label) => {
    expect(splitTag(tag)).toEqual({ prefix, label });
  });
});

describe('tagsToSpans', () => {
  test.each([
    ['', []],
    ['O O', []],
    ['B-PER I-PER O B-LOC', [span(0, 2, 'PER'), span(3, 4, 'LOC')]],
    ['I-PER I-PER B-PER O', [span(0, 2, 'PER'), span(2, 3, 'PER')]],
    ['O I-PER I-LOC', [span(1, 2, 'PER'), span(2, 3, 'LOC')]],
    ['B-PER I-PER E-PER S-PER', [span(0, 3, 'PER'), span(3, 4, 'PER')]],
    ['B-PER L-PER U-LOC U-LOC', [span(0, 2, 'PER'), span(2, 3, 'LOC'), span(3, 4, 'LOC')]],
    ['PER PER O LOC', [span(0, 2, 'PER'), span(3, 4, 'LOC')]],
    ['E-PER E-PER', [span(0, 1, 'PER'), span(1, 2, 'PER')]],
    ['S-PER I-PER E-PER', [span(0, 1, 'PER'), span(1, 3, 'PER')]],
    ['B-PER', [span(0, 1, 'PER')]],
  ])('reads "%s" as conlleval does', (tags, spans) => {
    expect(spansOf(tags)).toEqual(spans);
  });
});

describe('spansToTags', () => {
  const adjacent = [span(0, 2, 'PER'), span(2, 3, 'PER'), span(3, 4, 'LOC'), span(5, 7, 'LOC')];

  test.each([
    ['IOB1', 'I-PER I-PER B-PER I-LOC O I-LOC I-LOC'],
    ['IOB2', 'B-PER I-PER B-PER B-LOC O B-LOC I-LOC'],
    ['IOBES', 'B-PER E-PER S-PER S-LOC O B-LOC E-LOC'],
    ['IO', 'I-PER I-PER I-PER I-LOC O I-LOC I-LOC'],
  ] as const)('writes %s', (scheme, tags) => {
    expect(spansToTags(adjacent, 7, scheme).join(' ')).toBe(tags);
  });

  test.each([
    ['overlapping', [span(0, 2, 'PER'), span(1, 3, 'LOC')]],
    ['unsorted', [span(2, 3, 'PER'), span(0, 1, 'LOC')]],
    ['empty', [span(1, 1, 'PER')]],
    ['too long', [span(1, 4, 'PER')]],
    ['negative', [span(-1, 1, 'PER')]],
  ])('refuses %s spans', (_, spans) => {
    expect(() => spansToTags(spans, 3, 'IOB2')).toThrow(RangeError);
  });

  test('whatever a scheme can express comes back from its tags', () => {
    fc.assert(
      fc.property(
        sentenceSpans,
        fc.constantFrom(...TAG_SCHEMES),
        ({ spans, wordCount }, scheme) => {
          const read = tagsToSpans(spansToTags(spans, wordCount, scheme));
          if (schemeCanExpress(spans, scheme)) expect(read).toEqual(spans);
          else expect(read).not.toEqual(spans);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('BILOU letters read as IOBES', () => {
    fc.assert(
      fc.property(sentenceSpans, ({ spans, wordCount }) => {
        const tags = spansToTags(spans, wordCount, 'IOBES');
        const bilou = tags.map((tag) => tag.replace(/^E-/, 'L-').replace(/^S-/, 'U-'));
        expect(tagsToSpans(bilou)).toEqual(spans);
      }),
    );
  });

  test('any tags give sorted, disjoint spans that any scheme but IO can write', () => {
    const tag = fc.constantFrom('O', 'B-A', 'I-A', 'E-A', 'S-A', 'B-B', 'I-B', 'E-B', 'A', 'junk');
    fc.assert(
      fc.property(fc.array(tag), (tags) => {
        const spans = tagsToSpans(tags);
        for (const scheme of ['IOB1', 'IOB2', 'IOBES'] as const) {
          expect(tagsToSpans(spansToTags(spans, tags.length, scheme))).toEqual(spans);
        }
      }),
    );
  });
});

test('only IO cannot tell adjacent entities of one label apart', () => {
  const touching = [span(0, 1, 'PER'), span(1, 2, 'PER')];
  expect(TAG_SCHEMES.filter((scheme) => schemeCanExpress(touching, scheme))).toEqual([
    'IOB1',
    'IOB2',
    'IOBES',
  ]);
  expect(schemeCanExpress([span(0, 1, 'PER'), span(1, 2, 'LOC')], 'IO')).toBe(true);
  expect(schemeCanExpress([span(0, 1, 'PER'), span(2, 3, 'PER')], 'IO')).toBe(true);
});
