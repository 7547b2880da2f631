import type { ModelMetadata } from '../../src/export/model-metadata';
import type { BertConfig } from '../../src/model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../../src/model/parameters';
import type { Weights } from '../../src/model/weights';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';

/** The sizes of test/reference/python/make-onnx-golden.py. */
export const tinyConfig: BertConfig = {
  vocabularySize: 29,
  hidden: 12,
  layers: 2,
  heads: 3,
  intermediate: 20,
  maxPositions: 11,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};

const letters = [...'abcdefghijkl'];

/** A vocabulary in which every word of the letters a to l is one piece a letter. */
export const tinyVocabulary = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...letters,
  ...letters.map((letter) => `##${letter}`),
];

export const tinyMetadata: ModelMetadata = {
  tags: ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC'],
  labels: ['PER', 'LOC'],
  scheme: 'IOB2',
  vocabulary: tinyVocabulary,
  lowercase: true,
  maxPieces: 11,
  config: tinyConfig,
  card: {
    name: 'Köln 🙂',
    createdAt: 1_750_000_000_000,
    encoder: 'tiny',
    corpus: 'letters',
    corpusHash: '00ff',
    recipe: { ...DEFAULT_RECIPE, maxPieces: 11, dropout: 0.2 },
    dev: {
      entity: { correct: 1, predicted: 2, gold: 3, precision: 0.5, recall: 1 / 3, f1: 0.4 },
      // As a computed key it is a label; as `__proto__:` it would be the prototype.
      byLabel: {
        ['__proto__']: { correct: 1, predicted: 2, gold: 3, precision: 0.5, recall: 0.25, f1: 0.4 },
      },
      tagF1: 0.5,
      tokenAccuracy: 0.75,
      sentences: 2,
      words: 9,
      wordsBeyondWindow: 0,
      entitiesBeyondWindow: 0,
    },
  },
};

/** The weights of test/reference/python/make-onnx-golden.py: a formula of whole numbers, exact on both sides. */
export function formulaWeights(config: BertConfig, tagCount: number): Weights {
  const weights: Weights = new Map();
  const shapes = [
    ...encoderParameterShapes(config),
    ...classifierParameterShapes(config, tagCount),
  ];
  shapes.forEach(([key, shape], k) => {
    const size = shape.reduce((product, width) => product * width, 1);
    const centre = key.endsWith('LayerNorm.weight') ? 1 : 0;
    const data = Float32Array.from({ length: size }, (_, i) => {
      const whole = ((i + 1) * 2654435769 + k * 1589137900) % 2 ** 32;
      return (whole / 2 ** 32 - 0.5) * 1.5 + centre;
    });
    weights.set(key, { shape, data });
  });
  return weights;
}
