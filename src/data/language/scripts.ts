/** Names of the scripts that are told apart, as Unicode has them. */
const SCRIPT_NAMES = [
  ...['Latin', 'Cyrillic', 'Greek', 'Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul', 'Arabic'],
  ...['Hebrew', 'Devanagari', 'Bengali', 'Tamil', 'Telugu', 'Thai', 'Georgian', 'Armenian'],
] as const;

/** A script by its name in Unicode; `Other` stands for all that are not told apart. */
export type ScriptName = (typeof SCRIPT_NAMES)[number] | 'Other';

const PATTERNS = SCRIPT_NAMES.map(
  (name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const,
);
const ASCII_LETTERS = /^[\x20-\x7e]*$/;
const LETTER = /\p{L}/u;
/** Letters of several scripts, such as the mark that lengthens a vowel in kana. */
const SHARED = /\p{Script=Common}|\p{Script=Inherited}/u;

/** Finds the scripts of a word's letters, each once; signs, digits and marks are of none. */
export function scriptsOf(word: string): ScriptName[] {
  if (ASCII_LETTERS.test(word)) return /[A-Za-z]/.test(word) ? ['Latin'] : [];
  const found = new Set<ScriptName>();
  for (const character of word) {
    if (!LETTER.test(character) || SHARED.test(character)) continue;
    const known = PATTERNS.find(([, pattern]) => pattern.test(character));
    found.add(known?.[0] ?? 'Other');
  }
  return [...found];
}
