import { LANGUAGE_OF_SCRIPT, LANGUAGES } from './frequent-words';
import type { ScriptName } from './scripts';

/** A language that a text looks like. */
export interface LanguageGuess {
  /** ISO 639-1. */
  code: string;
  /** English name. */
  name: string;
}

/** Share of the words that a language's frequent ones must make, each word counted in parts where several languages have it. */
const LEAST_SHARE = 0.05;
/** Lead over the language that fits next best: Danish and Norwegian share most of their frequent words. */
const LEAST_LEAD = 1.1;
/** Share of Japanese words that have kana at least; Chinese text has none. */
const KANA_SHARE = 0.05;

/** Counts frequent words of all languages while a text is read, and guesses its language. */
export class LanguageTally {
  readonly #hits = new Map<string, number>();
  #words = 0;

  /** Counts a word that has letters. */
  add(word: string): void {
    this.#words += 1;
    const folded = word.toLowerCase();
    const having = OWNERS.get(folded) ?? [];
    for (const code of having)
      this.#hits.set(code, (this.#hits.get(code) ?? 0) + 1 / having.length);
  }

  /**
   * Guesses the language of the words so far; undefined where no language fits, or two fit about as well.
   *
   * @param scripts words that have letters of each script
   */
  guess(scripts: ReadonlyMap<ScriptName, number>): LanguageGuess | undefined {
    const [main] = [...scripts].sort((a, b) => b[1] - a[1]);
    if (!main) return undefined;
    const kana = (scripts.get('Hiragana') ?? 0) + (scripts.get('Katakana') ?? 0);
    const isJapanese = kana > KANA_SHARE * this.#words && kana > (scripts.get('Latin') ?? 0);
    const ofScript = LANGUAGE_OF_SCRIPT[isJapanese ? 'Hiragana' : main[0]];
    if (ofScript) return { code: ofScript[0], name: ofScript[1] };
    const [best, next] = LANGUAGES.map(({ code, name }) => ({
      ...{ code, name, hits: this.#hits.get(code) ?? 0 },
    })).sort((a, b) => b.hits - a.hits);
    if (!best || best.hits < LEAST_SHARE * this.#words) return undefined;
    if (next && best.hits < LEAST_LEAD * next.hits) return undefined;
    return { code: best.code, name: best.name };
  }
}

/** Codes of the languages that have a word among their frequent ones. */
const OWNERS = new Map<string, string[]>();
for (const { code, words } of LANGUAGES)
  for (const word of words) OWNERS.set(word, [...(OWNERS.get(word) ?? []), code]);
