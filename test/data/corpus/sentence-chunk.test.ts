import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phrasePattern } from '../../../src/data/corpus/phrase-pattern';
import { SentenceChunk } from '../../../src/data/corpus/sentence-chunk';
import type { Sentence } from '../../../src/ner/sentence';

function sentence(text: string, spans: Sentence['spans'] = [], line = 1): Sentence {
  return { words: text.split(' '), spans, line, startsDocument: line === 1 };
}

function find(sentences: readonly Sentence[], typed: string): number[] {
  return [...new SentenceChunk(sentences).matching(phrasePattern(typed)!)];
}

test('a packed sentence is unpacked as it was', () => {
  const sentences = [
    sentence('Ada Lovelace wrote', [{ start: 0, end: 2, label: 'PER' }]),
    sentence('İstanbul Ǆungla 😀 ﬁn', [{ start: 0, end: 1, label: 'LOC' }], 9),
    sentence(
      'Clara left Cork',
      [
        { start: 0, end: 1, label: 'PER' },
        { start: 2, end: 3, label: 'LOC' },
      ],
      14,
    ),
  ];
  const chunk = new SentenceChunk(sentences);
  expect(sentences.map((_, index) => chunk.at(index))).toEqual(sentences);
  expect(sentences.map((_, index) => chunk.wordCount(index))).toEqual([3, 4, 3]);
  expect(sentences.map((_, index) => chunk.hasLabel(index, 'LOC'))).toEqual([false, true, true]);
  expect(chunk.hasLabel(0, 'ORG')).toBe(false);
});

describe('words that are typed', () => {
  const sentences = [
    sentence('He flew to New York , said Ada'),
    sentence('The new Yorkshire pudding'),
    sentence('York is new'),
    sentence('İİİİ new york'),
    sentence("She did n't say"),
  ];

  test.each([
    ['york', [0, 1, 2, 3]],
    ['york ', [0, 2, 3]],
    ['YORK is', [2]],
    ['new yo', [0, 1, 3]],
    ['new  york ', [0, 3]],
    ['ork', []],
    ['york, said', [0]],
    ["did n't", [4]],
    ['paris', []],
    ['.*', []],
  ])('%j finds sentences %j', (typed, found) => {
    expect(find(sentences, typed)).toEqual(found);
  });

  test.each([
    ['york', 0, [{ start: 4, end: 5 }]],
    ['york, sa', 0, [{ start: 4, end: 7 }]],
    ['new york', 3, [{ start: 1, end: 3 }]],
    ['paris', 0, []],
  ])('%j covers in sentence %i the words %j', (typed, index, ranges) => {
    const chunk = new SentenceChunk(sentences);
    expect(chunk.wordsMatching(index, phrasePattern(typed)!)).toEqual(ranges);
  });

  test('of white space only narrow nothing', () => {
    expect(phrasePattern(' \t ')).toBeUndefined();
  });

  test('find nothing across the end of a sentence', () => {
    expect(find([sentence('to New'), sentence('York again')], 'new york')).toEqual([]);
  });
});

test('every search agrees with a plain look at the words', () => {
  const word = fc.constantFrom('a', 'A', 'ab', 'b', 'B', 'ba', 'İ', 'é');
  const words = fc.array(word, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(words, { minLength: 1, maxLength: 6 }),
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (texts, phrase, finished) => {
        const sentences = texts.map((text) => sentence(text.join(' ')));
        const wanted = phrase.map((each) => each.toLowerCase());
        const holds = (text: string[]) =>
          text.some((_, start) =>
            wanted.every((each, at) => {
              const here = text[start + at]?.toLowerCase() ?? '';
              return at < wanted.length - 1 || finished ? here === each : here.startsWith(each);
            }),
          );
        const expected = texts.flatMap((text, index) => (holds(text) ? [index] : []));
        expect(find(sentences, phrase.join(' ') + (finished ? ' ' : ''))).toEqual(expected);
      },
    ),
    { seed: 7, numRuns: 500 },
  );
});
