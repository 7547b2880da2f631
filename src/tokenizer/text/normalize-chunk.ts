import {
  type CharacterRules,
  DROPPED,
  IN_WORD,
  normalizeCharacter,
  type NormalizedCharacter,
  PUNCTUATION,
  SPACE,
} from './normalize-character';

/** A word as WordPiece reads it. `starts` and `ends` say, for each of its UTF-16 units, which part of the chunk it was made of. */
export interface NormalizedWord {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** BERT's basic tokenizer: takes text apart into words, each cleaned, and where the rules say so, lowercase or without accents. */
export class ChunkNormalizer {
  readonly #rules: CharacterRules;
  readonly #characters = new Map<number, NormalizedCharacter>();

  constructor(rules: CharacterRules) {
    this.#rules = rules;
  }

  /** Splits a chunk into words. It may be any text, though the caller has already cut it where words surely end. */
  normalize(chunk: string): NormalizedWord[] {
    const words: NormalizedWord[] = [];
    let text = '';
    let starts: number[] = [];
    let ends: number[] = [];
    const endWord = () => {
      if (text !== '') words.push({ text, starts, ends });
      text = '';
      starts = [];
      ends = [];
    };
    let end = 0;
    for (const symbol of chunk) {
      const start = end;
      end += symbol.length;
      const character = this.#characterOf(symbol.codePointAt(0)!);
      if (character.standsAlone) endWord();
      for (const part of character.parts) {
        if (part.class !== IN_WORD) endWord();
        if (part.class === SPACE || part.class === DROPPED) continue;
        text += part.text;
        for (let unit = 0; unit < part.text.length; unit++) {
          starts.push(start);
          ends.push(end);
        }
        if (part.class === PUNCTUATION) endWord();
      }
      if (character.standsAlone) endWord();
    }
    endWord();
    return words;
  }

  /** Normalizes each character once, and keeps it; there are at most as many as in Unicode. */
  #characterOf(codePoint: number): NormalizedCharacter {
    let character = this.#characters.get(codePoint);
    if (!character) {
      character = normalizeCharacter(codePoint, this.#rules);
      this.#characters.set(codePoint, character);
    }
    return character;
  }
}
