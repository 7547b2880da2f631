import type { BertConfig } from '../../../src/model/bert-config';
import { tinyPieces } from '../../tokenizer/tiny-vocabulary';

/** Pieces of the small BERT: one fewer than it has rows for. */
export const smallPieces = tinyPieces('paris', '##s');

/** A small BERT as its `config.json` has it. */
export const smallSettings = {
  model_type: 'bert',
  vocab_size: 8,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 8,
  max_position_embeddings: 16,
};

/** The same as it is read. */
export const smallConfig: BertConfig = {
  vocabularySize: 8,
  hidden: 4,
  layers: 1,
  heads: 2,
  intermediate: 8,
  maxPositions: 16,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
