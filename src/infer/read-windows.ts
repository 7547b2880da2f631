import { findBestTag } from './best-tag';
import { scoreSequences } from './score-sequences';
import type { PieceScorer } from './session';
import type { TextWindow } from './text-windows';
import type { WordReader } from './word-reader';

/** Best tags of a window's words. */
export interface WindowTags {
  /** Tag ids; 0, which is O, for a word without a piece or that cannot be read: nothing was read, so nothing was found. */
  readonly tagIds: Uint16Array;
  /** Probabilities of these tags, 0–1. */
  readonly probabilities: Float64Array;
  /** Marks of the words that the model cannot read, u8[words]. */
  readonly unreadable: Uint8Array;
}

export interface ReadingOptions {
  /** Signal that stops the reading after the current run; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Callback after each run, with the count of windows that were read so far. */
  onProgress?: (done: number) => void;
}

/** Pieces that are put in order of length together. More would fill runs better, and leave the text unread for longer. */
const PIECES_AT_ONCE = 4096;

/** Reads windows in the order given, and puts the tags of each into `known`, by its key, as soon as they are there. */
export async function readWindows(
  session: PieceScorer,
  reader: WordReader,
  windows: readonly Pick<TextWindow, 'key'>[],
  known: Map<string, WindowTags>,
  { signal, onProgress }: ReadingOptions = {},
): Promise<void> {
  const { maxPieces, tags } = session.metadata;
  for (let done = 0; done < windows.length;) {
    const plans: WindowPlan[] = [];
    for (let pieces = 0; pieces < PIECES_AT_ONCE && done + plans.length < windows.length;) {
      const plan = planWindow(windows[done + plans.length]!.key, reader, maxPieces - 2);
      plans.push(plan);
      pieces += plan.pieceIds.length;
    }
    const sequences = plans.map(({ pieceIds }) => pieceIds);
    const take = (sequence: number, scores: Float32Array) => {
      const { key, firstPieces, unreadable } = plans[sequence]!;
      known.set(key, { ...takeTags(scores, firstPieces, tags.length), unreadable });
    };
    const before = done;
    await scoreSequences(session, sequences, take, {
      ...(signal ? { signal } : {}),
      onProgress: (count) => onProgress?.(before + count),
    });
    done += plans.length;
  }
}

/** A window as the model reads it. */
interface WindowPlan {
  key: string;
  pieceIds: Int32Array;
  /** Index of each word's first piece; -1 where it has none, or cannot be read. */
  firstPieces: Int32Array;
  unreadable: Uint8Array;
}

function planWindow(key: string, reader: WordReader, capacity: number): WindowPlan {
  const words = key.slice(0, -1).split('\n');
  const { classifierId, separatorId } = reader.vocabulary;
  const pieceIds = [classifierId];
  const unreadable = Uint8Array.from(words, (word) => (reader.isReadable(word) ? 0 : 1));
  const firstPieces = Int32Array.from(words, (word, at) => {
    // A word's tag is its first piece's, so of a word longer than the window the rest may go.
    const pieces = reader.encodeWord(word).slice(0, capacity);
    const first = pieces.length > 0 && !unreadable[at] ? pieceIds.length : -1;
    pieceIds.push(...pieces);
    return first;
  });
  pieceIds.push(separatorId);
  return { key, pieceIds: Int32Array.from(pieceIds), firstPieces, unreadable };
}

function takeTags(
  scores: Float32Array,
  firstPieces: Int32Array,
  tags: number,
): Omit<WindowTags, 'unreadable'> {
  const tagIds = new Uint16Array(firstPieces.length);
  const probabilities = new Float64Array(firstPieces.length).fill(1);
  firstPieces.forEach((piece, word) => {
    if (piece < 0) return;
    const { tagId, probability } = findBestTag(scores, piece, tags);
    tagIds[word] = tagId;
    probabilities[word] = probability;
  });
  return { tagIds, probabilities };
}
