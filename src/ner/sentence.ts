import type { EntitySpan } from './entity-span';

/** One sentence of a corpus; `spans` are sorted and disjoint. */
export interface Sentence {
  readonly words: readonly string[];
  readonly spans: readonly EntitySpan[];
  /** 1-based line of the first word in its file. */
  readonly line: number;
  /** True where a document begins (`-DOCSTART-`, or the first sentence of a file). */
  readonly startsDocument: boolean;
}

export const SPLIT_NAMES = ['train', 'dev', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];
