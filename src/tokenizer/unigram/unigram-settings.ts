import type { JsonObject } from '../json-object';

/** Scores and text preparation of a Unigram tokenizer: all that it has beside its pieces. */
export interface UnigramSettings {
  /** Natural logarithm of the probability of each of the model's own pieces, by their ids; added pieces behind them have none. */
  scores: Float64Array;
  /** Whether unknown characters become pieces of their bytes. */
  byteFallback: boolean;
  /** `normalizer` of `tokenizer.json`, as it stands there. */
  normalizer: JsonObject | null;
  /** `pre_tokenizer` of `tokenizer.json`, as it stands there. */
  preTokenizer: JsonObject | null;
}
