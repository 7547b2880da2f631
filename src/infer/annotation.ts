import type { EntityColumns } from '../ner/entity-columns';
import type { TextEntity } from '../ner/entity-span';
import type { TaggedWord } from '../ner/tagged-word';
import type { TextRange, TextRanges } from '../ner/text-ranges';

/** Entities that a model finds in a raw text. */
export interface Annotation {
  /** Entities, sorted and disjoint. */
  entities: TextEntity[];
  /** Words that the model cannot read: its word table has no row of one of their pieces. In order. */
  unreadable: TextRange[];
  /** Words of the text as the model reads them, in order: for CoNLL output. */
  words: TaggedWord[];
  /** Time of the last inference in milliseconds; what was read before takes none. */
  readMs: number;
}

/** Entities of a text that was read to its end. */
export interface TextReading {
  entities: EntityColumns;
  /** Words that the model cannot read. */
  unreadable: TextRanges;
  /** Time of the last inference in milliseconds; what was read before takes none. */
  readMs: number;
}

/** Stretch of a text that was read so far, from its beginning on, while the reading goes on. */
export interface PartialReading {
  /** Entities in front of `end`. */
  entities: EntityColumns;
  /** Words in front of `end` that the model cannot read. */
  unreadable: TextRanges;
  /** End of what was read, in UTF-16 code units. */
  end: number;
  /** Windows that are known, of the `total` that the text has. */
  done: number;
  total: number;
}
