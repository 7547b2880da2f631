import type { Sentence } from '../../ner/sentence';

/** Counts of a split. */
export interface SplitStatistics {
  documents: number;
  sentences: number;
  words: number;
  entities: number;
  entitiesByLabel: Record<string, number>;
}

/** Counts a split while its sentences arrive. */
export class SplitCounter {
  #documents = 0;
  #sentences = 0;
  #words = 0;
  #entities = 0;
  readonly #byLabel = new Map<string, number>();

  add({ words, spans, startsDocument }: Sentence): void {
    if (startsDocument) this.#documents++;
    this.#sentences++;
    this.#words += words.length;
    this.#entities += spans.length;
    for (const { label } of spans) this.#byLabel.set(label, (this.#byLabel.get(label) ?? 0) + 1);
  }

  /** Returns the counts so far; labels in order of frequency. */
  statistics(): SplitStatistics {
    return {
      documents: this.#documents,
      sentences: this.#sentences,
      words: this.#words,
      entities: this.#entities,
      entitiesByLabel: Object.fromEntries(
        [...this.#byLabel].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
      ),
    };
  }
}

/** Counts sentences that are all in memory. */
export function countSplit(sentences: Iterable<Sentence>): SplitStatistics {
  const counter = new SplitCounter();
  for (const sentence of sentences) counter.add(sentence);
  return counter.statistics();
}
