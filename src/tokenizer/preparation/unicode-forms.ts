import { staysWhole } from '../text/unicode-classes';
import type { AlignedText } from './aligned-text';
import { combiningClassOf } from './combining-classes';
import { TextChanges } from './text-changes';

export const UNICODE_FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;
export type UnicodeForm = (typeof UNICODE_FORMS)[number];

/** A character of a text in work: its class, and how many characters it takes the place of, as in `TextChanges`. */
interface Part {
  character: string;
  change: number;
  combiningClass: number;
}

/**
 * Brings a text into one of Unicode's normal forms (UAX #15), with the offsets of Hugging Face's Rust tokenizer: parts of a character stand for
 * all of it, and a mark that is put in order takes its change along, not its place.
 */
export function inUnicodeForm(own: AlignedText, form: UnicodeForm): AlignedText {
  // Only ASCII, which all forms leave as it is.
  if (/^[\0-\x7f]*$/.test(own.text)) return own;
  const decomposed = decompose(own.text, form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD');
  const parts = form === 'NFC' || form === 'NFKC' ? compose(decomposed) : decomposed;
  const changes = new TextChanges();
  for (const { character, change } of parts) changes.put(character, change);
  return changes.apply(own);
}

const DECOMPOSITIONS = {
  NFD: new Map<string, readonly Part[]>(),
  NFKD: new Map<string, readonly Part[]>(),
};

/** Takes a text apart; marks between two letters are put in the order of their classes. */
function decompose(text: string, form: 'NFD' | 'NFKD'): Part[] {
  const parts: Part[] = [];
  let ordered = 0;
  const order = () => {
    if (parts.length - ordered > 1) {
      const marks = parts.splice(ordered);
      parts.push(...marks.sort((a, b) => a.combiningClass - b.combiningClass));
    }
    ordered = parts.length;
  };
  for (const symbol of text) {
    for (const part of partsOf(symbol, form)) {
      if (part.combiningClass === 0) order();
      parts.push(part);
    }
  }
  order();
  return parts;
}

function partsOf(symbol: string, form: 'NFD' | 'NFKD'): readonly Part[] {
  const known = DECOMPOSITIONS[form].get(symbol);
  if (known) return known;
  const whole = symbol < '\x80' || staysWhole(symbol.codePointAt(0)!);
  const parts = Array.from(whole ? symbol : symbol.normalize(form), (character, i) => ({
    character,
    change: i === 0 ? 0 : 1,
    combiningClass: combiningClassOf(character.codePointAt(0)!),
  }));
  DECOMPOSITIONS[form].set(symbol, parts);
  return parts;
}

/** Puts letters and their marks together again where Unicode has one character for both. */
function compose(decomposed: readonly Part[]): Part[] {
  const parts: Part[] = [];
  /** Letter that marks may join, the marks behind it that did not, and the class of the last of these. */
  let letter: Part | undefined;
  let marks: Part[] = [];
  let lastClass: number | undefined;
  const end = () => {
    if (letter) parts.push(letter, ...marks);
    marks = [];
    lastClass = undefined;
  };
  for (const part of decomposed) {
    const { change, combiningClass } = part;
    if (!letter) {
      if (combiningClass === 0) letter = part;
      else parts.push(part);
      continue;
    }
    const isBlocked = lastClass !== undefined && lastClass >= combiningClass;
    const composed = isBlocked ? undefined : composedOf(letter.character, part.character);
    if (composed !== undefined) {
      letter = { character: composed, change: letter.change + change - 1, combiningClass: 0 };
    } else if (combiningClass === 0) {
      end();
      letter = part;
    } else {
      marks.push(part);
      lastClass = combiningClass;
    }
  }
  end();
  return parts;
}

const COMPOSITIONS = new Map<string, string | undefined>();

/** Finds the character that two are together; undefined where there is none. */
function composedOf(letter: string, mark: string): string | undefined {
  const pair = letter + mark;
  if (COMPOSITIONS.has(pair)) return COMPOSITIONS.get(pair);
  const [composed = '', ...more] = Array.from(pair.normalize('NFC'));
  const isOne = more.length === 0 && !staysWhole(composed.codePointAt(0)!);
  COMPOSITIONS.set(pair, isOne ? composed : undefined);
  return isOne ? composed : undefined;
}
