import type { ColumnFormat } from './column-format';
import type { SourceFormat } from './source-format';

/** Aspect of a format that is decided, and explained, by itself. */
export const FORMAT_ASPECTS = [
  'columns',
  'scheme',
  'tags',
  'sentences',
  'separator',
  'lines',
  'encoding',
] as const;
export type FormatAspect = (typeof FORMAT_ASPECTS)[number];

/** Parts of a format that a person decided; detection finds the others. */
export type ChosenFormat = Partial<ColumnFormat>;

/** A question that the file does not answer: the reading that was taken first, then the others that fit. */
export interface FormatQuestion {
  aspect: FormatAspect;
  /** Sentence for the person: `Is "0" the tag outside of entities? It stands in 8 of 185 rows and is read so.` */
  text: string;
  readings: FormatReading[];
}

/** A reading that a person may choose. */
export interface FormatReading {
  /** Text on its button. */
  title: string;
  /** Parts of the format that it decides. */
  change: ChosenFormat;
}

/** Reasons for a detected format, as the page tells them. */
export interface FormatReasons {
  /** One sentence for each decision, without its full stop: `IOB1, because I- after O starts 23,124 entities`. */
  evidence: Partial<Record<FormatAspect, string>>;
  /** Questions that the file leaves open; absent in corpora that were read before they were asked. */
  questions?: FormatQuestion[];
}

/** A detected format of any kind, with its reasons. */
export type DetectedFormat = SourceFormat & FormatReasons;

/** A detected format of a column file, with its reasons. */
export type DetectedColumns = ColumnFormat & FormatReasons;

/** Returns a detected format without its reasons. */
export function formatOf(detected: DetectedFormat): SourceFormat {
  const format: SourceFormat & Partial<FormatReasons> = { ...detected };
  delete format.evidence;
  delete format.questions;
  return format;
}
