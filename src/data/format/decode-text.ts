import { UnreadableFileError } from './unreadable-file-error';
import type { ByteSource } from './byte-source';
import type { FileEncoding } from './source-format';

/** Longer lines mean that the file is no corpus; they would fill the memory before anyone could say so. */
const LONGEST_LINE = 1_000_000; // UTF-16 code units

/** Small enough that little lives at a time and a stop acts at once, large enough that asking costs nothing. */
const CHUNK_BYTES = 1 << 17;

const LF = 10;
const CR = 13;

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Called after each chunk. */
  onProgress?: ((bytesRead: number, totalBytes: number) => void) | undefined;
}

/**
 * Yields the bytes of a blob in chunks of 128 KiB, read as they are asked for. It reads slices rather than `stream()`, whose chunks may
 * be as large as the blob, so that a stop would not be heard before the end.
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

/** How the lines of a text ended, counted. */
export interface LineEnds {
  /** LF and CR LF. */
  plain: number;
  /** CR alone. */
  carriageReturn: number;
  /** Two or more CR before an LF. */
  doubled: number;
}

/**
 * Yields the lines of a text file, in batches as the bytes arrive. A line ends in LF, in CR, or in any number of CR before an LF; the last
 * one needs no end, and a byte order mark is left out. `ends` counts the line ends of each form.
 *
 * @throws Error for a line of more than a million characters, an AbortError once the signal is aborted.
 */
export async function* decodeLines(
  blob: ByteSource,
  encoding: FileEncoding,
  { signal, onProgress }: ReadOptions = {},
  ends: LineEnds = { plain: 0, carriageReturn: 0, doubled: 0 },
): AsyncGenerator<string[], void> {
  const decoder = new TextDecoder(encoding);
  let rest = '';
  let bytesRead = 0;
  for await (const chunk of readChunks(blob, signal)) {
    const lines = splitLines(rest + decoder.decode(chunk, { stream: true }), ends);
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      throw new UnreadableFileError(
        `A line is longer than ${LONGEST_LINE.toLocaleString('en')} characters: expected a text file of one word a line, ` +
          'but this looks like another kind of file; drop the corpus itself, as CoNLL.',
      );
    }
    bytesRead += chunk.length;
    if (lines.length > 0) yield lines;
    onProgress?.(bytesRead, blob.size);
  }
  const last = splitLines(`${rest}${decoder.decode()}\n`, { ...ends });
  if (last.length > 2 || last[0] !== '') yield last.slice(0, -1);
}

/** Splits a text into lines. The last one may go on in the next chunk, so it keeps the CR at its end. */
function splitLines(text: string, ends: LineEnds): string[] {
  if (!text.includes('\r')) {
    const lines = text.split('\n');
    ends.plain += lines.length - 1;
    return lines;
  }
  const lines: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF) {
      lines.push(text.slice(start, at));
      ends.plain++;
      start = at + 1;
    } else if (code === CR) {
      let after = at + 1;
      while (text.charCodeAt(after) === CR) after++;
      if (after === text.length) break; // what follows tells
      lines.push(text.slice(start, at));
      if (text.charCodeAt(after) === LF) {
        if (after === at + 1) ends.plain++;
        else ends.doubled++;
        after++;
      } else {
        ends.carriageReturn += after - at;
        for (let more = at + 1; more < after; more++) lines.push('');
      }
      start = after;
      at = after - 1;
    }
  }
  lines.push(text.slice(start));
  return lines;
}
