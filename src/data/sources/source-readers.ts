import { UnreadableFileError } from '../format/unreadable-file-error';
import type { ByteSource } from '../format/byte-source';
import type { ColumnFormat } from '../format/column-format';
import type { ChosenFormat, DetectedFormat } from '../format/detected-format';
import { kindOf, type SourceFormat, type SourceKind } from '../format/source-format';
import { columnFiles } from './column-files';
import type { SourceReader } from './source-reader';

/** Format of each kind of file. */
interface FormatOfKind {
  columns: ColumnFormat;
}

/**
 * The readers, one for each kind of file, in the order in which they look at a file whose kind is not known. Column files come last:
 * their refusal names what was found instead, and the way out.
 */
const SOURCE_READERS: { readonly [Kind in SourceKind]: SourceReader<FormatOfKind[Kind]> } = {
  columns: columnFiles,
};

/**
 * Returns the reader of a format's kind.
 *
 *     readerOf(format).open('train.conll', format).push(['Kiel\tB-LOC', '']) // one sentence
 */
export function readerOf<Format extends SourceFormat>(format: Format): SourceReader<Format> {
  // The table pairs each kind with its format, which an index by a kind that is known only at run time cannot express.
  return SOURCE_READERS[kindOf(format)] as unknown as SourceReader<Format>;
}

/**
 * Detects how a file is read, with the reasons, and asks a question for each choice that the file does not decide. Parts that `choice`
 * states are kept and no longer asked; the rest is detected to fit them.
 *
 *     await detectFormat(new Blob(['Kiel\tB-LOC\n']), 'train.conll')
 *     // { encoding: 'utf-8', separator: 'tab', columns: 2, wordColumn: 0, tagColumn: 1, scheme: 'IOB2', …, evidence: {…} }
 *
 * @throws UnreadableFileError where no reader can read the file; an AbortError once `signal` is aborted.
 */
export async function detectFormat(
  blob: ByteSource,
  name: string,
  choice: ChosenFormat = {},
  signal?: AbortSignal,
): Promise<DetectedFormat> {
  let refusal: unknown;
  for (const reader of Object.values(SOURCE_READERS)) {
    try {
      return await reader.detect(blob, name, choice, signal);
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}
