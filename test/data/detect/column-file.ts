import type { ColumnFormat } from '../../../src/data/format/column-format';
import {
  FORMAT_ASPECTS,
  type FormatAspect,
  type FormatReasons,
} from '../../../src/data/format/detected-format';
import { detectColumns } from '../../../src/data/detect/detect-columns';
import { readColumnFile } from '../read/read-columns';
import type { Finding } from '../../../src/data/findings/finding';
import type { Sentence } from '../../../src/ner/sentence';

/** A file of these bytes, or of this text in UTF-8. */
export const fileOf = (content: string | Uint8Array<ArrayBuffer>) => new Blob([content]);

/** Text in Latin-1, one byte a character. */
export const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Detects (or takes the choice), reads, and tells all there is to tell. */
export async function read(
  content: string | Uint8Array<ArrayBuffer>,
  choice: Partial<ColumnFormat> = {},
) {
  const blob = fileOf(content);
  const format = await detectColumns(blob, 'made.conll', choice);
  const { sentences, reader } = await readColumnFile(blob, 'made.conll', format);
  return { format, sentences, reader, findings: reader.findings.kept() };
}

/** `word/LABEL` notation, entities in brackets: `[Anna Berg]PER wohnt in [Kiel]LOC`. */
export function inBrackets({ words, spans }: Sentence): string {
  const marked = [...words];
  for (const { start, end, label } of spans) {
    marked[start] = `[${marked[start]!}`;
    marked[end - 1] = `${marked[end - 1]!}]${label}`;
  }
  return marked.join(' ');
}

/** `line level kind` of each finding. */
export const brief = (findings: readonly Finding[]) =>
  findings.map(({ line, level, kind }) => `${line} ${level} ${kind}`);

/** Tells what was detected: `Four columns, word first and tag last; IOB1, because … . Spaces …; UTF-8, … .` */
export function describeReasons({ evidence }: FormatReasons): string {
  const sentenceOf = (aspects: readonly FormatAspect[]) =>
    `${aspects.flatMap((aspect) => evidence[aspect] ?? []).join('; ')}.`;
  const bytes = FORMAT_ASPECTS.indexOf('separator');
  return `${sentenceOf(FORMAT_ASPECTS.slice(0, bytes))} ${sentenceOf(FORMAT_ASPECTS.slice(bytes))}`;
}
