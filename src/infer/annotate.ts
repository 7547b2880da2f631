import { listEntities } from '../ner/entity-columns';
import { listRanges } from '../ner/text-ranges';
import { createTokenizer } from '../tokenizer/tokenizer-kinds';
import { encodeSentence } from '../tokenizer/encode-sentence';
import type { Annotation, PartialReading, TextReading } from './annotation';
import { findBestTag } from './best-tag';
import { readWindows, type WindowTags } from './read-windows';
import { scoreSequences, type ScoringOptions } from './score-sequences';
import type { PieceScorer } from './session';
import {
  findEntities,
  findUnreadable,
  gatherTags,
  listWords,
  type TaggedText,
} from './tagged-text';
import { planTextWindows, type TextWindow } from './text-windows';
import { NO_WORDS, readWords } from './text-words';
import { WordReader } from './word-reader';

/** Tags that the model gives to a sentence that was split into words before. */
export interface TaggedSentence {
  /** Tags, one a word; O for words that the model did not see or cannot read. */
  tags: string[];
  /** Count of words, from the first on, that fit into the window. */
  wordsInWindow: number;
  /** Count of words in the window that the model cannot read: its word table has no row of one of their pieces. */
  unreadable: number;
}

export interface Annotator {
  /**
   * Finds the entities of a raw text. Each line is read by itself, a long one in overlapping windows; windows that the text before had
   * too are not read again, so a key costs only the windows that it changes. What was read stays known where the signal ends a reading.
   */
  read(text: string, options?: TextReadingOptions): Promise<TextReading>;
  /** Finds the entities of a raw text as `read` does, and its words. */
  annotate(text: string): Promise<Annotation>;
  /** Tags sentences that are split into words, each cut to the window as in training's evaluation, so that scores are equal. */
  annotateWords(
    sentences: readonly (readonly string[])[],
    options?: ScoringOptions,
  ): Promise<TaggedSentence[]>;
}

export interface TextReadingOptions {
  /** Signal that stops the reading after the current run; the call then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Callback with what was read so far, a few times a second at most; never for a reading that is quickly done. */
  onPart?: (part: PartialReading) => void;
}

/** Time between two parts that are told. */
const PART_MS = 500;

/** @throws where the vocabulary is not one of a BERT encoder. */
export function createAnnotator(session: PieceScorer): Annotator {
  const { metadata } = session;
  const reader = new WordReader(createTokenizer(metadata), session.hasRow);
  const countPieces = (word: string) => reader.encodeWord(word).length;
  let words = NO_WORDS;
  let known = new Map<string, WindowTags>();
  let readMs = 0;

  return {
    async read(text, options) {
      const tagged = await tag(text, options);
      return {
        entities: findEntities(tagged, metadata.tags),
        unreadable: findUnreadable(tagged),
        readMs,
      };
    },

    async annotate(text) {
      const tagged = await tag(text);
      return {
        entities: listEntities(findEntities(tagged, metadata.tags)),
        unreadable: listRanges(findUnreadable(tagged)),
        words: listWords(tagged, metadata.tags),
        readMs,
      };
    },

    async annotateWords(sentences, options) {
      const encoded = sentences.map((words) => encodeSentence(reader, words, metadata.maxPieces));
      const tagged: TaggedSentence[] = encoded.map(({ pieceIds, firstPieces }, sentence) => {
        const wordsInWindow = countWordsInWindow(pieceIds, firstPieces, metadata.maxPieces);
        const inWindow = sentences[sentence]!.slice(0, wordsInWindow);
        return {
          tags: new Array<string>(firstPieces.length).fill('O'),
          wordsInWindow,
          unreadable: inWindow.filter((word) => !reader.isReadable(word)).length,
        };
      });
      const take = (sentence: number, scores: Float32Array) => {
        encoded[sentence]!.firstPieces.forEach((piece, word) => {
          if (piece < 0 || !reader.isReadable(sentences[sentence]![word]!)) return;
          const { tagId } = findBestTag(scores, piece, metadata.tags.length);
          tagged[sentence]!.tags[word] = metadata.tags[tagId]!;
        });
      };
      const sequences = encoded.map(({ pieceIds }) => pieceIds);
      await scoreSequences(session, sequences, take, options);
      return tagged;
    },
  };

  async function tag(
    text: string,
    { signal, onPart }: TextReadingOptions = {},
  ): Promise<TaggedText> {
    const started = performance.now();
    words = readWords(text, countPieces, words);
    const [own, heard] = [words, known]; // a call that overlaps this one may replace them
    const windows = planTextWindows(own, metadata.maxPieces - 2);
    const unread = findUnread(windows, heard);
    let toldAt = started;
    const onProgress = (done: number) => {
      if (!onPart || performance.now() - toldAt < PART_MS) return;
      toldAt = performance.now();
      const tagged = gatherTags(own, windows, heard);
      const end = tagged.count === 0 ? 0 : own.ends[tagged.count - 1]!;
      const entities = findEntities(tagged, metadata.tags);
      const total = windows.length;
      const unreadable = findUnreadable(tagged);
      onPart({ entities, unreadable, end, done: total - unread.length + done, total });
    };
    await readWindows(session, reader, unread, heard, { signal, onProgress });
    if (unread.length > 0) readMs = performance.now() - started;
    known = new Map(windows.map(({ key }) => [key, heard.get(key)!]));
    return gatherTags(own, windows, known);
  }
}

/** Lists the windows that are not known, each once. */
function findUnread(
  windows: readonly TextWindow[],
  known: ReadonlyMap<string, WindowTags>,
): TextWindow[] {
  const unread = new Map<string, TextWindow>();
  for (const window of windows) if (!known.has(window.key)) unread.set(window.key, window);
  return [...unread.values()];
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
