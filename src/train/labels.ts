import { IGNORED_LABEL } from '../engine/ops/masked-cross-entropy';
import type { TagSet } from '../ner/tag-set';
import type { EffectiveBatch, MicroBatch } from './micro-batches';
import type { PackedSplit } from '../tokenizer/pack/packed-split';
import { countWords, unpackSpans } from '../tokenizer/pack/unpack-sentence';

/** Each word's gold tag id, word by word through the split: i32[words]. @throws for a span of a label that is not in the set. */
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
 * The label ids that a micro-batch is trained on: a word's tag on its first piece, IGNORED_LABEL on its other pieces, on [CLS], [SEP]
 * and padding.
 *
 * @returns i32[batch · pieces]
 */
export function labelPieces(
  split: PackedSplit,
  wordTagIds: Int32Array,
  { sentences, pieces }: MicroBatch,
): Int32Array {
  const labelIds = new Int32Array(sentences.length * pieces).fill(IGNORED_LABEL);
  sentences.forEach((sentence, row) => {
    for (let word = split.wordOffsets[sentence]!; word < split.wordOffsets[sentence + 1]!; word++) {
      const firstPiece = split.firstPieces[word]!;
      if (firstPiece >= 0) labelIds[row * pieces + firstPiece] = wordTagIds[word]!;
    }
  });
  return labelIds;
}

/** Words of an effective batch that carry a label: what its loss is divided by. */
export function countLabelledWords(split: PackedSplit, batch: EffectiveBatch): number {
  let labelled = 0;
  for (const { sentences } of batch.microBatches) {
    for (const sentence of sentences) {
      const end = split.wordOffsets[sentence + 1]!;
      for (let word = split.wordOffsets[sentence]!; word < end; word++) {
        if (split.firstPieces[word]! >= 0) labelled++;
      }
    }
  }
  return labelled;
}
