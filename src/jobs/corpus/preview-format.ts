import { UnreadableFileError } from '../../data/format/unreadable-file-error';
import type { ByteSource } from '../../data/format/byte-source';
import type { Separator } from '../../data/format/column-format';
import type { FileEncoding } from '../../data/format/source-format';
import type { ChosenFormat, DetectedFormat } from '../../data/format/detected-format';
import { decodeLines } from '../../data/format/decode-text';
import { detectEncoding } from '../../data/detect/detect-encoding';
import type { SentenceWithRows } from '../../data/sources/source-reader';
import { detectFormat, readerOf } from '../../data/sources/source-readers';
import { cutRow, likeliestSeparator } from '../../data/format/row-cells';
import type { SentenceRow } from '../../data/read/sentence-builder';
import { SplitCounter } from '../../data/statistics/corpus-statistics';
import type { Sentence } from '../../ner/sentence';
import type { FormatPreview, PreviewSource } from '../../protocol/data-calls';
import { openFiles } from '../../storage/corpora/corpus-files';
import type { Database } from '../../storage/schema';
import { requireRecord } from '../../storage/require';

/** Rows that a preview shows. */
const PREVIEWED_ROWS = 14;
/** Characters that a preview counts: the whole of a small corpus, and half a second of a large one. */
const PREVIEWED_CHARACTERS = 2_000_000;

/** Opens the file that a preview is asked for. @throws Error where the corpus or its file is gone. */
export async function openPreviewed(
  database: Database,
  source: PreviewSource,
): Promise<{ name: string; blob: ByteSource }> {
  if (source instanceof Blob) return { name: source.name, blob: source };
  const corpus = await requireRecord(database, 'corpora', source.corpusId);
  const file = openFiles(database, corpus).files[source.file];
  if (!file) throw new Error(`${corpus.name} has no file ${source.file + 1}; reload the page.`);
  return { name: file.name, blob: file.source };
}

/**
 * Reads the start of a file by a format whose open parts are detected. If the file cannot be read that way, the rows are cut by the
 * chosen separator, or by the likeliest one, and the reason is given with them.
 *
 * @throws an AbortError once `signal` is aborted, and what makes the bytes unreadable.
 */
export async function previewFormat(
  blob: ByteSource,
  name: string,
  choice: ChosenFormat,
  signal: AbortSignal,
): Promise<FormatPreview> {
  try {
    const format = await detectFormat(blob, name, choice, signal);
    return await previewReading(blob, name, format, signal);
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    return previewRefusal(blob, choice, error.message, signal);
  }
}

async function previewReading(
  blob: ByteSource,
  name: string,
  format: DetectedFormat,
  signal: AbortSignal,
): Promise<FormatPreview> {
  const { lines, isWhole } = await readHead(blob, format.encoding, PREVIEWED_CHARACTERS, signal);
  const source = readerOf(format);
  const counter = new SplitCounter();
  const shown: SentenceWithRows[] = [];
  const hear = (sentence: Sentence, rows: readonly SentenceRow[]) => {
    counter.add(sentence);
    if (sentence.line <= PREVIEWED_ROWS) shown.push({ sentence, rows });
  };
  const reader = source.open(name, format, { sentence: hear });
  reader.push(lines);
  reader.end();
  const { sentences, words, entitiesByLabel } = counter.statistics();
  const { errors } = reader.findings;
  const [first] = reader.findings.kept().filter(({ level }) => level === 'error');
  const reason = first ? `line ${first.line}: ${first.reason}` : 'no row holds a word and a tag';
  const { rows, marks, separator } = source.preview(lines, shown, format, PREVIEWED_ROWS);
  const { encoding } = format;
  return {
    rows,
    marks,
    cut: { encoding, ...(separator ? { separator } : {}) },
    format,
    ...(words === 0 ? { problem: `No sentence can be read so; ${reason}` } : {}),
    sentences,
    words,
    entities: entitiesByLabel,
    errors,
    lines: lines.length,
    isWhole,
  };
}

async function previewRefusal(
  blob: ByteSource,
  choice: ChosenFormat,
  problem: string,
  signal: AbortSignal,
): Promise<FormatPreview> {
  const encoding = choice.encoding ?? (await detectEncoding(blob, signal)).encoding;
  const { lines, isWhole } = await readHead(blob, encoding, PREVIEWED_CHARACTERS, signal);
  const separator: Separator = choice.separator ?? likeliestSeparator(lines);
  return {
    rows: lines.slice(0, PREVIEWED_ROWS).map((line) => cutRow(line, { ...choice, separator })),
    marks: [],
    cut: { separator, encoding },
    problem,
    sentences: 0,
    words: 0,
    entities: {},
    errors: 0,
    lines: lines.length,
    isWhole,
  };
}

/** Reads the first lines of a file, all of them whole. */
async function readHead(
  blob: ByteSource,
  encoding: FileEncoding,
  characters: number,
  signal: AbortSignal,
): Promise<{ lines: string[]; isWhole: boolean }> {
  const head: string[] = [];
  let left = characters;
  for await (const lines of decodeLines(blob, encoding, { signal })) {
    for (const line of lines) {
      if (left <= 0) return { lines: head, isWhole: false };
      head.push(line);
      left -= line.length + 1;
    }
  }
  return { lines: head, isWhole: true };
}
