import type { EntitySpan } from './entity-span';
import { spansToTags, tagsToSpans, type TagScheme } from './tag-scheme';

/** Counts and the three rates, each 0–1 (0 where the denominator is 0, as conlleval prints). */
export interface EntityScore {
  correct: number;
  predicted: number;
  gold: number;
  precision: number;
  recall: number;
  f1: number;
}

/** Scores of one evaluation; every figure counts all gold entities, words beyond the window included. */
export interface ScoreReport {
  /** Entity scores over all labels: conlleval's overall line. */
  entity: EntityScore;
  byLabel: Record<string, EntityScore>;
  /** Tag F1: micro over tags other than O, word by word (what the study this grew from reported). */
  tagF1: number;
  /** Share of words whose tag is right. */
  tokenAccuracy: number;
  sentences: number;
  words: number;
  /** Words the window cut off, and the gold entities they cost. */
  wordsBeyondWindow: number;
  entitiesBeyondWindow: number;
  /** Words that a model's file cannot read, because its word table has no row of their pieces; absent where it reads all. */
  unreadableWords?: number;
}

interface Counts {
  correct: number;
  predicted: number;
  gold: number;
}

/**
 * Counts predictions against gold, sentence by sentence; entity scores equal conlleval's.
 *
 * A word beyond the window is missed in every score: its gold entity is not found, its gold tag not hit, and it is not
 * a right word even where its gold tag is O, for nobody tagged it.
 */
export class ScoreCounter {
  readonly #scheme: TagScheme;
  readonly #entities = new Map<string, Counts>();
  readonly #tags: Counts = { correct: 0, predicted: 0, gold: 0 };
  #rightWords = 0;
  #sentences = 0;
  #words = 0;
  #wordsBeyondWindow = 0;
  #entitiesBeyondWindow = 0;

  /** Tags are compared as `scheme` writes them, so tag F1 and token accuracy depend on it; entity scores do not. */
  constructor(scheme: TagScheme) {
    this.#scheme = scheme;
  }

  /**
   * Adds one sentence of `wordCount` words. `predictedTags` are the model's own, one a word of the window, legal or not;
   * the window holds the first `wordsInWindow` words.
   *
   * @throws RangeError where the window holds more words than there are words or predicted tags.
   */
  add(
    goldSpans: readonly EntitySpan[],
    wordCount: number,
    predictedTags: readonly string[],
    wordsInWindow = wordCount,
  ): void {
    if (wordsInWindow > wordCount || wordsInWindow > predictedTags.length) {
      throw new RangeError(
        `A window of ${wordsInWindow} words needs as many words and predicted tags; got ${wordCount} and ${predictedTags.length}.`,
      );
    }
    this.#countEntities(goldSpans, tagsToSpans(predictedTags.slice(0, wordsInWindow)));
    this.#countTags(spansToTags(goldSpans, wordCount, this.#scheme), predictedTags, wordsInWindow);
    this.#sentences++;
    this.#words += wordCount;
    this.#wordsBeyondWindow += wordCount - wordsInWindow;
    for (const { end } of goldSpans) if (end > wordsInWindow) this.#entitiesBeyondWindow++;
  }

  /** Returns the scores of everything added so far; labels in alphabetical order. */
  report(): ScoreReport {
    const labels = [...this.#entities].sort(([a], [b]) => (a < b ? -1 : 1));
    const overall: Counts = { correct: 0, predicted: 0, gold: 0 };
    for (const [, counts] of labels) {
      overall.correct += counts.correct;
      overall.predicted += counts.predicted;
      overall.gold += counts.gold;
    }
    return {
      entity: scoreOf(overall),
      byLabel: Object.fromEntries(labels.map(([label, counts]) => [label, scoreOf(counts)])),
      tagF1: scoreOf(this.#tags).f1,
      tokenAccuracy: ratio(this.#rightWords, this.#words),
      sentences: this.#sentences,
      words: this.#words,
      wordsBeyondWindow: this.#wordsBeyondWindow,
      entitiesBeyondWindow: this.#entitiesBeyondWindow,
    };
  }

  #countEntities(goldSpans: readonly EntitySpan[], predictedSpans: readonly EntitySpan[]): void {
    const goldByStart = new Map<number, EntitySpan>();
    for (const span of goldSpans) {
      this.#countsOf(span.label).gold++;
      goldByStart.set(span.start, span); // disjoint spans: one a start
    }
    for (const { start, end, label } of predictedSpans) {
      const counts = this.#countsOf(label);
      counts.predicted++;
      const gold = goldByStart.get(start);
      if (gold?.end === end && gold.label === label) counts.correct++;
    }
  }

  #countTags(
    goldTags: readonly string[],
    predictedTags: readonly string[],
    inWindow: number,
  ): void {
    for (const [word, goldTag] of goldTags.entries()) {
      if (goldTag !== 'O') this.#tags.gold++;
      if (word >= inWindow) continue;
      const predictedTag = predictedTags[word];
      if (predictedTag !== 'O') this.#tags.predicted++;
      if (predictedTag !== goldTag) continue;
      this.#rightWords++;
      if (goldTag !== 'O') this.#tags.correct++;
    }
  }

  #countsOf(label: string): Counts {
    let counts = this.#entities.get(label);
    if (!counts) this.#entities.set(label, (counts = { correct: 0, predicted: 0, gold: 0 }));
    return counts;
  }
}

function scoreOf({ correct, predicted, gold }: Counts): EntityScore {
  return {
    correct,
    predicted,
    gold,
    precision: ratio(correct, predicted),
    recall: ratio(correct, gold),
    f1: ratio(2 * correct, predicted + gold), // the harmonic mean of the two, without their rounding
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
