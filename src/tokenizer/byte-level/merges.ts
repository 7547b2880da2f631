import { briefly } from '../json-object';

/** Merges by the ids of their pieces. */
export interface PieceMerges {
  /** Ids of the left and the right piece of each: i32[2 × merges] */
  pairs: Int32Array;
  /** Ids of the pieces that they become: i32[merges] */
  results: Int32Array;
}

/**
 * Reads merges, a line each, by the ids of their pieces.
 *
 * @param outside ids of pieces that were added to the tokenizer, which no merge makes.
 * @throws naming the first one that is not two pieces of the vocabulary, or that makes a piece which it lacks.
 */
export function readMerges(
  merges: string,
  pieces: readonly string[],
  outside: ReadonlySet<number> = new Set(),
): PieceMerges {
  const ids = new Map<string, number>();
  pieces.forEach((piece, id) => {
    if (!outside.has(id)) ids.set(piece, id);
  });
  const lines = merges === '' ? [] : merges.split('\n');
  const pairs = new Int32Array(2 * lines.length);
  const results = new Int32Array(lines.length);
  lines.forEach((line, rank) => {
    const parts = line.split(' ');
    const [left, right, merged] = [...parts, parts.join('')].map((piece) => ids.get(piece));
    if (parts.length !== 2 || left === undefined || right === undefined || merged === undefined) {
      throw new Error(
        `Merge ${rank + 1} is ${briefly(line)}; expected are two pieces of the vocabulary with a space between them that together are a piece. Take all tokenizer files from the same encoder.`,
      );
    }
    pairs.set([left, right], 2 * rank);
    results[rank] = merged;
  });
  return { pairs, results };
}

/**
 * Reads `model.merges`, each two pieces, as `"Ġ t"` or `["Ġ", "t"]`, in the order of their ranks.
 *
 * @returns a line each.
 */
export function mergeLines(list: unknown): string {
  if (!Array.isArray(list)) {
    throw new Error(
      `tokenizer.json: model.merges is ${briefly(list ?? null)}, expected a list of pairs of pieces`,
    );
  }
  return list.map((merge: unknown) => (Array.isArray(merge) ? merge.join(' ') : merge)).join('\n');
}
