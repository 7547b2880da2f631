/** How bad: a row with an error is left out, a warning costs quality, a note is for the person to judge. */
export const FINDING_LEVELS = ['error', 'warning', 'note'] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

/** Something a person should know about a file: where, how bad, why, and what to do. */
export interface Finding {
  file: string;
  /** 1-based; 0 for the whole file. */
  line: number;
  level: FindingLevel;
  kind: FindingKind;
  /** Expected, found, and the way out, in one sentence. */
  reason: string;
}

/** In the order in which they are best mended: a misspelt I- tag is no orphan once it is spelt like its B-. */
export const FINDING_KINDS = [
  'file-form',
  'column-count',
  'strange-blank',
  'joined-label',
  'word-range',
  'doubled-mark',
  'unknown-prefix',
  'empty-word',
  'too-many-labels',
  'doubtful-label',
  'unseen-label',
  'orphan-inside',
  'illegal-transition',
  'invisible-word',
  'hidden-character',
  'rare-label',
  'no-boundary',
  'long-sentence',
  'malformed-json',
  'leaked-sentence',
  'duplicate-sentence',
  'inconsistent-label',
  'stale-fix',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];
