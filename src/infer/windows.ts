/** A stretch of words that goes through the model together, and the words in it that get their tags from it: half-open word indices. */
export interface WordWindow {
  start: number;
  end: number;
  decidedFrom: number;
  decidedTo: number;
}

/** Words of one line. */
interface WordRange {
  start: number;
  end: number;
}

/** Share of a window that stands on either side of the words it decides, where the line has so much. */
const CONTEXT_SHARE = 1 / 8;

/**
 * Cuts a line into windows, none longer than the model reads. A line that fits is one window.
 *
 * A longer one is cut into parts; each word is in one. A window is a part with as much context on both sides as still fits. The
 * words around a cut decide where it falls, not their count from the beginning of the line: the cut of least `rank` between half a part
 * and a whole one is taken. So after an edit the cuts soon fall where they fell before, and all windows from there on are the same
 * (content-defined chunking; Muthitacharoen et al. 2001).
 *
 * A word is never split over two windows; one that is longer than a window must be counted as a window's length.
 *
 * @param offsets pieces before each word, and behind the last word their sum
 * @param capacity pieces a window holds, without [CLS] and [SEP]
 * @param rank how badly the text is cut before a word
 */
export function planWindows(
  line: WordRange,
  offsets: Int32Array,
  capacity: number,
  rank: (word: number) => number,
): WordWindow[] {
  const { start, end } = line;
  if (start === end) return [];
  const pieces = (from: number, to: number) => offsets[to]! - offsets[from]!;
  if (pieces(start, end) <= capacity) return [{ start, end, decidedFrom: start, decidedTo: end }];
  const longest = Math.max(1, capacity - 2 * Math.floor(capacity * CONTEXT_SHARE));
  const windows: WordWindow[] = [];
  for (let from = start; from < end;) {
    const to = pieces(from, end) <= longest ? end : chooseCut(from);
    windows.push(addContext(from, to));
    from = to;
  }
  return windows;

  function chooseCut(from: number): number {
    let chosen = from + 1;
    let least = Infinity;
    for (let cut = from + 1; cut < end && pieces(from, cut) <= longest; cut++) {
      if (2 * pieces(from, cut) < longest) {
        chosen = cut; // the last resort, where the next word is too long for more
        continue;
      }
      const rankHere = rank(cut);
      if (rankHere > least) continue;
      least = rankHere;
      chosen = cut;
    }
    return chosen;
  }

  function addContext(decidedFrom: number, decidedTo: number): WordWindow {
    const room = Math.max(0, capacity - pieces(decidedFrom, decidedTo));
    const half = reachBack(decidedFrom, room >> 1);
    const windowEnd = reachOn(decidedTo, room - pieces(half, decidedFrom));
    const left = room - pieces(decidedTo, windowEnd);
    return { start: reachBack(decidedFrom, left), end: windowEnd, decidedFrom, decidedTo };
  }

  function reachBack(from: number, room: number): number {
    let reached = from;
    while (reached > start && pieces(reached - 1, from) <= room) reached--;
    return reached;
  }

  function reachOn(to: number, room: number): number {
    let reached = to;
    while (reached < end && pieces(to, reached + 1) <= room) reached++;
    return reached;
  }
}
