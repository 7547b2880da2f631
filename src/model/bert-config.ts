import type { Activation } from '../engine/ops/activations';
import type { FamilyName } from './families';

/** The sizes of an encoder with BERT's layers: Hugging Face's `config.json` in our spelling (Devlin et al. 2019, §3). */
export interface BertConfig {
  /** Family of the encoder; absent, it is BERT. */
  family?: FamilyName;
  vocabularySize: number;
  /** Width of the embeddings where it is not `hidden`; a linear layer brings them to that (ELECTRA). */
  embeddingWidth?: number;
  hidden: number;
  layers: number;
  heads: number;
  /** Width of the feed-forward layer. */
  intermediate: number;
  /** Activation of the feed-forward layer; absent, it is `gelu`. */
  activation?: Activation;
  maxPositions: number;
  /** Entries of the position table in the encoder's folder that come before a sentence's first piece and are not read; absent, none (RoBERTa). */
  unusedPositions?: number;
  /** Token types; 0 where the family has none. */
  tokenTypes: number;
  layerNormEpsilon: number;
  hiddenDropout: number;
  attentionDropout: number;
}
