import type { TagScheme } from '../../ner/tag-scheme';

/** Encodings that files are read in. */
export type FileEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/** Kinds of file that a corpus is read from; `SOURCE_KINDS` holds a row for each. */
export type SourceKind = 'columns';

/** How a file of any kind is read; each kind adds what it needs to know. */
export interface SourceFormat {
  /** Kind of the file; absent in column files, as records had it before there were kinds. */
  kind?: SourceKind;
  encoding: FileEncoding;
  scheme: TagScheme;
}

/** Returns the kind of file that a format reads. */
export function kindOf({ kind = 'columns' }: SourceFormat): SourceKind {
  return kind;
}
