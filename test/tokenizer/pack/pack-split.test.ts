import { expect, test } from 'vitest';
import type { Sentence } from '../../../src/ner/sentence';
import { packSplit } from '../../../src/tokenizer/pack/pack-split';
import { WordPieceTokenizer } from '../../../src/tokenizer/word-piece/word-piece';
import { tinyVocabulary } from '../tiny-vocabulary';

// Ids: [PAD] 0 [UNK] 1 [CLS] 2 [SEP] 3 [MASK] 4 in 5 new 6 york 7 par 8 ##is 9
const tokenizer = new WordPieceTokenizer(tinyVocabulary('in', 'new', 'york', 'par', '##is'), {
  lowercase: true,
});
const labels = ['PER', 'LOC'];

function sentence(text: string, ...spans: [start: number, end: number, label: string][]): Sentence {
  return {
    words: text === '' ? [] : text.split(' '),
    spans: spans.map(([start, end, label]) => ({ start, end, label })),
    line: 7,
    startsDocument: false,
  };
}

test('sentences lie flat, one behind the other', async () => {
  const { split, ...counts } = await packSplit(
    [
      sentence('in New York', [1, 3, 'LOC']),
      sentence(''),
      sentence('Paris in \u200b paris', [0, 1, 'PER'], [3, 4, 'LOC']),
    ],
    tokenizer,
    labels,
    32,
  );
  expect(split.sentences).toBe(3);
  expect([...split.pieceIds]).toEqual([2, 5, 6, 7, 3, 2, 3, 2, 8, 9, 5, 8, 9, 3]);
  expect([...split.pieceOffsets]).toEqual([0, 5, 7, 14]);
  expect([...split.firstPieces]).toEqual([1, 2, 3, 1, 3, -1, 4]);
  expect([...split.wordOffsets]).toEqual([0, 3, 3, 7]);
  expect([...split.spanStarts]).toEqual([1, 0, 3]);
  expect([...split.spanEnds]).toEqual([3, 1, 4]);
  expect([...split.spanLabels]).toEqual([1, 0, 1]);
  expect([...split.spanOffsets]).toEqual([0, 1, 1, 3]);
  expect(counts).toEqual({
    pieces: 14,
    wordsBeyondWindow: 0,
    entitiesBeyondWindow: 0,
    cutSentences: [],
  });
});

test('words and entities that the window cuts off are counted; invisible words are not', async () => {
  const long = sentence(
    '\u200b in new york paris \u200b in',
    [2, 4, 'LOC'],
    [4, 5, 'PER'],
    [6, 7, 'LOC'],
  );
  const { split, ...counts } = await packSplit([long, long], tokenizer, labels, 5);
  expect([...split.pieceIds]).toEqual([2, 5, 6, 7, 3, 2, 5, 6, 7, 3]);
  expect([...split.firstPieces.subarray(0, 7)]).toEqual([-1, 1, 2, 3, -1, -1, -1]);
  const { line } = long;
  expect(counts).toEqual({
    pieces: 10,
    wordsBeyondWindow: 4,
    entitiesBeyondWindow: 4,
    cutSentences: [
      { line, words: 2, entities: 2 },
      { line, words: 2, entities: 2 },
    ],
  });
  // With one piece less the window goes through the first entity, which then cannot be found whole either.
  const shorter = await packSplit([long], tokenizer, labels, 4);
  expect(shorter.entitiesBeyondWindow).toBe(3);
  expect(shorter.wordsBeyondWindow).toBe(3);
});

test('the first piece inside the window stands for a word whose rest is cut off', async () => {
  const { split, wordsBeyondWindow } = await packSplit(
    [sentence('in paris')],
    tokenizer,
    labels,
    4,
  );
  expect([...split.pieceIds]).toEqual([2, 5, 8, 3]);
  expect([...split.firstPieces]).toEqual([1, 2]);
  expect(wordsBeyondWindow).toBe(0);
});

test('more pieces than expected grow the array', async () => {
  const word = 'paris' + '.'.repeat(200); // 202 pieces in one word
  const { pieces, split } = await packSplit([sentence(word)], tokenizer, labels, 512);
  expect(pieces).toBe(204);
  expect(split.pieceIds).toHaveLength(204);
  expect(split.pieceIds.at(-1)).toBe(3);
});

test('a label that the corpus does not have is named with its line', async () => {
  const sentences = [sentence('in paris', [1, 2, 'ORG'])];
  await expect(packSplit(sentences, tokenizer, labels, 32)).rejects.toThrow(
    'Line 7: the label "ORG" is not in {PER, LOC}; add it to the corpus\' labels.',
  );
});

test('a stop acts while it works, and progress ends with all', async () => {
  const many = Array.from({ length: 40_000 }, (_, i) => sentence(`in paris w${i} x${i % 977}`));
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 0);
  const begun = performance.now();
  const progress: number[] = [];
  await expect(
    packSplit(many, tokenizer, labels, 32, {
      signal: controller.signal,
      onProgress: (done) => progress.push(done),
    }),
  ).rejects.toThrow(/aborted/i);
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(progress.at(-1)).toBeLessThan(many.length);

  await packSplit(many.slice(0, 10), tokenizer, labels, 32, {
    onProgress: (done, total) => progress.push(done, total),
  });
  expect(progress.slice(-2)).toEqual([10, 10]);
});
