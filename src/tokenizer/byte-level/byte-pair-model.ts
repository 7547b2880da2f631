import { sizeAt } from '../preparation/aligned-text';
import { pushPiece, type TextEncoding } from '../encoding';
import { byteOf, byteSize } from '../text/utf8';
import { BYTE_CHARACTERS } from './byte-characters';
import type { BytePairSettings } from './byte-pair-settings';
import { MergeHeap } from './merge-heap';
import { MergeTable } from './merge-table';
import { readMerges } from './merges';

const NONE = -1;

/** Bytes of the character that stands for each byte, 1 or 2 in UTF-8: Hugging Face counts a piece's length in these. */
const WIDTHS = BYTE_CHARACTERS.map((character) => byteSize(character.charCodeAt(0)));

export interface BytePairOptions extends Pick<BytePairSettings, 'merges' | 'unknownBytes'> {
  unknownId: number;
  /** Ids of pieces that were added to the tokenizer and that the model itself does not know. */
  outside: ReadonlySet<number>;
}

/**
 * Byte-pair encoding over the bytes of a word (Sennrich et al. 2016; GPT-2: Radford et al. 2019), as Hugging Face's Rust tokenizer does it:
 * of all pairs that may merge, the one of the lowest rank merges first, the leftmost of equals.
 */
export class BytePairModel {
  readonly #table: MergeTable;
  /** Piece of each byte, or -1. */
  readonly #byteIds: Int32Array;
  readonly #unknownId: number;
  readonly #unknownBytes: BytePairSettings['unknownBytes'];
  /** Pieces of the word in work: their ids, their lengths in units of `WIDTHS`, and their neighbours. */
  #ids = new Int32Array(64);
  #lengths = new Int32Array(64);
  #lefts = new Int32Array(64);
  #rights = new Int32Array(64);
  readonly #heap = new MergeHeap();

  /** @throws naming the first merge that does not fit the pieces. */
  constructor(pieces: readonly string[], options: BytePairOptions) {
    const { merges, unknownBytes, unknownId, outside } = options;
    const { pairs, results } = readMerges(merges, pieces, outside);
    this.#table = new MergeTable(pairs, results);
    const characters = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));
    this.#byteIds = new Int32Array(BYTE_CHARACTERS.length).fill(NONE);
    pieces.forEach((piece, id) => {
      const byte = characters.get(piece);
      if (byte !== undefined && !outside.has(id)) this.#byteIds[byte] = id;
    });
    this.#unknownId = unknownId;
    this.#unknownBytes = unknownBytes;
  }

  /** @param word without lone surrogates */
  encode(word: string): TextEncoding {
    const bytes = this.#takeBytes(word);
    this.#linkPieces(bytes.pieces);
    this.#merge(bytes.pieces);
    const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    let unit = 0;
    for (let at = bytes.pieces > 0 ? 0 : NONE; at !== NONE; at = this.#rights[at]!) {
      const end = unit + this.#lengths[at]!;
      pushPiece(encoding, this.#ids[at]!, bytes.starts[unit]!, bytes.ends[end - 1]!);
      unit = end;
    }
    return encoding;
  }

  /** Puts the pieces of a word's bytes into `#ids` and `#lengths`; the result says where the character of each unit stands. */
  #takeBytes(word: string): { pieces: number; starts: number[]; ends: number[] } {
    const [starts, ends]: [number[], number[]] = [[], []];
    this.#reserve(3 * word.length);
    let pieces = 0;
    let unknownUnits = 0;
    const endUnknown = () => {
      if (unknownUnits > 0) this.#put(pieces++, this.#unknownId, unknownUnits);
      unknownUnits = 0;
    };
    for (let at = 0; at < word.length;) {
      const codePoint = word.codePointAt(at)!;
      const [size, end] = [byteSize(codePoint), at + sizeAt(word, at)];
      for (let i = 0; i < size; i++) {
        const byte = byteOf(codePoint, size, i);
        const [id, width] = [this.#byteIds[byte]!, WIDTHS[byte]!];
        for (let unit = 0; unit < width; unit++) {
          starts.push(at);
          ends.push(end);
        }
        if (id === NONE && this.#unknownBytes === 'dropped') continue;
        if (id !== NONE || this.#unknownBytes === 'each') endUnknown();
        if (id === NONE) unknownUnits += width;
        else this.#put(pieces++, id, width);
      }
      at = end;
    }
    endUnknown();
    return { pieces, starts, ends };
  }

  #put(at: number, id: number, length: number): void {
    this.#ids[at] = id;
    this.#lengths[at] = length;
  }

  #linkPieces(pieces: number): void {
    for (let at = 0; at < pieces; at++) {
      this.#lefts[at] = at - 1;
      this.#rights[at] = at + 1 < pieces ? at + 1 : NONE;
    }
  }

  #merge(pieces: number): void {
    for (let at = 0; at < pieces; at++) this.#offer(at);
    for (let next = this.#heap.pop(); next; next = this.#heap.pop()) {
      const { at, rank } = next;
      const right = this.#rights[at]!;
      // A piece that has merged with its left neighbour has the length 0; one that has grown merges at another rank.
      if (this.#lengths[at] === 0 || right === NONE) continue;
      const slot = this.#table.find(this.#ids[at]!, this.#ids[right]!);
      if (slot < 0 || this.#table.rankAt(slot) !== rank) continue;
      this.#ids[at] = this.#table.resultAt(slot);
      this.#lengths[at]! += this.#lengths[right]!;
      this.#lengths[right] = 0;
      const behind = this.#rights[right]!;
      this.#rights[at] = behind;
      if (behind !== NONE) this.#lefts[behind] = at;
      this.#offer(this.#lefts[at]!);
      this.#offer(at);
    }
  }

  /** Offers the pair of a piece and its right neighbour for merging. */
  #offer(at: number): void {
    const right = at === NONE ? NONE : this.#rights[at]!;
    if (right === NONE) return;
    const slot = this.#table.find(this.#ids[at]!, this.#ids[right]!);
    if (slot >= 0) this.#heap.push(this.#table.rankAt(slot), at);
  }

  #reserve(pieces: number): void {
    if (pieces <= this.#ids.length) return;
    this.#ids = new Int32Array(pieces);
    this.#lengths = new Int32Array(pieces);
    this.#lefts = new Int32Array(pieces);
    this.#rights = new Int32Array(pieces);
  }
}
