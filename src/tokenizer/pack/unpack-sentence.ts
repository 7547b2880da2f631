import { listSome } from '../../messages/shorten';
import type { EntitySpan } from '../../ner/entity-span';
import { countPieces, type PackedSplit } from './packed-split';

/** Counts the words of a sentence, those beyond the window included. */
export function countWords(split: PackedSplit, sentence: number): number {
  return split.wordOffsets[sentence + 1]! - split.wordOffsets[sentence]!;
}

/**
 * Counts the words, from the first on, that the model gets to see: the others were cut off.
 *
 * A word without pieces (an invisible character) has been seen unless it stands behind the cut.
 */
export function countWordsInWindow(
  split: PackedSplit,
  sentence: number,
  maxPieces: number,
): number {
  const words = countWords(split, sentence);
  if (countPieces(split, sentence) < maxPieces) return words;
  const firstPieces = split.firstPieces.subarray(
    split.wordOffsets[sentence],
    split.wordOffsets[sentence + 1],
  );
  return firstPieces.findLastIndex((piece) => piece >= 0) + 1;
}

/** Reads a sentence's gold entities; `labels` are those that the split was packed with. */
export function unpackSpans(
  split: PackedSplit,
  sentence: number,
  labels: readonly string[],
): EntitySpan[] {
  const spans: EntitySpan[] = [];
  for (let i = split.spanOffsets[sentence]!; i < split.spanOffsets[sentence + 1]!; i++) {
    const label = labels[split.spanLabels[i]!];
    if (label === undefined) {
      throw new Error(
        `Sentence ${sentence} has label ${split.spanLabels[i]}, but only ${labels.length} are known (${listSome(labels)}); tokenize the corpus again.`,
      );
    }
    spans.push({ start: split.spanStarts[i]!, end: split.spanEnds[i]!, label });
  }
  return spans;
}
