/** Counts and the three rates, each 0–1 (0 where the denominator is 0, as conlleval prints). */
export interface EntityScore {
  correct: number;
  predicted: number;
  gold: number;
  precision: number;
  recall: number;
  f1: number;
}

/** What one evaluation says; every figure counts the full gold, words beyond the window included. */
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
}
