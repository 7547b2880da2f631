import type { TextEntity } from '../ner/entity-span';
import { tagsToSpans } from '../ner/tag-scheme';
import { createTokenizer } from '../tokenizer/tokenizer-kinds';
import { encodeSentence } from '../tokenizer/encode-sentence';
import type { Annotation } from './annotation';
import { findBestTag, type BestTag } from './best-tag';
import { readLines } from './read-lines';
import { scoreSequences, type ScoringOptions } from './score-sequences';
import type { PieceScorer } from './session';
import { splitLines, type TextLine } from './text-lines';

/** Tags that the model gives to a sentence that was split into words before. */
export interface TaggedSentence {
  /** Tags, one a word; O for words that the model did not see. */
  tags: string[];
  /** Count of words, from the first on, that fit into the window. */
  wordsInWindow: number;
}

export interface Annotator {
  /**
   * Finds the entities of a raw text. Each line is read by itself, a long one in overlapping windows; lines that the text before had too
   * are not read again, so typing costs only the line that changes.
   */
  annotate(text: string): Promise<Annotation>;
  /** Tags sentences that are split into words, each cut to the window as in training's evaluation, so that scores are equal. */
  annotateWords(
    sentences: readonly (readonly string[])[],
    options?: ScoringOptions,
  ): Promise<TaggedSentence[]>;
}

/** @throws where the vocabulary is not one of a BERT encoder. */
export function createAnnotator(session: PieceScorer): Annotator {
  const { metadata } = session;
  const tokenizer = createTokenizer(metadata);
  let knownLines = new Map<string, BestTag[]>();
  let readMs = 0;

  return {
    async annotate(text) {
      const started = performance.now();
      const lines = splitLines(text);
      const unread = new Map(lines.map((line) => [line.key, line]));
      for (const key of knownLines.keys()) unread.delete(key);
      const read = await readLines(session, tokenizer, [...unread.values()]);
      if (unread.size > 0) readMs = performance.now() - started;
      const known = new Map([...knownLines, ...read]);
      const tagged = lines.map((line) => ({ line, bestTags: known.get(line.key)! }));
      knownLines = new Map(tagged.map(({ line, bestTags }) => [line.key, bestTags]));
      return {
        entities: tagged.flatMap(({ line, bestTags }) =>
          findEntities(line, bestTags, metadata.tags),
        ),
        words: tagged.flatMap(({ line, bestTags }) =>
          line.ranges.map(({ start, end }, word) => ({
            start,
            end,
            tag: metadata.tags[bestTags[word]!.tagId]!,
          })),
        ),
        readMs,
      };
    },

    async annotateWords(sentences, options) {
      const encoded = sentences.map((words) =>
        encodeSentence(tokenizer, words, metadata.maxPieces),
      );
      const tagged: TaggedSentence[] = encoded.map(({ pieceIds, firstPieces }) => ({
        tags: new Array<string>(firstPieces.length).fill('O'),
        wordsInWindow: countWordsInWindow(pieceIds, firstPieces, metadata.maxPieces),
      }));
      const take = (sentence: number, scores: Float32Array) => {
        encoded[sentence]!.firstPieces.forEach((piece, word) => {
          if (piece < 0) return;
          const { tagId } = findBestTag(scores, piece, metadata.tags.length);
          tagged[sentence]!.tags[word] = metadata.tags[tagId]!;
        });
      };
      const sequences = encoded.map(({ pieceIds }) => pieceIds);
      await scoreSequences(session, sequences, take, options);
      return tagged;
    },
  };
}

function findEntities(
  line: TextLine,
  bestTags: readonly BestTag[],
  tags: readonly string[],
): TextEntity[] {
  const spans = tagsToSpans(bestTags.map(({ tagId }) => tags[tagId]!));
  return spans.map(({ start, end, label }) => {
    const sum = bestTags
      .slice(start, end)
      .reduce((total, { probability }) => total + probability, 0);
    return {
      start: line.ranges[start]!.start,
      end: line.ranges[end - 1]!.end,
      label,
      confidence: sum / (end - start),
    };
  });
}

/** Counts the words that the model sees; a word without pieces counts unless it stands behind the cut. */
function countWordsInWindow(
  pieceIds: Int32Array,
  firstPieces: Int32Array,
  maxPieces: number,
): number {
  if (pieceIds.length < maxPieces) return firstPieces.length;
  return firstPieces.findLastIndex((piece) => piece >= 0) + 1;
}
