import type { ByteSource } from './byte-source';
import type { TextEncoding } from './column-format';

/** Longer lines mean that the file is no corpus; they would fill the memory before anyone could say so. */
const LONGEST_LINE = 1_000_000; // UTF-16 code units

/** Small enough that little lives at a time and a stop acts at once, large enough that asking costs nothing. */
const CHUNK_BYTES = 1 << 17;

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Called after each chunk. */
  onProgress?: ((bytesRead: number, totalBytes: number) => void) | undefined;
}

/**
 * The bytes of a blob in chunks of 128 KiB, read as they are asked for. Slices rather than `stream()`, whose chunks may be as
 * large as the blob, with no turn of the event loop in which a stop could arrive.
 *
 * @throws the signal's reason (an AbortError by default) as soon as it is aborted.
 */
export async function* readChunks(
  blob: ByteSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for (let start = 0; start < blob.size; start += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const chunk = await blob.slice(start, start + CHUNK_BYTES).arrayBuffer();
    signal?.throwIfAborted();
    yield new Uint8Array(chunk);
  }
  signal?.throwIfAborted();
}

/**
 * The lines of a text file, in batches as the bytes arrive; LF or CRLF ends a line (a CR elsewhere does not), the last line
 * needs no end, and a byte order mark is left out.
 *
 * @throws Error for a line of more than a million characters, an AbortError once the signal is aborted.
 */
export async function* decodeLines(
  blob: ByteSource,
  encoding: TextEncoding,
  { signal, onProgress }: ReadOptions = {},
): AsyncGenerator<string[], void> {
  const decoder = new TextDecoder(encoding);
  let rest = '';
  let bytesRead = 0;
  for await (const chunk of readChunks(blob, signal)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      throw new Error(
        `A line is longer than ${LONGEST_LINE.toLocaleString('en')} characters: expected a text file of one word a line, ` +
          'but this looks like another kind of file.',
      );
    }
    for (let index = 0; index < lines.length; index++) {
      lines[index] = withoutCarriageReturn(lines[index]!);
    }
    bytesRead += chunk.length;
    if (lines.length > 0) yield lines;
    onProgress?.(bytesRead, blob.size);
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutCarriageReturn(rest)];
}

function withoutCarriageReturn(line: string): string {
  return line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line;
}
