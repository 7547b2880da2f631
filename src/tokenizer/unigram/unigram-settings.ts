import type { TextPreparation } from '../preparation/text-preparation';

/** Scores and text preparation of a Unigram tokenizer: all that it has beside its pieces. */
export interface UnigramSettings extends TextPreparation {
  /** Natural logarithm of the probability of each of the model's own pieces, by their ids; added pieces behind them have none. */
  scores: Float64Array;
  /** Whether unknown characters become pieces of their bytes. */
  byteFallback: boolean;
}
