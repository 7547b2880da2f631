import { expect, test } from 'vitest';
import { Vocabulary } from '../../../src/tokenizer/word-piece/vocabulary';
import { tinyPieces, tinyVocabulary } from '../tiny-vocabulary';

test('a piece has the id of its place', () => {
  const vocabulary = tinyVocabulary('paris', '##s', '##');
  expect(['paris', '##s', '##', 's'].map((piece) => vocabulary.idOf(piece))).toEqual([
    5,
    6,
    7,
    undefined,
  ]);
});

test('the longest piece at a place is found: at the start one without ##, later one with it', () => {
  const vocabulary = tinyVocabulary('a', 'ab', 'abcd', '##c', '##cde', 'c', '😀', '');
  const longestAt = (word: string, from: number) => {
    const id = vocabulary.longestPieceAt(word, from);
    return id < 0 ? undefined : [vocabulary.pieces[id], vocabulary.lengthOf(id, from)];
  };
  expect(longestAt('abcx', 0)).toEqual(['ab', 2]);
  expect(longestAt('abcdx', 0)).toEqual(['abcd', 4]);
  expect(longestAt('abcx', 2)).toEqual(['##c', 1]);
  expect(longestAt('abcdex', 2)).toEqual(['##cde', 3]);
  expect(longestAt('😀', 0)).toEqual(['😀', 2]);
  expect(longestAt('##cde', 0)).toEqual(['##cde', 5]);
  expect(longestAt('abc', 1)).toBeUndefined();
  expect(longestAt('x', 0)).toBeUndefined();
  expect(longestAt('', 0)).toBeUndefined();
});

test('the special pieces are known by their use', () => {
  const { paddingId, unknownId, classifierId, separatorId } = tinyVocabulary();
  expect([paddingId, unknownId, classifierId, separatorId]).toEqual([0, 1, 2, 3]);
});

test('of equal pieces the last counts', () => {
  expect(tinyVocabulary('a', 'b', 'a').idOf('a')).toBe(7);
});

test('missing and doubled special pieces are all named', () => {
  const pieces = [...tinyPieces('a', '[CLS]')].filter((piece) => !/PAD|MASK/.test(piece));
  expect(() => new Vocabulary(pieces)).toThrow(
    /\(5 pieces\).*\[CLS\] stands there 2 times, \[PAD\] is missing, \[MASK\] is missing/,
  );
  expect(() => new Vocabulary([])).toThrow(/\[UNK\] is missing/);
});
