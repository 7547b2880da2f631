import { listSome, shorten } from '../../messages/shorten';

/**
 * Tells whether a word shows nothing: it consists of control, format and white space characters, and of marks without a letter
 * (U+FEFF, U+200B, a soft hyphen, a variation selector). BERT's text clean-up drops such words whole.
 */
export function isInvisible(word: string): boolean {
  const first = word.charCodeAt(0);
  if (first > 0x20 && first < 0x7f) return false; // most words, without a regular expression
  return /^[\p{C}\p{Z}\p{Mn}]+$/u.test(word);
}

/**
 * Control characters, zero-width spaces, byte order marks, marks of direction and soft hyphens: they hide inside a word and make it
 * another word than the one that is seen. Joiners and variation selectors, which scripts and emoji need, are not among them.
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff]/g;

/** Zero-width spaces, byte order marks and soft hyphens at either end of a text, which editors and copies leave there. */
const HIDDEN_EDGES = /^[\u00ad\u200b\u2060\ufeff]+|[\u00ad\u200b\u2060\ufeff]+$/g;

/** Code points that are listed of a word. */
const MOST_CODE_POINTS = 12;

/** Whatever shows nothing, or a blank that is not the one it seems to be. */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]/g;

/** Returns the characters of a word that show nothing; empty for most words. */
export function hiddenIn(word: string): string {
  return word.match(HIDDEN)?.join('') ?? '';
}

/** Returns a word without its hidden characters. */
export function withoutHidden(word: string): string {
  return word.replace(HIDDEN, '');
}

/** Returns a text without the hidden characters at its start and end. Inside they stay. */
export function withoutHiddenEdges(text: string): string {
  return text.replace(HIDDEN_EDGES, '').trim();
}

/** Returns a word's code points, of many the first ones: `U+FEFF U+200B`. */
export function codePointsOf(word: string): string {
  const codePoints = Array.from(
    word,
    (character) =>
      `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return listSome(codePoints, { most: MOST_CODE_POINTS, between: ' ' });
}

/** Puts a text in quotation marks for a message, cut to 60 characters, invisible characters named: `"B-PER[U+200B]"`. */
export function quote(text: string): string {
  const shown = shorten(text).replace(UNSEEN, (character) =>
    character === '\t' ? '[TAB]' : `[${codePointsOf(character)}]`,
  );
  return `"${shown}"`;
}
