import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listSome, shorten, shortenSentence } from '../../src/messages/shorten';

test('a short text stays, a long one ends in an ellipsis, and no character is cut in two', () => {
  expect(shorten('B-PER', 5)).toBe('B-PER');
  expect(shorten('B-PERSON', 5)).toBe('B-PE…');
  expect(shorten('abc😀def', 5)).toBe('abc…'); // the emoji takes two code units
  expect(shorten('x'.repeat(6000))).toHaveLength(60);
});

test('a list names the first and counts the others', () => {
  const names = ['PER', 'LOC', 'ORG'];
  expect(listSome(names)).toBe('PER, LOC, ORG');
  expect(listSome(names, { most: 2 })).toBe('PER, LOC and 1 more');
  const many = Array.from({ length: 16_000 }, () => 'x'.repeat(300));
  expect(listSome(many, { most: 2 })).toBe(
    `${'x'.repeat(59)}…, ${'x'.repeat(59)}… and 15,998 more`,
  );
  expect(listSome(names, { most: 2, show: (name) => `"${name}"`, between: '; ' })).toBe(
    '"PER"; "LOC" and 1 more',
  );
  expect(listSome([])).toBe('');
});

test('a long sentence keeps its start and its end, the way out', () => {
  const sentence = `a.json: expected a list, found ${'[1,'.repeat(2000)}; drop another file.`;
  const short = shortenSentence(sentence);
  expect(short.length).toBeLessThanOrEqual(400);
  expect(short).toMatch(/^a\.json: expected a list, found \[1,.* … .*; drop another file\.$/u);
  expect(shortenSentence('Nothing was stored.')).toBe('Nothing was stored.');
});

test('whatever is cut is never longer than allowed, and well-formed where it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 10, max: 40 }), (text, most) => {
      for (const cut of [shorten(text, most), shortenSentence(text, most)]) {
        expect(cut.length).toBeLessThanOrEqual(most);
        expect(() => encodeURIComponent(cut)).not.toThrow(); // it throws at half a character
      }
    }),
  );
});
