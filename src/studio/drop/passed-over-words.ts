import { listSome } from '../../messages/shorten';
import type { PassedOver } from '../../data/findings/passed-over';

/** Names that are given for one reason; the others are counted. */
const NAMED = 3;
/** Reasons that are given, each with its files. */
const REASONS = 5;

/** Describes the files that were passed over and why, as one sentence: `Passed over: README.md (Markdown, no columns), a.png, b.png and 4 more (an image).` */
export function describePassedOver(passedOver: readonly PassedOver[]): string {
  const byReason = new Map<string, string[]>();
  for (const { path, reason } of passedOver) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), path]);
  }
  const groups = [...byReason].map(
    ([reason, paths]) => `${listSome(paths, { most: NAMED })} (${reason})`,
  );
  if (groups.length === 0) return '';
  return `Passed over: ${listSome(groups, { most: REASONS, show: (group) => group })}.`;
}
