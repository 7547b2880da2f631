import type { EntitySpan } from './entity-span';

/** In how a reader goes through them: not found, then read otherwise, then made up. */
export const ERROR_KINDS = [
  'missed',
  'wrong-type',
  'wrong-boundary',
  'wrong-type-and-boundary',
  'spurious',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** One error: a gold entity, a predicted one, or the pair of them that stand for each other. */
export type EntityError =
  | { readonly kind: 'missed'; readonly gold: EntitySpan; readonly predicted?: undefined }
  | { readonly kind: 'spurious'; readonly gold?: undefined; readonly predicted: EntitySpan }
  | {
      readonly kind: Exclude<ErrorKind, 'missed' | 'spurious'>;
      readonly gold: EntitySpan;
      readonly predicted: EntitySpan;
    };

/**
 * Finds the errors of one sentence, from left to right; both lists are sorted and disjoint.
 *
 * An entity predicted with the same boundaries and label is right. Other entities that overlap are paired, the pair that shares
 * the most words first and of equals the leftmost, each entity at most once: same boundaries make a wrong type, same label a wrong
 * boundary, neither both. An entity that stays alone was missed or is spurious. So correct + missed + pairs = gold, correct + spurious + pairs =
 * predicted, and a conlleval miss or false alarm is in exactly one error.
 */
export function findErrors(
  goldSpans: readonly EntitySpan[],
  predictedSpans: readonly EntitySpan[],
): EntityError[] {
  const unpairedGold = new Set(goldSpans);
  const unpairedPredicted = new Set(predictedSpans);
  const errors: EntityError[] = [];
  for (const { gold, predicted } of overlaps(goldSpans, predictedSpans)) {
    if (!unpairedGold.has(gold) || !unpairedPredicted.has(predicted)) continue;
    unpairedGold.delete(gold);
    unpairedPredicted.delete(predicted);
    const kind = kindOfPair(gold, predicted);
    if (kind) errors.push({ kind, gold, predicted });
  }
  for (const gold of unpairedGold) errors.push({ kind: 'missed', gold });
  for (const predicted of unpairedPredicted) errors.push({ kind: 'spurious', predicted });
  return errors.sort((a, b) => rangeOf(a).start - rangeOf(b).start);
}

/** Returns the words that an error is about: those of its gold and its predicted entity together. */
export function rangeOf({ gold, predicted }: EntityError): Pick<EntitySpan, 'start' | 'end'> {
  if (!gold) return predicted;
  if (!predicted) return gold;
  return {
    start: Math.min(gold.start, predicted.start),
    end: Math.max(gold.end, predicted.end),
  };
}

interface Overlap {
  gold: EntitySpan;
  predicted: EntitySpan;
  sharedWords: number;
}

/** Finds all pairs of a gold and a predicted entity that share words: most words first, of equals the leftmost. */
function overlaps(
  goldSpans: readonly EntitySpan[],
  predictedSpans: readonly EntitySpan[],
): Overlap[] {
  const found: Overlap[] = [];
  let first = 0;
  for (const gold of goldSpans) {
    while ((predictedSpans[first]?.end ?? Infinity) <= gold.start) first++;
    for (let at = first; at < predictedSpans.length; at++) {
      const predicted = predictedSpans[at]!;
      if (predicted.start >= gold.end) break;
      const sharedWords = Math.min(gold.end, predicted.end) - Math.max(gold.start, predicted.start);
      found.push({ gold, predicted, sharedWords });
    }
  }
  return found.sort((a, b) => b.sharedWords - a.sharedWords); // stable: found from left to right
}

/** undefined where the prediction is right. */
function kindOfPair(
  gold: EntitySpan,
  predicted: EntitySpan,
): Exclude<ErrorKind, 'missed' | 'spurious'> | undefined {
  const sameBoundaries = gold.start === predicted.start && gold.end === predicted.end;
  if (gold.label === predicted.label) return sameBoundaries ? undefined : 'wrong-boundary';
  return sameBoundaries ? 'wrong-type' : 'wrong-type-and-boundary';
}
