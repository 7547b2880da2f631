import type { Sentence } from '../../ner/sentence';
import { LanguageTally, type LanguageGuess } from './guess-language';
import { scriptsOf, type ScriptName } from './scripts';

/** Traits of a corpus' words that decide which encoder suits it. */
export interface WordTraits {
  /** Words that have letters. */
  words: number;
  /** Words that have letters of a script, by the script's name, the most frequent first. */
  scripts: Partial<Record<ScriptName, number>>;
  /** Language that the words look like; absent where none fits. */
  language?: LanguageGuess;
  /** Share of the words inside entities that begin with a capital, and of those outside; absent where no word could. */
  capitals?: { entities: number; others: number };
}

const CAPITAL = /^\P{L}*[\p{Lu}\p{Lt}]/u;
const CASED = /^\P{L}*[\p{Lu}\p{Lt}\p{Ll}]/u;

/** Gathers the traits of a corpus' words while its sentences arrive. */
export class WordTraitsTally {
  readonly #language = new LanguageTally();
  readonly #scripts = new Map<ScriptName, number>();
  #words = 0;
  /** Words that could begin with a capital, and those that do, outside of entities and inside. */
  readonly #cased: [others: number, entities: number] = [0, 0];
  readonly #capitals: [others: number, entities: number] = [0, 0];

  add({ words, spans }: Sentence): void {
    const isInEntity = new Uint8Array(words.length);
    for (const { start, end } of spans) isInEntity.fill(1, start, end);
    for (const [index, word] of words.entries()) {
      const scripts = scriptsOf(word);
      if (scripts.length === 0) continue;
      this.#words += 1;
      this.#language.add(word);
      for (const script of scripts) this.#scripts.set(script, (this.#scripts.get(script) ?? 0) + 1);
      // The first word of a sentence has its capital from there.
      if (index === 0 || !CASED.test(word)) continue;
      const inside = isInEntity[index] as 0 | 1;
      this.#cased[inside] += 1;
      if (CAPITAL.test(word)) this.#capitals[inside] += 1;
    }
  }

  /** Returns the traits of the words so far. */
  traits(): WordTraits {
    const language = this.#language.guess(this.#scripts);
    const [others, entities] = this.#cased.map((cased, inside) =>
      cased === 0 ? undefined : this.#capitals[inside as 0 | 1] / cased,
    );
    return {
      words: this.#words,
      scripts: Object.fromEntries([...this.#scripts].sort((a, b) => b[1] - a[1])),
      ...(language ? { language } : {}),
      ...(entities === undefined ? {} : { capitals: { entities, others: others ?? 0 } }),
    };
  }
}
