import { describe, expect, test } from 'vitest';
import { BytePairModel } from '../../../src/tokenizer/byte-level/byte-pair-model';
import { endOfWord } from '../../../src/tokenizer/byte-level/gpt2-words';

const pieces = ['<unk>', 'a', 'b', 'c', 'ab', 'bc', 'abc', 'aa', 'Ã', '©', 'Ã©'];

function model(merges: string[], unknownBytes: 'each' | 'fused' | 'dropped' = 'each') {
  const options = { merges: merges.join('\n'), unknownBytes, unknownId: 0, outside: new Set([]) };
  return new BytePairModel(pieces, options);
}

describe('byte pairs', () => {
  const named = (merges: string[], word: string) =>
    model(merges)
      .encode(word)
      .pieceIds.map((id) => pieces[id]);

  test('the pair of the lowest rank merges first, wherever it stands', () => {
    expect(named(['b c', 'a b'], 'abc')).toEqual(['a', 'bc']);
    expect(named(['a b', 'b c'], 'abc')).toEqual(['ab', 'c']);
    expect(named(['a b', 'ab c'], 'abcabc')).toEqual(['abc', 'abc']);
  });

  test('of equals, the leftmost merges first', () => {
    expect(named(['a a'], 'aaa')).toEqual(['aa', 'a']);
    expect(named(['a a'], 'aaaa')).toEqual(['aa', 'aa']);
  });

  test('the later of equal merges counts', () => {
    expect(named(['a b', 'b c', 'a b'], 'abc')).toEqual(['a', 'bc']);
  });

  test('bytes of one character have its whole range', () => {
    expect(model([]).encode('aé')).toEqual({
      pieceIds: [1, 8, 9],
      starts: [0, 1, 1],
      ends: [1, 2, 2],
    });
    expect(model(['Ã ©']).encode('é')).toEqual({ pieceIds: [10], starts: [0], ends: [1] });
  });

  test('a byte that is no piece is unknown by itself, with its neighbours, or nothing', () => {
    expect(model([], 'each').encode('xyb')).toEqual({
      pieceIds: [0, 0, 2],
      starts: [0, 1, 2],
      ends: [1, 2, 3],
    });
    expect(model([], 'fused').encode('xyb')).toEqual({
      pieceIds: [0, 2],
      starts: [0, 2],
      ends: [2, 3],
    });
    expect(model([], 'dropped').encode('bxy').pieceIds).toEqual([2]);
    expect(model([], 'dropped').encode('xy').pieceIds).toEqual([]);
  });

  test('a word of a megabyte is cut as a short one', () => {
    const { pieceIds } = model(['a b', 'ab c']).encode('abc'.repeat(350_000));
    expect(pieceIds.length).toBe(350_000);
    expect(new Set(pieceIds)).toEqual(new Set([6]));
  });

  test('a merge that makes no piece is named', () => {
    expect(() => model(['a b', 'c c'])).toThrow(/Merge 2 is "c c"; expected are two pieces/);
  });
});

test.each([
  ["it's 'sure don'T", ['it', "'s", " '", 'sure', ' don', "'", 'T']],
  ['a  b   c', ['a', ' ', ' b', '  ', ' c']],
  ['x \n y\t\tz  ', ['x', ' \n', ' y', '\t', '\t', 'z', '  ']],
  ['Nr. 5½ 10€!?', ['Nr', '.', ' 5½', ' 10', '€!?']],
  ['\u00a0b \u00a0c', ['\u00a0', 'b', ' ', '\u00a0', 'c']],
  ['😀😀x', ['😀😀', 'x']],
])('GPT-2’s words of %j', (text, expected) => {
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = endOfWord(text, at);
    words.push(text.slice(at, end));
    at = end;
  }
  expect(words).toEqual(expected);
});
