import type { JsonObject } from '../json-object';
import { normalizeCharacter, SPACE } from '../text/normalize-character';
import { isIdeograph, isNonspacingMark } from '../text/unicode-classes';
import type { AlignedText } from './aligned-text';
import type { NormalizerStep } from './normalizer-step';
import { flagOf } from './read-steps';
import { filtered, lowercased, TextChanges } from './text-changes';
import { inUnicodeForm } from './unicode-forms';

/** Makes BERT's normalizer: noise dropped, white space made spaces, ideographs set apart by spaces, accents stripped, letters made small. */
export function bertNormalizer(step: JsonObject): NormalizerStep {
  const [isCleaned, isSpaced, isLower] = ['clean_text', 'handle_chinese_chars', 'lowercase'].map(
    (key) => flagOf(step, key, true),
  );
  const isStripped = flagOf(step, 'strip_accents', isLower!);
  return {
    isLocal: true,
    apply(text) {
      let own = text;
      if (isCleaned) own = cleaned(own);
      if (isSpaced) own = withSpaces(own);
      if (isStripped) own = filtered(inUnicodeForm(own, 'NFD'), isNoAccent);
      return isLower ? lowercased(own) : own;
    },
  };
}

function cleaned(own: AlignedText): AlignedText {
  const kept = filtered(own, (codePoint) => partOf(codePoint) !== undefined);
  const changes = new TextChanges();
  for (const character of kept.text) {
    changes.keep(partOf(character.codePointAt(0)!)?.class === SPACE ? ' ' : character);
  }
  return changes.apply(kept);
}

/** Finds what a character is as a cased BERT cleans it; undefined where it is dropped. */
function partOf(codePoint: number) {
  return normalizeCharacter(codePoint, { lowercase: false, stripAccents: false }).parts[0];
}

function withSpaces(own: AlignedText): AlignedText {
  const changes = new TextChanges();
  for (const character of own.text) {
    const isApart = isChinese(character.codePointAt(0)!);
    if (isApart) changes.put(' ', 0);
    changes.put(character, isApart ? 1 : 0);
    if (isApart) changes.put(' ', 1);
  }
  return changes.apply(own);
}

function isChinese(codePoint: number): boolean {
  return codePoint >= 0x80 && isIdeograph(codePoint);
}

function isNoAccent(codePoint: number): boolean {
  return codePoint < 0x80 || !isNonspacingMark(codePoint);
}
