/** The sizes of a BERT encoder: Hugging Face's `config.json` in our spelling (Devlin et al. 2019, §3). */
export interface BertConfig {
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
