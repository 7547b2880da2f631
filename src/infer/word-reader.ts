import type { WordTokenizer } from '../tokenizer/tokenizer';

/**
 * Cuts words into the pieces that a model reads. A word with a piece that has no row in the model's word table cannot be read: the unknown
 * piece stands in its place, so that the words around it are read at their distance, and callers ask `isReadable` and tell of it.
 */
export class WordReader implements WordTokenizer {
  readonly #tokenizer: WordTokenizer;
  readonly #hasRow: Uint8Array | undefined;
  readonly #unknown: readonly number[];

  /** @param hasRow marks of the pieces that have a row, u8[pieces]; absent, all have */
  constructor(tokenizer: WordTokenizer, hasRow: Uint8Array | undefined) {
    this.#tokenizer = tokenizer;
    this.#hasRow = hasRow;
    this.#unknown = [tokenizer.vocabulary.unknownId];
  }

  get vocabulary(): WordTokenizer['vocabulary'] {
    return this.#tokenizer.vocabulary;
  }

  encodeWord(word: string): readonly number[] {
    const pieceIds = this.#tokenizer.encodeWord(word);
    return this.#haveRows(pieceIds) ? pieceIds : this.#unknown;
  }

  isReadable(word: string): boolean {
    return !this.#hasRow || this.#haveRows(this.#tokenizer.encodeWord(word));
  }

  #haveRows(pieceIds: readonly number[]): boolean {
    const hasRow = this.#hasRow;
    return !hasRow || pieceIds.every((id) => hasRow[id] === 1);
  }
}
