import type { ByteSource } from '../../../src/data/format/byte-source';
import type { Sentence } from '../../../src/ner/sentence';
import type { ColumnFormat } from '../../../src/data/format/column-format';
import type { FileEncoding } from '../../../src/data/format/source-format';
import { ColumnReader } from '../../../src/data/read/column-reader';
import { decodeLines, type ReadOptions } from '../../../src/data/format/decode-text';

/** Reader that turns lines into sentences: a `ColumnReader` or a `JsonlReader`. */
export interface LineReader {
  push(lines: readonly string[]): Sentence[];
  end(): Sentence[];
}

/**
 * Streams a file through a reader, a batch of sentences for each chunk of bytes; findings, labels and counts are the
 * reader's, and whole once the stream has ended. Memory holds one chunk and its sentences.
 *
 * @throws an AbortError once the signal is aborted.
 */
export async function* readSentences(
  blob: ByteSource,
  encoding: FileEncoding,
  reader: LineReader,
  options: ReadOptions = {},
): AsyncGenerator<Sentence[], void> {
  for await (const lines of decodeLines(blob, encoding, options)) {
    const sentences = reader.push(lines);
    if (sentences.length > 0) yield sentences;
  }
  const last = reader.end();
  if (last.length > 0) yield last;
}

/** A small column file at once, for tests and for samples. */
export async function readColumnFile(
  blob: ByteSource,
  name: string,
  format: ColumnFormat,
  options: ReadOptions = {},
): Promise<{ sentences: Sentence[]; reader: ColumnReader }> {
  const reader = new ColumnReader(name, format);
  const sentences: Sentence[] = [];
  for await (const batch of readSentences(blob, format.encoding, reader, options)) {
    sentences.push(...batch);
  }
  return { sentences, reader };
}
