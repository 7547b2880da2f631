import { FILE_LIMITS } from '../../ner/file-limits';
import type { TagPrefix, TagScheme } from '../../ner/tag-scheme';
import { TagNotation } from '../format/tag-notation';

/** How often each label occurs. */
export type LabelCounts = ReadonlyMap<string, number>;

/** Tags that a suggestion may begin with, the likeliest first. */
const PREFIXES_OF: Record<TagScheme, readonly Exclude<TagPrefix, 'O' | ''>[]> = {
  IOB1: ['I', 'B'],
  IOB2: ['B', 'I'],
  IOBES: ['S', 'B', 'I', 'E'],
  IO: ['I'],
};

/**
 * Finds the label that a misspelt one stands for: the fewest slips away, of equals the most frequent; undefined where none is near. Upper
 * and lower case are the same. One slip is allowed between labels of up to three letters, two between longer ones. Among more labels than a
 * model holds none is looked for: they are no labels, and each would cost a comparison with all others.
 */
export function nearestLabel(label: string, counts: LabelCounts): string | undefined {
  return counts.size > FILE_LIMITS.labels ? undefined : nearest(label, counts);
}

/** Finds the tag of a scheme that a misspelt one stands for, as the file writes tags: `I-ORG` for `I_ORG`, `O` for `0`; undefined where none is near. */
export function nearestTag(
  tag: string,
  counts: LabelCounts,
  scheme: TagScheme,
  notation = new TagNotation(),
): string | undefined {
  if (tag === '') return undefined;
  const tags = new Map<string, number>([[notation.write('O', ''), Infinity]]);
  for (const [label, count] of counts.size > FILE_LIMITS.labels ? [] : counts) {
    for (const [rank, prefix] of PREFIXES_OF[scheme].entries()) {
      tags.set(notation.write(prefix, label), count - rank / 10); // of equals, the prefix that begins
    }
  }
  tags.delete(tag);
  return nearest(tag.replace(/^0$/, 'O'), tags);
}

function nearest(text: string, counts: LabelCounts): string | undefined {
  let best: { other: string; slips: number; caseSlips: number; count: number } | undefined;
  for (const [other, count] of counts) {
    if (other === text) return other;
    const slips = slipsBetween(text, other);
    if (slips === undefined) continue;
    const caseSlips = editDistance(text, other);
    const isBetter =
      !best ||
      slips - best.slips < 0 ||
      (slips === best.slips &&
        (caseSlips < best.caseSlips || (caseSlips === best.caseSlips && count > best.count)));
    if (isBetter) best = { other, slips, caseSlips, count };
  }
  return best?.other;
}

/** Counts the slips of the pen between two labels that are nearly alike; undefined where they are more than a typing error apart. */
export function slipsBetween(label: string, other: string): number | undefined {
  const longer = Math.max(label.length, other.length);
  if (longer > 64) return undefined; // no label; and the distance costs the product of the lengths
  const allowed = longer > 3 ? 2 : 1;
  if (Math.abs(label.length - other.length) > allowed) return undefined;
  const slips = editDistance(label.toLowerCase(), other.toLowerCase());
  return slips <= allowed && slips < longer ? slips : undefined;
}

/**
 * Counts the fewest insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, no letter touched twice
 * (Damerau 1964, in the form called optimal string alignment).
 */
export function editDistance(a: string, b: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(substitution, above[column]! + 1, current[column - 1]! + 1);
      const isSwap =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) least = Math.min(least, twoAbove[column - 2]! + 1);
      current.push(least);
    }
    [twoAbove, above] = [above, current];
  }
  return above[b.length]!;
}
