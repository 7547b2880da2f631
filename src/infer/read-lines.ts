import type { Tokenizer } from '../tokenizer/tokenizer';
import { findBestTag, type BestTag } from './best-tag';
import { scoreSequences } from './score-sequences';
import type { PieceScorer } from './session';
import type { TextLine } from './text-lines';
import { chooseWindows, planWindows } from './windows';

/** Share of a window that its neighbour sees too. */
const OVERLAP_SHARE = 0.25;

/** Tag of a word without a piece: nothing was read, so nothing was found. O is the first of a model's tags. */
const UNREAD: BestTag = { tagId: 0, probability: 1 };

/** A window as the model reads it, and the words that get their tags from it. */
interface WindowReading {
  pieceIds: Int32Array;
  decided: { word: number; piece: number }[];
  bestTags: BestTag[];
}

/** Finds the best tag of every word of each line, by the line's key; a word is tagged in the window with most context around it. */
export async function readLines(
  session: PieceScorer,
  tokenizer: Tokenizer,
  lines: readonly TextLine[],
): Promise<Map<string, BestTag[]>> {
  const { maxPieces, tags } = session.metadata;
  const read = new Map<string, BestTag[]>();
  const readings: WindowReading[] = [];
  for (const { key, words } of lines) {
    const bestTags = new Array<BestTag>(words.length).fill(UNREAD);
    read.set(key, bestTags);
    readings.push(...planReadings(tokenizer, words, maxPieces, bestTags));
  }
  const sequences = readings.map(({ pieceIds }) => pieceIds);
  await scoreSequences(session, sequences, (sequence, scores) => {
    const { decided, bestTags } = readings[sequence]!;
    for (const { word, piece } of decided) {
      bestTags[word] = findBestTag(scores, piece, tags.length);
    }
  });
  return read;
}

function planReadings(
  tokenizer: Tokenizer,
  words: readonly string[],
  maxPieces: number,
  bestTags: BestTag[],
): WindowReading[] {
  const { classifierId, separatorId } = tokenizer.vocabulary;
  const capacity = maxPieces - 2;
  // A word's tag is its first piece's, so of a word longer than the window the rest may go.
  const pieces = words.map((word) => tokenizer.encodeWord(word).slice(0, capacity));
  const pieceCounts = pieces.map(({ length }) => length);
  const windows = planWindows(pieceCounts, capacity, Math.floor(capacity * OVERLAP_SHARE));
  const chosen = chooseWindows(windows, pieceCounts);
  return windows.map(({ start, end }, index) => {
    const pieceIds = [classifierId];
    const decided: WindowReading['decided'] = [];
    for (let word = start; word < end; word++) {
      if (chosen[word] === index && pieceCounts[word]! > 0) {
        decided.push({ word, piece: pieceIds.length });
      }
      pieceIds.push(...pieces[word]!);
    }
    pieceIds.push(separatorId);
    return { pieceIds: Int32Array.from(pieceIds), decided, bestTags };
  });
}
