import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginsLine, readWords, wordAt, type TextWords } from '../../src/infer/text-words';
import { splitWords } from '../../src/tokenizer/text/split-words';

const lengthOf = (word: string) => word.length;
const listWords = (words: TextWords) => Array.from(words.starts, (_, word) => wordAt(words, word));

/** Stretches that meet the rules of words that look around them. */
const stretches = [
  ...['Nord-', 'und', 'Ostsee', 'z.B.', 'U.S.', 'No.', '5', 'J.', 'Smith', 'can', "n't", "'s"],
  ...[' ', '  ', '\n', '\r\n', '\u2028', '\t', '\u00a0', '\u200b', '\ufeff', '.', '...', '!?', '-'],
  ...[
    'www.',
    'a@b.de',
    'https://',
    '#tag',
    '@',
    '🇩🇪',
    '👩‍🚀',
    '\ud83d',
    '汉字',
    "''''",
    '3,400',
    ':-)',
  ],
  ...['AT&T', 'Mr', 'oder', 'x', 'É', '\u0301'],
];
const texts = fc
  .array(fc.constantFrom(...stretches), { maxLength: 30 })
  .map((parts) => parts.join(''));

describe('words of a text that was edited', () => {
  test('are those of the text read afresh, whatever was edited', () => {
    const edits = fc.array(fc.tuple(fc.nat(200), fc.nat(40), texts), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(texts, texts, edits, (front, back, changes) => {
        let text = `${front} ${back}`;
        let words = readWords(text, lengthOf);
        for (const [at, length, typed] of changes) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + typed.slice(0, 12) + text.slice(from + length);
          words = readWords(text, lengthOf, words);
          const afresh = splitWords(text);
          expect(words.starts.join()).toBe(afresh.map(({ start }) => start).join());
          expect(words.ends.join()).toBe(afresh.map(({ end }) => end).join());
          expect(words.pieceCounts.join()).toBe(afresh.map(({ start, end }) => end - start).join());
        }
      }),
      { seed: 15, numRuns: 600 },
    );
  });

  test('are found anew only around the edit', () => {
    const text = 'Ada met Clara in Cork. '.repeat(1000);
    const before = readWords(text, lengthOf);
    const found: string[] = [];
    const middle = text.length / 2;
    const edited = `${text.slice(0, middle)}old ${text.slice(middle)}`;
    const words = readWords(edited, (word) => found.push(word), before);
    expect(listWords(words)).toHaveLength(before.starts.length + 1);
    expect(found).toContain('old');
    expect(found.length).toBeLessThan(12);
  });
});

test('a line begins behind every kind of line end, and nowhere else', () => {
  const words = readWords('a b\nc\r\nd\re\u2028f\u2029g \t\u0085\u000b h\n\n i', lengthOf);
  const begins = listWords(words).filter((_, word) => beginsLine(words, word));
  expect(begins).toEqual(['a', 'c', 'd', 'e', 'f', 'g', 'i']);
});
