import type { PassedOver } from '../../data/findings/passed-over';
import { formatCount } from '../parts/quantities';

/** Names that are given for one reason; the others are counted. */
const NAMED = 3;

/** Describes the files that were passed over and why, as one sentence: `Passed over: README.md (Markdown, no columns), a.png, b.png and 4 more (an image).` */
export function describePassedOver(passedOver: readonly PassedOver[]): string {
  const byReason = new Map<string, string[]>();
  for (const { path, reason } of passedOver) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), path]);
  }
  const groups = [...byReason].map(([reason, paths]) => {
    const more = paths.length - NAMED;
    const named = paths.slice(0, NAMED).join(', ');
    return `${named}${more > 0 ? ` and ${formatCount(more)} more` : ''} (${reason})`;
  });
  return groups.length === 0 ? '' : `Passed over: ${groups.join(', ')}.`;
}
