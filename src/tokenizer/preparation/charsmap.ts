import { type AlignedText, sizeAt } from './aligned-text';
import { byteOf, byteSize } from '../text/utf8';
import { isControl, isJoined, isPrepended } from './grapheme-classes';
import { TextChanges } from './text-changes';

/** A cluster as long as this is not looked up as a whole, but character by character; UTF-8 bytes. */
const LONG_CLUSTER = 6;
/** Longest text that stands for another, UTF-8 bytes; NFKC's longest has 33. */
const LONGEST_TEXT = 255;
const NOTHING = -1;

/**
 * A precompiled charsmap of SentencePiece: texts of one character or a few, and what stands for them. Most models have `nmt_nfkc`: NFKC,
 * control characters dropped, all white space a space.
 *
 * Its bytes: the size of a double-array trie over UTF-8, the trie (Darts: Yata et al. 2007), and texts that end with 0.
 * https://github.com/google/sentencepiece/blob/master/doc/normalization.md
 */
export class Charsmap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #characters = new Map<number, string | undefined>();

  /** @throws where the text is not base64 of a charsmap. */
  constructor(base64: string) {
    const bytes = Uint8Array.from(decoded(base64), (char) => char.charCodeAt(0));
    const size = bytes.length < 4 ? NOTHING : new DataView(bytes.buffer).getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || 4 + size > bytes.length) {
      throw new Error(
        `tokenizer.json: precompiled_charsmap has ${bytes.length} bytes and should have a table of ${Math.max(0, size)} and its texts; get the file again.`,
      );
    }
    this.#units = new Uint32Array(bytes.buffer.slice(4, 4 + size));
    this.#texts = bytes.subarray(4 + size);
  }

  /**
   * Puts what the charsmap says in the place of what it knows.
   *
   * A grapheme cluster of less than six bytes is looked up first, and the shortest beginning of it that is known replaces all of it: so
   * `e` with an accent behind it is composed, and Korean letters are not, in Hugging Face's tokenizer as here. Longer clusters are taken
   * apart, so only what such short ones may be made of is told: syllables, flags, emoji with joiners and conjuncts are all longer.
   */
  normalize(own: AlignedText): AlignedText {
    const { text } = own;
    const changes = new TextChanges();
    let isChanged = false;
    for (let at = 0; at < text.length;) {
      const end = clusterEnd(text, at);
      const characters = countCharacters(text, at, end);
      const whole =
        characters > 1 && countBytes(text, at, end) < LONG_CLUSTER
          ? this.#find(text, at, end)
          : undefined;
      if (whole !== undefined) {
        changes.replace(characters, whole);
        isChanged = true;
        at = end;
      }
      while (at < end) {
        const codePoint = text.codePointAt(at)!;
        const other = this.ofCharacter(codePoint);
        if (other === undefined) {
          changes.keep(String.fromCodePoint(codePoint));
        } else {
          changes.replace(1, other);
          isChanged = true;
        }
        at += sizeAt(text, at);
      }
    }
    return isChanged ? changes.apply(own) : own;
  }

  /** Says whether anything that is replaced begins with this ASCII character. */
  beginsWith(character: string): boolean {
    const byte = character.charCodeAt(0);
    return ((this.#units[childrenOf(this.#units[0]!) ^ byte] ?? 0) & 0x800000ff) >>> 0 === byte;
  }

  /** Finds what stands for one character; undefined where it stays. */
  ofCharacter(codePoint: number): string | undefined {
    const known = this.#characters.get(codePoint);
    if (known !== undefined || this.#characters.has(codePoint)) return known;
    const text = String.fromCodePoint(codePoint);
    const found = this.#find(text, 0, text.length);
    this.#characters.set(codePoint, found);
    return found;
  }

  /** Finds what stands for the shortest beginning of text[from, to) that is known. */
  #find(text: string, from: number, to: number): string | undefined {
    const units = this.#units;
    let node = childrenOf(units[0]!);
    for (let at = from; at < to; at += sizeAt(text, at)) {
      const codePoint = text.codePointAt(at)!;
      const size = byteSize(codePoint);
      for (let i = 0; i < size; i++) {
        const byte = byteOf(codePoint, size, i);
        if (byte === 0) return undefined;
        node ^= byte;
        const unit = units[node];
        if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return undefined;
        node ^= childrenOf(unit);
        if ((unit >>> 8) & 1) return this.#textAt((units[node] ?? 0) & 0x7fffffff);
      }
    }
    return undefined;
  }

  #textAt(from: number): string {
    const end = this.#texts.indexOf(0, from);
    if (end < 0 || end - from > LONGEST_TEXT) {
      throw new Error(
        `precompiled_charsmap: the text at ${from} should end within ${LONGEST_TEXT} bytes; get tokenizer.json again.`,
      );
    }
    return new TextDecoder().decode(this.#texts.subarray(from, end));
  }
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch (error) {
    throw new Error('tokenizer.json: precompiled_charsmap is not base64; get the file again.', {
      cause: error,
    });
  }
}

/** Reads where a node's children lie, relative to it. */
function childrenOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Finds the end of the grapheme cluster at `at`, in so far as it may be a short one. */
function clusterEnd(text: string, at: number): number {
  let codePoint = text.codePointAt(at)!;
  let end = at + sizeAt(text, at);
  if (codePoint === 0x0d && text.charCodeAt(end) === 0x0a) return end + 1;
  while (isPrepended(codePoint) && end < text.length) {
    const next = text.codePointAt(end)!;
    if (isControl(next)) return end;
    codePoint = next;
    end += sizeAt(text, end);
  }
  if (isControl(codePoint)) return end;
  while (end < text.length && isJoined(text.codePointAt(end)!)) end += sizeAt(text, end);
  return end;
}

function countCharacters(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += sizeAt(text, at)) count++;
  return count;
}

function countBytes(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += sizeAt(text, at)) count += byteSize(text.codePointAt(at)!);
  return count;
}
