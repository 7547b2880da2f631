import { exportOnnx } from '../../src/export/export-onnx';
import type { ModelMetadata } from '../../src/export/model-metadata';
import type { BertConfig } from '../../src/model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../../src/model/parameters';
import type { Weights } from '../../src/model/weights';
import { tinyMetadata } from '../export/tiny-bert';

/** A window of 14 pieces, so that texts of a few words are long. */
const config: BertConfig = {
  vocabularySize: 29,
  hidden: 6,
  layers: 1,
  heads: 2,
  intermediate: 4,
  maxPositions: 14,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0,
  attentionDropout: 0,
};

const tagOfLetter: Record<string, number> = { a: 1, b: 2, c: 3, d: 4 };

/**
 * A real BERT whose tags can be told by hand: a word's first letter decides, a B-PER, b I-PER, c B-LOC, d I-LOC, others O.
 *
 * Embeddings are one-hot at the tag, everything between adds nothing, the classifier reads the one-hot. Layer norm makes of a
 * one-hot in 6 dimensions √5 at the tag and -1/√5 elsewhere, so the tag's probability is 1 / (1 + 4 e^-(√5 + 1/√5)) = 0.7853.
 */
export const letterProbability = 1 / (1 + 4 * Math.exp(-(Math.sqrt(5) + 1 / Math.sqrt(5))));

export const letterMetadata: ModelMetadata = { ...tinyMetadata, config, maxPieces: 14 };

export async function letterTaggerFile(metadata = letterMetadata): Promise<File> {
  const { vocabulary, tags } = metadata;
  const weights: Weights = new Map();
  const shapes = [
    ...encoderParameterShapes(config),
    ...classifierParameterShapes(config, tags.length),
  ];
  for (const [key, shape] of shapes) {
    const size = shape.reduce((product, width) => product * width, 1);
    const data = new Float32Array(size).fill(key.endsWith('LayerNorm.weight') ? 1 : 0);
    weights.set(key, { shape, data });
  }
  const embeddings = weights.get('bert.embeddings.word_embeddings.weight')!.data;
  vocabulary.forEach((piece, id) => {
    embeddings[id * config.hidden + (tagOfLetter[piece] ?? 0)] = 1;
  });
  const classifier = weights.get('classifier.weight')!.data;
  tags.forEach((_, tag) => (classifier[tag * config.hidden + tag] = 1));
  return new File(await exportOnnx({ config, weights, metadata }), 'letters.onnx');
}
