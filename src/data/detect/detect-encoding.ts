import type { ByteSource } from '../format/byte-source';
import { readChunks } from '../format/decode-text';
import type { FileEncoding } from '../format/source-format';

export interface DetectedEncoding {
  encoding: FileEncoding;
  /** e.g. `Windows-1252, because byte 0xFC in line 17 is not valid UTF-8`. */
  evidence: string;
  /** True where the bytes speak for more than one reading. */
  ambiguous: boolean;
}

const NAMES: Record<FileEncoding, string> = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Windows-1252',
  'utf-16le': 'UTF-16 (little-endian)',
  'utf-16be': 'UTF-16 (big-endian)',
};

/** Returns an encoding's name, as evidence and questions tell it: `UTF-16 (little-endian)`. */
export function nameOfEncoding(encoding: FileEncoding): string {
  return NAMES[encoding];
}

/** One stray byte among this many valid characters is damage, not another encoding. */
const VALID_FOR_ONE_INVALID = 10;

/**
 * Detects the encoding of a whole file: by its byte order mark, else UTF-8 if its bytes are valid, else Windows-1252, as which the web
 * reads Latin-1 files everywhere (WHATWG Encoding, "latin1").
 *
 * @throws an AbortError once `signal` is aborted.
 */
export async function detectEncoding(
  blob: ByteSource,
  signal?: AbortSignal,
): Promise<DetectedEncoding> {
  const head = new Uint8Array(await blob.slice(0, 4096).arrayBuffer());
  const fromHead = encodingOfMark(head) ?? encodingOfZeros(head);
  if (fromHead) return fromHead;
  const check = new Utf8Check();
  for await (const chunk of readChunks(blob, signal)) check.push(chunk);
  check.end();
  return check.verdict();
}

function encodingOfMark(head: Uint8Array): DetectedEncoding | undefined {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return fromMark('utf-8');
  if (first === 0xff && second === 0xfe) return fromMark('utf-16le');
  if (first === 0xfe && second === 0xff) return fromMark('utf-16be');
  return undefined;
}

function fromMark(encoding: FileEncoding): DetectedEncoding {
  const evidence = `${NAMES[encoding]}, because the file begins with its byte order mark`;
  return { encoding, evidence, ambiguous: false };
}

/** Recognises UTF-16 without a byte order mark: text of any language holds spaces, TABs, line ends and O tags, whose upper byte is zero. */
function encodingOfZeros(head: Uint8Array): DetectedEncoding | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2]!++;
  const [even = 0, odd = 0] = zeros;
  const areFew = even + odd === 0 || even + odd < head.length / 8;
  if (areFew || Math.min(even, odd) * 10 > even + odd) return undefined;
  const encoding = odd > even ? 'utf-16le' : 'utf-16be';
  const evidence = `${NAMES[encoding]}, because every second byte is mostly zero`;
  return { encoding, evidence, ambiguous: false };
}

/** Counts valid characters beyond ASCII and invalid bytes (Unicode 15, table 3-7) across chunks. */
class Utf8Check {
  #line = 1;
  /** CR bytes met since the last other one: they end lines unless an LF follows. */
  #returns = 0;
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
      if (byte === 13) this.#returns++;
      else if (this.#returns > 0) {
        if (byte !== 10) this.#line += this.#returns;
        this.#returns = 0;
      }
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

  /** Ends a sequence that breaks off: its lead byte is invalid. */
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
