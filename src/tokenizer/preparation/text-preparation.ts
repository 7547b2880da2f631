import type { JsonObject } from '../json-object';

/** Steps that a text goes through before a model cuts it into pieces. */
export interface TextPreparation {
  /** `normalizer` of `tokenizer.json`, as it stands there; null for none. */
  normalizer: JsonObject | null;
  /** `pre_tokenizer` of `tokenizer.json`, as it stands there; null for none. */
  preTokenizer: JsonObject | null;
}
