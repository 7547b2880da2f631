import { listSome } from '../../messages/shorten';
import { nextTurn } from '../../async/next-turn';
import type { Sentence } from '../../ner/sentence';
import { encodeSentence } from '../encode-sentence';
import type { PackedSplit } from './packed-split';
import type { Tokenizer } from '../tokenizer';

export interface PackOptions {
  /** Aborting rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called a few times a second with the sentences done so far. */
  onProgress?: (done: number, total: number) => void;
}

/** A sentence that the window cuts. */
export interface CutSentence {
  /** Line of its first word in its file. */
  line: number;
  words: number;
  entities: number;
}

export interface PackResult {
  split: PackedSplit;
  /** All pieces, [CLS] and [SEP] included. */
  pieces: number;
  /** Words that the window cut off; a word without pieces (an invisible character) is not among them. */
  wordsBeyondWindow: number;
  /** Entities with at least one such word. */
  entitiesBeyondWindow: number;
  /** The first sentences that lose words to it. */
  cutSentences: CutSentence[];
}

/** Sentences that are named; all are counted. */
const NAMED_SENTENCES = 50;
/** How long work may go on before the event loop is let in, so that a stop acts. */
const SLICE_MS = 50;

/**
 * Tokenizes a split and lays it out flat; span labels become indices into `labels`.
 *
 * @throws the signal's reason when it aborts; an error naming line and label when a span's label is not in `labels`.
 */
export async function packSplit(
  sentences: readonly Sentence[],
  tokenizer: Tokenizer,
  labels: readonly string[],
  maxPieces: number,
  { signal, onProgress }: PackOptions = {},
): Promise<PackResult> {
  const labelIds = new Map(labels.map((label, id) => [label, id]));
  const wordOffsets = offsetsOf(sentences, (sentence) => sentence.words.length);
  const spanOffsets = offsetsOf(sentences, (sentence) => sentence.spans.length);
  const firstPieces = new Int32Array(wordOffsets.at(-1)!);
  const spanStarts = new Int32Array(spanOffsets.at(-1)!);
  const spanEnds = new Int32Array(spanOffsets.at(-1)!);
  const spanLabels = new Int32Array(spanOffsets.at(-1)!);
  const pieceOffsets = new Int32Array(sentences.length + 1);
  let pieceIds = new Int32Array(2 * firstPieces.length + 2 * sentences.length);
  let wordsBeyondWindow = 0;
  let entitiesBeyondWindow = 0;
  const cutSentences: CutSentence[] = [];
  let sliceStart = performance.now();

  for (const [i, sentence] of sentences.entries()) {
    if (performance.now() - sliceStart > SLICE_MS) {
      onProgress?.(i, sentences.length);
      await nextTurn();
      sliceStart = performance.now();
    }
    signal?.throwIfAborted();

    const encoded = encodeSentence(tokenizer, sentence.words, maxPieces);
    const start = pieceOffsets[i]!;
    const end = start + encoded.pieceIds.length;
    if (end > pieceIds.length) pieceIds = grown(pieceIds, end);
    pieceIds.set(encoded.pieceIds, start);
    pieceOffsets[i + 1] = end;
    firstPieces.set(encoded.firstPieces, wordOffsets[i]);

    const cut = sentence.words.map(
      (word, at) => encoded.firstPieces[at] === -1 && tokenizer.encodeWord(word).length > 0,
    );
    const words = cut.filter(Boolean).length;
    let entities = 0;
    sentence.spans.forEach((span, at) => {
      const label = labelIds.get(span.label);
      if (label === undefined) {
        throw new Error(
          `Line ${sentence.line}: the label "${span.label}" is not in {${listSome(labels, { most: 8 })}}; add it to the corpus' labels.`,
        );
      }
      const place = spanOffsets[i]! + at;
      spanStarts[place] = span.start;
      spanEnds[place] = span.end;
      spanLabels[place] = label;
      if (cut.slice(span.start, span.end).some(Boolean)) entities++;
    });
    wordsBeyondWindow += words;
    entitiesBeyondWindow += entities;
    if (words > 0 && cutSentences.length < NAMED_SENTENCES) {
      cutSentences.push({ line: sentence.line, words, entities });
    }
  }
  onProgress?.(sentences.length, sentences.length);
  const pieces = pieceOffsets.at(-1)!;
  return {
    split: {
      sentences: sentences.length,
      pieceIds: pieceIds.slice(0, pieces),
      pieceOffsets,
      firstPieces,
      wordOffsets,
      spanStarts,
      spanEnds,
      spanLabels,
      spanOffsets,
    },
    pieces,
    wordsBeyondWindow,
    entitiesBeyondWindow,
    cutSentences,
  };
}

/** Sums the counts before each sentence, 0 first: i32[sentences + 1]. */
function offsetsOf(
  sentences: readonly Sentence[],
  count: (sentence: Sentence) => number,
): Int32Array {
  const offsets = new Int32Array(sentences.length + 1);
  for (const [i, sentence] of sentences.entries()) offsets[i + 1] = offsets[i]! + count(sentence);
  return offsets;
}

function grown(values: Int32Array, needed: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(needed, 2 * values.length));
  larger.set(values);
  return larger;
}
