import type { LengthCounts } from '../../data/statistics/length-counts';
import { countOf, formatCount } from '../parts/quantities';

/** Sentences of the lengths `from` to `to`, both included; the last bin may reach further. */
export interface LengthBin {
  from: number;
  to: number;
  count: number;
}

/** Merges the lengths of several splits. */
export function mergeLengths(all: readonly LengthCounts[]): LengthCounts {
  const merged: LengthCounts = { sentences: 0, longest: 0, counts: [] };
  for (const { sentences, longest, counts } of all) {
    merged.sentences += sentences;
    merged.longest = Math.max(merged.longest, longest);
    for (const [length, count] of counts.entries()) {
      merged.counts[length] = (merged.counts[length] ?? 0) + count;
    }
  }
  return merged;
}

/**
 * Sorts lengths into at most `atMost` bins of one width, a round number. The bins end at the length that 99.5 % of the sentences do not
 * exceed, and the last one takes the longer ones too: one endless sentence must not press all others into a corner.
 */
export function binLengths(lengths: LengthCounts, atMost: number): LengthBin[] {
  const { counts, longest, sentences } = lengths;
  if (sentences === 0) return [];
  const end = Math.max(1, lengthAtShare(lengths, 0.995));
  const width =
    [1, 2, 4, 5, 10, 20, 25, 50, 100, 200].find((each) => Math.ceil(end / each) <= atMost) ?? 500;
  const bins: LengthBin[] = [];
  for (let from = 1; from <= end; from += width) {
    bins.push({ from, to: from + width - 1, count: 0 });
  }
  for (const [length, count] of counts.entries()) {
    const bin = Math.min(bins.length - 1, Math.floor(Math.max(0, length - 1) / width));
    bins[bin]!.count += count;
  }
  const last = bins.at(-1)!;
  last.to = Math.max(last.to, longest);
  return bins;
}

/** Finds the length that a share of the sentences does not exceed: a quantile, exact below the lengths that are counted together. */
export function lengthAtShare({ counts, sentences }: LengthCounts, share: number): number {
  let shorter = 0;
  for (const [length, count] of counts.entries()) {
    shorter += count;
    if (shorter >= share * sentences) return length;
  }
  return 0;
}

/** `Half of the sentences have at most 17 words, 95 % at most 41; the longest has 105.` */
export function describeLengths(lengths: LengthCounts, unit: 'word' | 'word piece'): string {
  const half = countOf(lengthAtShare(lengths, 0.5), unit);
  const most = formatCount(lengthAtShare(lengths, 0.95));
  return `Half of the sentences have at most ${half}, 95 % at most ${most}; the longest has ${formatCount(lengths.longest)}.`;
}
