import { expect, test } from 'vitest';
import { Vocabulary } from '../../src/tokenizer/vocabulary';
import { tinyPieces, tinyVocabulary } from './tiny-vocabulary';

test('a piece has the id of its place, a continuation without its ##', () => {
  const vocabulary = tinyVocabulary('paris', '##s', '##');
  expect(vocabulary.idOf('paris')).toBe(5);
  expect(vocabulary.idOf('##s')).toBe(6);
  expect(vocabulary.idOf('s')).toBeUndefined();
  expect(vocabulary.idOfContinuation('s')).toBe(6);
  expect(vocabulary.idOfContinuation('paris')).toBeUndefined();
  expect(vocabulary.idOf('##')).toBe(7);
  expect(vocabulary.longestPiece).toBe('[MASK]'.length);
});

test('the special pieces are known by their use', () => {
  const { paddingId, unknownId, classifierId, separatorId, maskId } = tinyVocabulary();
  expect([paddingId, unknownId, classifierId, separatorId, maskId]).toEqual([0, 1, 2, 3, 4]);
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
