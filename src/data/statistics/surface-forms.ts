import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';

/** Different forms held at a time; each costs about a hundred bytes. */
const MOST_FORMS = 200_000;

/** The words of an entity as they stand in the text, and how often they are an entity of one type. */
export interface SurfaceForm {
  text: string;
  count: number;
}

export interface FrequentForms {
  /** Most frequent first, equal ones by text. */
  train: SurfaceForm[];
  /** Forms in all splits together. */
  all: SurfaceForm[];
}

/** Occurrences by split, in the order of `SPLIT_NAMES`. */
type SplitCounts = [train: number, dev: number, test: number];

/**
 * Counts the surface forms of entities while sentences arrive, in bounded memory: when there are too many different ones, the rarest are forgotten,
 * so that a count may be too low by what its form had then (in the manner of the lossy counting of Manku and Motwani 2002).
 */
export class SurfaceFormTally {
  readonly #atMost: number;
  readonly #byLabel = new Map<string, Map<string, SplitCounts>>();
  #forms = 0;
  #shortfall = 0;

  constructor(atMost = MOST_FORMS) {
    this.#atMost = atMost;
  }

  /** Amount by which any count may be too low; 0 while nothing was forgotten. */
  get shortfall(): number {
    return this.#shortfall;
  }

  add(split: SplitName, { words, spans }: Sentence): void {
    for (const { start, end, label } of spans) {
      let forms = this.#byLabel.get(label);
      if (!forms) this.#byLabel.set(label, (forms = new Map<string, SplitCounts>()));
      const text = words.slice(start, end).join(' ');
      let counts = forms.get(text);
      if (!counts) {
        forms.set(text, (counts = [0, 0, 0]));
        this.#forms++;
      }
      counts[SPLIT_NAMES.indexOf(split)]!++;
      if (this.#forms > this.#atMost) this.#forgetRarest();
    }
  }

  /** Returns the forms of one type that occur most, at most `atMost`. */
  frequent(label: string, atMost: number): FrequentForms {
    const forms = [...(this.#byLabel.get(label) ?? [])];
    const ranked = (countOf: (counts: SplitCounts) => number) =>
      forms
        .map(([text, counts]) => ({ text, count: countOf(counts) }))
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
        .slice(0, atMost);
    return { train: ranked(([train]) => train), all: ranked(sum) };
  }

  /** Forgets the forms with the fewest occurrences until at most half are left. */
  #forgetRarest(): void {
    let fewest = 1;
    for (; this.#forms > this.#atMost / 2; fewest++) {
      for (const forms of this.#byLabel.values()) {
        for (const [text, counts] of forms) {
          if (sum(counts) > fewest) continue;
          forms.delete(text);
          this.#forms--;
        }
      }
    }
    this.#shortfall += fewest - 1;
  }
}

function sum([train, dev, test]: SplitCounts): number {
  return train + dev + test;
}
