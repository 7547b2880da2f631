import type { FamilyName } from './families';

/** The sizes of an encoder with BERT's layers: Hugging Face's `config.json` in our spelling (Devlin et al. 2019, §3). */
export interface BertConfig {
  /** Family of the encoder; absent, it is BERT. */
  family?: FamilyName;
  vocabularySize: number;
  hidden: number;
  layers: number;
  heads: number;
  /** Width of the feed-forward layer. */
  intermediate: number;
  maxPositions: number;
  tokenTypes: number;
  layerNormEpsilon: number;
  hiddenDropout: number;
  attentionDropout: number;
}
