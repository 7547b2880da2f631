import { sizeAt } from '../preparation/aligned-text';
import { classOfCodePoint, WHITE_SPACE } from './character-classes';

const SPACE = 0x20;
const APOSTROPHE = 0x27;
/** English endings that are words of their own behind an apostrophe, in small letters only. */
const ENDINGS = ['s', 't', 're', 've', 'm', 'll', 'd'];

/**
 * Finds the end of the word that begins at `from`, as GPT-2's pattern cuts a text (Radford et al. 2019):
 *
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * A space belongs to the word behind it; of several, the last one does.
 *
 * @param text without lone surrogates; it has a character at `from`.
 */
export function endOfWord(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === APOSTROPHE) {
    const ending = ENDINGS.find((letters) => text.startsWith(letters, from + 1));
    if (ending !== undefined) return from + 1 + ending.length;
  }
  const own = classAt(text, from);
  if (own !== WHITE_SPACE) return endOfRun(text, from, own);
  const next = from + 1 < text.length ? classAt(text, from + 1) : WHITE_SPACE;
  if (first === SPACE && next !== WHITE_SPACE) return endOfRun(text, from + 1, next);
  // All white space is in the basic plane, a unit a character.
  const end = endOfRun(text, from, WHITE_SPACE);
  return end === text.length || end === from + 1 ? end : end - 1;
}

function endOfRun(text: string, from: number, characterClass: number): number {
  let at = from;
  while (at < text.length && classAt(text, at) === characterClass) at += sizeAt(text, at);
  return at;
}

function classAt(text: string, at: number): number {
  return classOfCodePoint(text.codePointAt(at)!);
}
