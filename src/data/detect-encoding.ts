import { readChunks } from './decode-text';
import type { TextEncoding } from './column-format';

export interface DetectedEncoding {
  encoding: TextEncoding;
  /** e.g. `Windows-1252, because byte 0xFC in line 17 is not valid UTF-8`. */
  evidence: string;
  /** True where the bytes speak for more than one reading. */
  ambiguous: boolean;
}

/** One stray byte among this many valid characters is damage, not another encoding. */
const VALID_FOR_ONE_INVALID = 10;

/**
 * The encoding of a whole file: its byte order mark, else UTF-8 if its bytes are, else Windows-1252, which Latin-1 files
 * are read as everywhere on the web (WHATWG Encoding, "latin1").
 *
 * @throws an AbortError once `signal` is aborted.
 */
export async function detectEncoding(blob: Blob, signal?: AbortSignal): Promise<DetectedEncoding> {
  const head = new Uint8Array(await blob.slice(0, 4096).arrayBuffer());
  const fromHead = encodingOfMark(head) ?? encodingOfZeros(head);
  if (fromHead) return fromHead;
  const check = new Utf8Check();
  for await (const chunk of readChunks(blob, signal)) check.push(chunk);
  check.end();
  return check.verdict();
}

function encodingOfMark(head: Uint8Array): DetectedEncoding | undefined {
  const found = (encoding: TextEncoding, name: string): DetectedEncoding => ({
    encoding,
    evidence: `${name}, because the file begins with its byte order mark`,
    ambiguous: false,
  });
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return found('utf-8', 'UTF-8');
  if (head[0] === 0xff && head[1] === 0xfe) return found('utf-16le', 'UTF-16 (little-endian)');
  if (head[0] === 0xfe && head[1] === 0xff) return found('utf-16be', 'UTF-16 (big-endian)');
  return undefined;
}

/** UTF-16 without a mark: text of any language holds spaces, TABs, line ends and O tags, whose upper byte is zero. */
function encodingOfZeros(head: Uint8Array): DetectedEncoding | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2]!++;
  const [even = 0, odd = 0] = zeros;
  if (even + odd === 0 || even + odd < head.length / 8 || Math.min(even, odd) * 10 > even + odd)
    return undefined;
  return {
    encoding: odd > even ? 'utf-16le' : 'utf-16be',
    evidence: `UTF-16 (${odd > even ? 'little' : 'big'}-endian), because every second byte is mostly zero`,
    ambiguous: false,
  };
}

/** Counts valid characters beyond ASCII and invalid bytes (Unicode 15, table 3-7) across chunks. */
class Utf8Check {
  #line = 1;
  #valid = 0;
  #invalid = 0;
  #first: { byte: number; line: number } | undefined;
  /** A sequence under way: bytes still due, the bounds of the next one, and where it began. */
  #due = 0;
  #low = 0x80;
  #high = 0xbf;
  #lead = 0;

  push(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index]!;
      if (this.#due > 0) {
        if (byte >= this.#low && byte <= this.#high) {
          this.#low = 0x80;
          this.#high = 0xbf;
          if (--this.#due === 0) this.#valid++;
          continue;
        }
        this.end();
      }
      if (byte < 0x80) {
        if (byte === 10) this.#line++;
      } else {
        this.#begin(byte);
      }
    }
  }

  /** A sequence that breaks off makes its lead byte invalid. */
  end(): void {
    if (this.#due === 0) return;
    this.#due = 0;
    this.#reject(this.#lead);
  }

  verdict(): DetectedEncoding {
    if (this.#first === undefined) {
      const evidence = this.#valid
        ? `UTF-8, because all ${this.#valid.toLocaleString('en')} characters beyond ASCII are valid`
        : 'UTF-8, because every byte is ASCII';
      return { encoding: 'utf-8', evidence, ambiguous: false };
    }
    const hex = this.#first.byte.toString(16).toUpperCase();
    const where = `byte 0x${hex} in line ${this.#first.line.toLocaleString('en')}`;
    if (this.#valid > this.#invalid * VALID_FOR_ONE_INVALID) {
      const count = this.#invalid.toLocaleString('en');
      const evidence = `UTF-8, although ${count} ${this.#invalid === 1 ? 'byte is' : 'bytes are'} not valid (${where}) and will read as \uFFFD`;
      return { encoding: 'utf-8', evidence, ambiguous: true };
    }
    const evidence = `Windows-1252, because ${where} is not valid UTF-8`;
    return { encoding: 'windows-1252', evidence, ambiguous: this.#valid > this.#invalid };
  }

  #begin(byte: number): void {
    if (byte < 0xc2 || byte > 0xf4) {
      this.#reject(byte);
      return;
    }
    this.#lead = byte;
    this.#due = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.#low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
  }

  #reject(byte: number): void {
    this.#low = 0x80;
    this.#high = 0xbf;
    this.#invalid++;
    this.#first ??= { byte, line: this.#line };
  }
}
