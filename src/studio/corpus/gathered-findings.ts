import type { Finding } from '../../data/findings/finding';
import { formatCount, joinWords } from '../parts/quantities';

/** Findings of one file that say the same, with their lines in order; none for what concerns the whole file. */
export interface GatheredFinding extends Pick<Finding, 'file' | 'level' | 'reason'> {
  lines: number[];
}

/** Joins findings of a file that say the same; errors come first, else the order is kept. */
export function gatherFindings(findings: readonly Finding[]): GatheredFinding[] {
  const gathered = new Map<string, GatheredFinding>();
  for (const { file, level, reason, line } of findings) {
    const key = JSON.stringify([file, level, reason]);
    const same = gathered.get(key) ?? { file, level, reason, lines: [] };
    if (line > 0) same.lines.push(line);
    gathered.set(key, same);
  }
  const rank = ({ level }: GatheredFinding) => (level === 'error' ? 0 : 1);
  return [...gathered.values()].sort((a, b) => rank(a) - rank(b));
}

/** `line 41`, `lines 41, 97 and 6,573`, `lines 41, 97, 120 and 96 more`. */
export function describeLines(lines: readonly number[], atMost = 4): string {
  const named = lines.slice(0, lines.length > atMost ? atMost - 1 : atMost).map(formatCount);
  const rest = lines.length - named.length;
  if (rest > 0) named.push(`${formatCount(rest)} more`);
  return `${lines.length === 1 ? 'line' : 'lines'} ${joinWords(named)}`;
}
