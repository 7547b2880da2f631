import type { FindingKind } from '../data/finding';

const names: Record<FindingKind, string> = {
  'column-count': 'wrong column count',
  'unknown-prefix': 'unknown tag',
  'empty-word': 'empty word',
  'orphan-inside': 'orphan I-',
  'illegal-transition': 'illegal transition',
  'unseen-label': 'label unseen in train',
  'invisible-word': 'invisible word',
  'hidden-character': 'hidden character',
  'doubtful-label': 'label maybe misspelt',
  'rare-label': 'rare label',
  'long-sentence': 'no sentence end',
  'malformed-json': 'malformed JSON',
  'leaked-sentence': 'also in another split',
  'duplicate-sentence': 'duplicate',
  'inconsistent-label': 'labelled otherwise elsewhere',
  'stale-fix': 'fix that no longer fits',
};

/** A kind of finding in words, for a choice among them. */
export function nameOfFinding(kind: FindingKind): string {
  return names[kind];
}
