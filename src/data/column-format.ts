import type { TagScheme } from '../ner/tag-scheme';

export type TextEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/** How a column file is to be read. */
export interface ColumnFormat {
  encoding: TextEncoding;
  separator: 'tab' | 'space';
  columns: number;
  /** 0-based column of the word. */
  wordColumn: number;
  /** 0-based column of the tag. */
  tagColumn: number;
  scheme: TagScheme;
}

/** A format with the reasons for it: what the page tells the person. */
export interface DetectedFormat extends ColumnFormat {
  /** One sentence a choice, e.g. `IOB1, because I- after O starts 23,124 entities`. */
  evidence: Record<'encoding' | 'separator' | 'columns' | 'scheme', string>;
  /** Choices the file does not decide, e.g. a scheme where only B- tags occur. */
  ambiguous: readonly ('encoding' | 'separator' | 'columns' | 'scheme')[];
}
