import { type CharacterRules, SPACE, normalizeCharacter } from './normalize-character';

/** A text as BERT's normalizer leaves it. `starts` and `ends` say, for each of its UTF-16 units, which part of the text it was made of. */
export interface NormalizedText {
  text: string;
  starts: number[];
  ends: number[];
}

/**
 * Cleans a whole text as Hugging Face's `BertNormalizer` does, white space kept as spaces and ideographs set apart by spaces: what added
 * pieces are looked for in. Words are cut elsewhere, in one go with their normalization (`normalize-chunk.ts`).
 */
export function normalizeText(text: string, rules: CharacterRules): NormalizedText {
  const normalized: NormalizedText = { text: '', starts: [], ends: [] };
  const push = (part: string, start: number, end: number) => {
    normalized.text += part;
    for (let unit = 0; unit < part.length; unit++) {
      normalized.starts.push(start);
      normalized.ends.push(end);
    }
  };
  let end = 0;
  for (const symbol of text) {
    const start = end;
    end += symbol.length;
    const { parts, standsAlone } = normalizeCharacter(symbol.codePointAt(0)!, rules);
    if (standsAlone) push(' ', start, start);
    for (const part of parts) {
      if (part.class === SPACE) push(' ', start, end);
      else push(part.text, start, end);
    }
    if (standsAlone) push(' ', end, end);
  }
  return normalized;
}
