/** Something a person should know about a file: where, how bad, why, and what to do. */
export interface Finding {
  file: string;
  /** 1-based; 0 for the whole file. */
  line: number;
  level: 'error' | 'warning';
  kind: FindingKind;
  /** Expected, found, and the way out, in one sentence. */
  reason: string;
}

export const findingKinds = [
  'column-count',
  'unknown-prefix',
  'empty-word',
  'orphan-inside',
  'illegal-transition',
  'unseen-label',
  'invisible-word',
  'doubtful-label',
  'long-sentence',
  'malformed-json',
] as const;
export type FindingKind = (typeof findingKinds)[number];
