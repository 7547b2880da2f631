import type { TextEntity } from '../ner/entity-span';
import type { TaggedWord } from '../ner/tagged-word';

/** Entities that a model finds in a raw text. */
export interface Annotation {
  /** Entities, sorted and disjoint. */
  entities: TextEntity[];
  /** Words of the text as the model reads them, in order: for CoNLL output. */
  words: TaggedWord[];
  /** Time of the last inference in milliseconds; lines that were read before take none. */
  readMs: number;
}
