/** A stretch of words that goes through the model together: half-open word indices. */
export interface WordWindow {
  start: number;
  end: number;
}

/**
 * Cuts a sequence of words into windows that overlap, none longer than the model reads.
 *
 * A word is never split over two windows; one that is longer than a window stands alone in one. The last window is filled from
 * the left, so that every window of a long sequence has about as much context.
 *
 * @param pieceCounts pieces of each word
 * @param capacity pieces a window holds, without [CLS] and [SEP]
 * @param overlap pieces that neighbours share, at most; below `capacity`
 */
export function planWindows(
  pieceCounts: readonly number[],
  capacity: number,
  overlap: number,
): WordWindow[] {
  const windows: WordWindow[] = [];
  let start = 0;
  for (;;) {
    let end = start;
    for (let room = capacity; end < pieceCounts.length; end++) {
      room -= pieceCounts[end]!;
      if (room < 0 && end > start) break;
    }
    if (end === pieceCounts.length) break;
    windows.push({ start, end });
    // The next window begins as far left as the overlap allows, but so that the first word it adds still fits.
    const room = Math.min(overlap, capacity - pieceCounts[end]!);
    start = reachBack(pieceCounts, end, room);
  }
  if (pieceCounts.length > 0) {
    const first = reachBack(pieceCounts, pieceCounts.length, capacity);
    windows.push({ start: Math.min(start, first), end: pieceCounts.length });
  }
  return windows;
}

/** Finds the first of the words before `end` that together have at most `room` pieces. */
function reachBack(pieceCounts: readonly number[], end: number, room: number): number {
  let start = end;
  for (let left = room; start > 0; start--) {
    left -= pieceCounts[start - 1]!;
    if (left < 0) break;
  }
  return start;
}

/**
 * Chooses for every word the window with most context: the one whose nearer edge is farthest from the word. The ends of the
 * sequence are no edges, for there is nothing beyond them.
 *
 * @returns indices into `windows`, one a word
 */
export function chooseWindows(
  windows: readonly WordWindow[],
  pieceCounts: readonly number[],
): number[] {
  const chosen = new Array<number>(pieceCounts.length).fill(0);
  const most = new Array<number>(pieceCounts.length).fill(-1);
  windows.forEach(({ start, end }, index) => {
    let before = 0;
    let after = 0;
    for (let word = start; word < end; word++) after += pieceCounts[word]!;
    for (let word = start; word < end; word++) {
      after -= pieceCounts[word]!;
      const left = start === 0 ? Infinity : before;
      const right = end === pieceCounts.length ? Infinity : after;
      const context = Math.min(left, right);
      if (context > most[word]!) {
        most[word] = context;
        chosen[word] = index;
      }
      before += pieceCounts[word]!;
    }
  });
  return chosen;
}
