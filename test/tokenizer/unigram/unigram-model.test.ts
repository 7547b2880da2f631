import { expect, test } from 'vitest';
import { UnigramModel } from '../../../src/tokenizer/unigram/unigram-model';

/** The example of Hugging Face's Rust documentation (`Unigram::encode`): scores as they are added. */
const PIECES = ['<unk>', 'a', 'b', 'c', 'd', 'cd', 'ab', 'abc', 'abcd'];
const SCORES = [0, 0, 0, 0, 0, 1, 2, 5, 10];

function cut(text: string, pieces = PIECES, scores = SCORES, byteFallback = false): string[] {
  const { pieceIds, starts, ends } = new UnigramModel(pieces, {
    ...{ scores, unknownId: 0, byteFallback },
  }).encode(text);
  return pieceIds.map((id, i) => `${pieces[id]}:${text.slice(starts[i], ends[i])}`);
}

test('the pieces of the largest sum are chosen; unknown characters beside each other are one piece', () => {
  expect(cut('abcdacdxx')).toEqual(['abcd:abcd', 'a:a', 'cd:cd', '<unk>:xx']);
  expect(cut('xayx')).toEqual(['<unk>:x', 'a:a', '<unk>:yx']);
  expect(cut('')).toEqual([]);
});

test('of equal sums the longer last piece stays', () => {
  // ab + c and a + bc are both 2.
  const [pieces, scores] = [
    ['?', 'a', 'c', 'ab', 'bc'],
    [0, 1, 1, 1, 1],
  ];
  expect(cut('abc', pieces, scores)).toEqual(['a:a', 'bc:bc']);
});

test('an unknown character costs ten more than the least likely piece', () => {
  // 😀a and b are -12 + score of b; unknown and ab are -12 - 10 - 1.
  const pieces = ['?', '😀a', 'b', 'ab'];
  expect(cut('😀ab', pieces, [0, -12, -10.9, -1])).toEqual(['😀a:😀a', 'b:b']);
  expect(cut('😀ab', pieces, [0, -12, -11.1, -1])).toEqual(['?:😀', 'ab:ab']);
});

test('an added piece behind the scores is not one of the model', () => {
  expect(cut('abq', [...PIECES, 'q'])).toEqual(['ab:ab', '<unk>:q']);
});

test('unknown characters become their bytes where the vocabulary has all of them', () => {
  const pieces = ['<unk>', 'a', '<0xC3>', '<0xA9>', '<0x7A>'];
  expect(cut('aéz', pieces, [0, -1, -2, -2, -2], true)).toEqual([
    ...['a:a', '<0xC3>:éz', '<0xA9>:éz', '<0x7A>:éz'],
  ]);
  expect(cut('aø', pieces, [0, -1, -2, -2, -2], true)).toEqual(['a:a', '<unk>:ø']);
});

test('a text without spaces takes no more than its share of time', () => {
  const text = 'abcdx'.repeat(40_000);
  expect(cut(text)).toHaveLength(80_000);
});
