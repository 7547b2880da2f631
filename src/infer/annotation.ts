import type { TextEntity } from '../ner/entity-span';
import type { TaggedWord } from '../ner/tagged-word';

/** What a model says about a raw text. */
export interface Annotation {
  /** Sorted and disjoint. */
  entities: TextEntity[];
  /** The text as the model's words, in order: for CoNLL output. */
  words: TaggedWord[];
  /** How long the model read when it last had something to read: lines that it knows cost nothing. */
  readMs: number;
}
