import { IGNORED_LABEL } from '../../../engine/ops/masked-cross-entropy';
import type { TagSet } from '../../../ner/tag-set';
import type { MicroBatch } from '../../micro-batches';
import { countPieces, type PackedSplit } from '../../../tokenizer/pack/packed-split';
import { countWords, unpackSpans } from '../../../tokenizer/pack/unpack-sentence';

/** Lists each word's gold tag id, word by word through the split: i32[words]. @throws for a span of a label that is not in the set. */
export function tagWords(split: PackedSplit, tagSet: TagSet): Int32Array {
  const wordTagIds = new Int32Array(split.firstPieces.length);
  for (let sentence = 0; sentence < split.sentences; sentence++) {
    const spans = unpackSpans(split, sentence, tagSet.labels);
    const tagIds = tagSet.spansToTagIds(spans, countWords(split, sentence));
    wordTagIds.set(tagIds, split.wordOffsets[sentence]);
  }
  return wordTagIds;
}

/**
 * Labels the pieces of a micro-batch: a word's tag stands on its first piece, IGNORED_LABEL on its other pieces, on [CLS] and [SEP].
 *
 * @returns i32[pieces]
 */
export function labelPieces(
  split: PackedSplit,
  wordTagIds: Int32Array,
  { sentences, pieces }: Pick<MicroBatch, 'sentences' | 'pieces'>,
): Int32Array {
  const labelIds = new Int32Array(pieces).fill(IGNORED_LABEL);
  for (const { word, row } of firstRows(split, sentences)) labelIds[row] = wordTagIds[word]!;
  return labelIds;
}

/** Lists every word of some sentences that has a piece, and the row of its first piece in their batch. */
export function* firstRows(
  split: PackedSplit,
  sentences: Int32Array,
): Generator<{ word: number; row: number }> {
  let begin = 0;
  for (const sentence of sentences) {
    const end = split.wordOffsets[sentence + 1]!;
    for (let word = split.wordOffsets[sentence]!; word < end; word++) {
      const firstPiece = split.firstPieces[word]!;
      if (firstPiece >= 0) yield { word, row: begin + firstPiece };
    }
    begin += countPieces(split, sentence);
  }
}

/** Counts the words of an effective batch that carry a label: its loss is divided by their number. */
export function countLabelledWords(
  split: PackedSplit,
  microBatches: readonly Pick<MicroBatch, 'sentences'>[],
): number {
  let labelled = 0;
  for (const { sentences } of microBatches) {
    for (const sentence of sentences) {
      const end = split.wordOffsets[sentence + 1]!;
      for (let word = split.wordOffsets[sentence]!; word < end; word++) {
        if (split.firstPieces[word]! >= 0) labelled++;
      }
    }
  }
  return labelled;
}
