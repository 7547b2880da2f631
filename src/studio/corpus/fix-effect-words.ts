import type { FixPreview } from '../../data/fixes/fix-rule';
import { countOf, formatCount, joinWords } from '../parts/quantities';

/** Effect of a fix on the entities of a corpus, in words. */
export interface EffectWords {
  /** Sentences; those that name the loss of a whole type come first. */
  sentences: string[];
  /** Words for the fix's button; empty where no entity is lost or gained. */
  onButton: string;
}

/** Describes what a fix would do to the entities: `This removes all 18 entities of type Company Name.`, `Entities: ORG 16 → 18.` */
export function describeEffect({ entities, unread }: FixPreview): EffectWords {
  const types = Object.entries(entities);
  const total = (side: 'before' | 'after') =>
    types.reduce((sum, [, counts]) => sum + counts[side], 0);
  const [before, after] = [total('before'), total('after')];
  // A type whose entities are now another's is renamed, not removed.
  const gone =
    after < before ? types.filter(([, counts]) => counts.before > 0 && counts.after === 0) : [];
  const removed: [string, number][] = [
    ...gone.map(([type, counts]): [string, number] => [type, counts.before]),
    ...Object.entries(unread).filter(([type]) => !Object.hasOwn(entities, type)),
  ];
  const changed = types
    .filter(
      ([type, counts]) => counts.before !== counts.after && !removed.some(([t]) => t === type),
    )
    .map(
      ([type, counts]) => `${type} ${formatCount(counts.before)} → ${formatCount(counts.after)}`,
    );
  const sentences = removed.map(([type, count]) => `This removes ${allOf(count, type)}.`);
  if (changed.length > 0) sentences.push(`Entities: ${joinWords(changed)}.`);
  if (sentences.length === 0) {
    sentences.push(`Every entity stays as it is: ${countOf(after, 'entity', 'entities')}.`);
  }
  const losses = removed.map(([type, count]) => allOf(count, type));
  const onButton =
    losses.length > 0
      ? `, with ${joinWords(losses)}`
      : before === after
        ? ''
        : `; entities ${formatCount(before)} → ${formatCount(after)}`;
  return { sentences, onButton };
}

function allOf(count: number, type: string): string {
  return count === 1
    ? `the only entity of type ${type}`
    : `all ${formatCount(count)} entities of type ${type}`;
}
