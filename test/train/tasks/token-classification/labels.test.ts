import { describe, expect, test } from 'vitest';
import { TagSet } from '../../../../src/ner/tag-set';
import {
  countWords,
  countWordsInWindow,
  unpackSpans,
} from '../../../../src/tokenizer/pack/unpack-sentence';
import {
  countLabelledWords,
  labelPieces,
  tagWords,
} from '../../../../src/train/tasks/token-classification/labels';
import { packSentences } from '../../made-split';

const labels = ['PER', 'LOC'];
/** Window of 8. Sentence 0: "Ada Love ##lace saw <invisible> Rome"; sentence 1: "x", then a word cut off that is a LOC. */
const split = packSentences(
  [
    {
      pieceIds: [2, 10, 11, 12, 13, 14, 3],
      firstPieces: [1, 2, 4, -1, 5],
      spans: [
        { start: 0, end: 2, label: 'PER' },
        { start: 4, end: 5, label: 'LOC' },
      ],
    },
    {
      pieceIds: [2, 20, 21, 22, 23, 24, 25, 3],
      firstPieces: [1, -1, 5, -1],
      spans: [{ start: 3, end: 4, label: 'LOC' }],
    },
  ],
  labels,
);
const microBatch = { sentences: Int32Array.of(1, 0), pieces: 15 };

describe('labels', () => {
  test('a word has its tag on its first piece, everything else is ignored', () => {
    const tagSet = new TagSet(labels, 'IOB2'); // O B-PER I-PER B-LOC I-LOC
    const wordTagIds = tagWords(split, tagSet);
    expect([...wordTagIds]).toEqual([1, 2, 0, 0, 3, 0, 0, 0, 3]);
    const x = -100;
    expect([...labelPieces(split, wordTagIds, microBatch)]).toEqual([
      ...[x, 0, x, x, x, 0, x, x],
      ...[x, 1, 2, x, 0, 3, x],
    ]);
  });

  test('the scheme decides the tags', () => {
    const tagIds = (scheme: 'IOBES' | 'IO') => {
      const tagSet = new TagSet(labels, scheme);
      return Array.from(tagWords(split, tagSet), (id) => tagSet.tags[id]);
    };
    expect(tagIds('IOBES').slice(0, 5)).toEqual(['B-PER', 'E-PER', 'O', 'O', 'S-LOC']);
    expect(tagIds('IO').slice(0, 5)).toEqual(['I-PER', 'I-PER', 'O', 'O', 'I-LOC']);
  });

  test('words without a piece are not counted as labelled', () => {
    expect(countLabelledWords(split, [microBatch])).toBe(6);
  });

  test('a span of an unknown label is refused by name of what is known', () => {
    expect(() => tagWords(split, new TagSet(['PER'], 'IOB2'))).toThrow(
      /label 1, but only 1 are known \(PER\)/,
    );
  });
});

describe('a packed sentence', () => {
  test('gives its words and spans back', () => {
    expect([countWords(split, 0), countWords(split, 1)]).toEqual([5, 4]);
    expect(unpackSpans(split, 1, labels)).toEqual([{ start: 3, end: 4, label: 'LOC' }]);
  });

  test('an invisible word inside the window has been seen, a word behind the cut has not', () => {
    expect(countWordsInWindow(split, 0, 8)).toBe(5);
    expect(countWordsInWindow(split, 1, 8)).toBe(3);
    // A wider window would have cut nothing, so what has no pieces is invisible.
    expect(countWordsInWindow(split, 1, 9)).toBe(4);
  });
});
