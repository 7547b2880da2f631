import { exportOnnx } from '../src/export/export-onnx';
import type { Weights } from '../src/model/weights';
import { TagSet } from '../src/ner/tag-set';
import { DEFAULT_RECIPE } from '../src/recipe/presets';
import { miniLm } from '../test/reference/model-shapes';

const labels = ['PER', 'LOC', 'ORG', 'MISC'];
const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const metadata = {
  tags: [...new TagSet(labels, 'IOB2').tags],
  labels,
  scheme: 'IOB2' as const,
  vocabulary: Array.from({ length: miniLm.vocabularySize }, (_, i) => specials[i] ?? `p${i}`),
  lowercase: true,
  maxPieces: 256,
  config: miniLm,
  card: {
    name: 'bench',
    createdAt: 0,
    encoder: 'random',
    corpus: 'none',
    corpusHash: '',
    recipe: DEFAULT_RECIPE,
  },
};

/** Writes weights of MiniLM's shapes as a model file of some 90 MB. */
export async function writeMiniLm(weights: Weights): Promise<Blob> {
  return new Blob(await exportOnnx({ config: miniLm, weights, metadata }));
}
