import {
  isDropped,
  isIdeograph,
  isNonspacingMark,
  isPunctuation,
  isWhiteSpace,
  staysWhole,
} from './unicode-classes';

export const DROPPED = 0;
export const SPACE = 1;
export const PUNCTUATION = 2;
export const IN_WORD = 3;
export type CharacterClass = typeof DROPPED | typeof SPACE | typeof PUNCTUATION | typeof IN_WORD;

/** One character of the text after normalization: the parts of its decomposition, lowercase, each with its class. */
export interface NormalizedCharacter {
  readonly parts: readonly { readonly text: string; readonly class: CharacterClass }[];
  /** True for Chinese ideographs: the parts are a word of their own. */
  readonly standsAlone: boolean;
}

/** Class of every ASCII character, by code. */
export const ASCII_CLASSES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code === 9 || code === 10 || code === 13 || code === 32) return SPACE;
  if (code < 32 || code === 127) return DROPPED;
  return /[A-Za-z0-9]/.test(String.fromCharCode(code)) ? IN_WORD : PUNCTUATION;
});

function classOf(codePoint: number): CharacterClass {
  if (codePoint < 128) return ASCII_CLASSES[codePoint] as CharacterClass;
  if (isPunctuation(codePoint)) return PUNCTUATION;
  return isWhiteSpace(codePoint) ? SPACE : IN_WORD;
}

/** Settings of BERT's basic tokenizer, which cleans a text in any case. */
export interface CharacterRules {
  lowercase: boolean;
  /** Whether characters are decomposed and lose their accents: where the file does not say, as `lowercase`. */
  stripAccents: boolean;
  /** Whether each Chinese ideograph is a word of its own; absent, it is. */
  chineseCharacters?: boolean;
}

/**
 * Cleans one character as BERT's basic tokenizer does: noise dropped, white space told, ideographs set apart, and, where the
 * rules say so, decomposed and stripped of accents, then lowercased (in this order, character by character: no final sigma).
 *
 * A lone surrogate is dropped, as U+FFFD is, which it becomes in UTF-8.
 */
export function normalizeCharacter(
  codePoint: number,
  { lowercase, stripAccents, chineseCharacters = true }: CharacterRules,
): NormalizedCharacter {
  const isLoneSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (
    codePoint < 128 ? ASCII_CLASSES[codePoint] === DROPPED : isLoneSurrogate || isDropped(codePoint)
  ) {
    return { parts: [], standsAlone: false };
  }
  const text = String.fromCodePoint(codePoint);
  const standsAlone = chineseCharacters && isIdeograph(codePoint);
  const stripped = stripAccents ? withoutAccents(text, codePoint) : [text];
  const own = lowercase ? stripped.flatMap((part) => [...part.toLowerCase()]) : stripped;
  const parts = own.map((part) => ({ text: part, class: classOf(part.codePointAt(0)!) }));
  return { parts, standsAlone };
}

function withoutAccents(text: string, codePoint: number): string[] {
  const decomposed = staysWhole(codePoint) ? text : text.normalize('NFD');
  return [...decomposed].filter((part) => !isNonspacingMark(part.codePointAt(0)!));
}
