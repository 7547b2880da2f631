import { shorten } from '../../messages/shorten';

/** A value as a header may hold it: JSON without true, false, null, signs, fractions and exponents. */
export type HeaderValue = string | number | HeaderValue[] | { readonly [key: string]: HeaderValue };

/** Limits of a header, so that a small file cannot become a big structure. */
export interface HeaderLimits {
  /** Nesting: the header, its tensor, its shape. */
  depth: number;
  /** Entries of one inner object. */
  entries: number;
  /** Values of one list. */
  values: number;
  /** Bytes of one text. */
  textBytes: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [openList, closeList, openObject, closeObject, comma, colon] = [
  0x5b, 0x5d, 0x7b, 0x7d, 0x2c, 0x3a,
];
/** Which bytes may stand between values, and which end a number: looked up, for a header may have millions. */
const isSpace = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) isSpace[byte] = 1;
const endsNumber = isSpace.slice();
for (const byte of [QUOTE, openList, closeList, openObject, closeObject, comma, colon])
  endsNumber[byte] = 1;
const ZERO = 0x30;
/** In digits; the largest size of a file has 16. */
const LONGEST_NUMBER = 40;

/**
 * Walks a header's JSON once, byte by byte, and stops at the first thing that does not belong: `JSON.parse` would build whatever a file
 * says before anybody could look at it, and keep the last of equal keys in silence.
 *
 * Its errors are ends of sentences that begin with the file's name.
 */
export class HeaderJson {
  readonly #bytes: Uint8Array;
  readonly #limits: HeaderLimits;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #at = 0;

  constructor(bytes: Uint8Array, limits: HeaderLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** Reads the entries of the outermost object, each when it is asked for. @throws at a key that was there before, and behind the last entry. */
  *entries(): Generator<[key: string, value: HeaderValue]> {
    yield* this.#object(1, Infinity);
    this.#skipSpaces();
    if (this.#at < this.#bytes.length) this.#fail();
  }

  /** Reads the value at the current place: list, object, text or number. */
  #value(depth: number): HeaderValue {
    this.#skipSpaces();
    const byte = this.#bytes[this.#at];
    if (byte === QUOTE) return this.#text();
    if (byte !== openList && byte !== openObject) return this.#number();
    if (depth >= this.#limits.depth) throw new Error('the header is nested too deep.');
    if (byte === openList) return this.#list(depth + 1);
    return Object.fromEntries(this.#object(depth + 1, this.#limits.entries)); // own properties, whatever the keys
  }

  *#object(depth: number, most: number): Generator<[key: string, value: HeaderValue]> {
    const keys = new Set<string>();
    this.#take(openObject);
    if (this.#takes(closeObject)) return;
    do {
      this.#skipSpaces();
      const key = this.#text();
      if (keys.has(key)) {
        throw new Error(
          `the header has the key "${shorten(key)}" twice; the file is damaged or made to deceive.`,
        );
      }
      if (keys.size >= most) this.#refuseLength(most);
      keys.add(key);
      this.#take(colon);
      yield [key, this.#value(depth)];
    } while (this.#takes(comma));
    this.#take(closeObject);
  }

  #list(depth: number): HeaderValue[] {
    const values: HeaderValue[] = [];
    this.#take(openList);
    if (this.#takes(closeList)) return values;
    do {
      if (values.length >= this.#limits.values) this.#refuseLength(this.#limits.values);
      values.push(this.#value(depth));
    } while (this.#takes(comma));
    this.#take(closeList);
    return values;
  }

  #text(): string {
    if (this.#bytes[this.#at] !== QUOTE) this.#fail();
    const start = this.#at + 1;
    let end = start;
    let isEscaped = false;
    for (; this.#bytes[end] !== QUOTE; end++) {
      const byte = this.#bytes[end];
      if (byte === undefined || byte < 0x20) this.#fail();
      if (byte !== BACKSLASH) continue;
      isEscaped = true;
      end++; // what it escapes, a quote maybe
    }
    if (end - start > this.#limits.textBytes) {
      throw new Error(
        `the header has a text of ${end - start} bytes; at most ${this.#limits.textBytes} are read.`,
      );
    }
    try {
      const text = this.#decoder.decode(this.#bytes.subarray(start, end));
      this.#at = end + 1;
      return isEscaped ? (JSON.parse(`"${text}"`) as string) : text;
    } catch (error) {
      return this.#fail(error);
    }
  }

  #number(): number {
    const start = this.#at;
    const first = this.#bytes[start];
    let value = 0;
    let end = start;
    for (; end < start + LONGEST_NUMBER; end++) {
      const digit = (this.#bytes[end] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = 10 * value + digit;
    }
    if (end === start || !this.#endsAt(end) || (first === ZERO && end > start + 1))
      this.#refuseWord(start);
    this.#at = end;
    return value;
  }

  #endsAt(at: number): boolean {
    const byte = this.#bytes[at];
    return byte === undefined || endsNumber[byte] === 1;
  }

  #refuseWord(start: number): never {
    let end = start;
    while (end < start + LONGEST_NUMBER && !this.#endsAt(end)) end++;
    if (end === start) this.#fail();
    const word = new TextDecoder().decode(this.#bytes.subarray(start, end));
    throw new Error(`the header has ${word} where a whole number belongs.`);
  }

  #take(byte: number): void {
    if (!this.#takes(byte)) this.#fail();
  }

  #takes(byte: number): boolean {
    this.#skipSpaces();
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #skipSpaces(): void {
    while (isSpace[this.#bytes[this.#at] ?? 0]) this.#at++;
  }

  #refuseLength(most: number): never {
    throw new Error(`the header has a list or an object of more than ${most} entries.`);
  }

  #fail(cause?: unknown): never {
    throw new Error(
      `the header is not valid JSON at its byte ${this.#at}; the file is damaged or no safetensors file.`,
      { cause },
    );
  }
}
