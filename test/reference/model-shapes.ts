import type { BertConfig } from '../../src/model/bert-config';

/** all-MiniLM-L6-v2's shape, as its config.json has it: 22.7 million parameters. */
export const miniLm: BertConfig = {
  vocabularySize: 30_522,
  hidden: 384,
  layers: 6,
  heads: 12,
  intermediate: 1536,
  maxPositions: 512,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};

/** bert-base-uncased's: 109 million parameters. */
export const bertBase: BertConfig = { ...miniLm, hidden: 768, layers: 12, intermediate: 3072 };

/** bert-base-multilingual-cased's: 178 million parameters. */
export const mBert: BertConfig = { ...bertBase, vocabularySize: 119_547 };
