import type { EntityColumns } from '../ner/entity-columns';
import type { TextEntity } from '../ner/entity-span';
import type { TaggedWord } from '../ner/tagged-word';

/** Entities that a model finds in a raw text. */
export interface Annotation {
  /** Entities, sorted and disjoint. */
  entities: TextEntity[];
  /** Words of the text as the model reads them, in order: for CoNLL output. */
  words: TaggedWord[];
  /** Time of the last inference in milliseconds; what was read before takes none. */
  readMs: number;
}

/** Entities of a text that was read to its end. */
export interface TextReading {
  entities: EntityColumns;
  /** Time of the last inference in milliseconds; what was read before takes none. */
  readMs: number;
}

/** Stretch of a text that was read so far, from its beginning on, while the reading goes on. */
export interface PartialReading {
  /** Entities in front of `end`. */
  entities: EntityColumns;
  /** End of what was read, in UTF-16 code units. */
  end: number;
  /** Windows that are known, of the `total` that the text has. */
  done: number;
  total: number;
}
