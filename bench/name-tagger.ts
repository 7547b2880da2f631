import { exportOnnx } from '../src/export/export-onnx';
import type { ModelMetadata } from '../src/export/model-metadata';
import type { BertConfig } from '../src/model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../src/model/parameters';
import type { Weights } from '../src/model/weights';
import { SeededRandom } from '../src/random/seeded-random';
import { tinyMetadata } from '../test/export/tiny-bert';

const names = 'Ada Clara Tomas Amara Ingrid Fergus Antonia Mbeki Odette Ravi'.split(' ');
const places = 'Cork Vienna Bath Ghana Greenock York Dublin Malmö Porto Lagos'.split(' ');
const others = (
  'the a of in to and for on with from that was had not but which after before where train night letter river bridge ' +
  'house garden winter morning wrote left took met saw sold bought carried opened closed answered old new small great ' +
  'three seven twelve years days people water market paper window street evening story reason'
).split(' ');
const signs = ['.', ',', "'"];

const config: BertConfig = {
  vocabularySize: 5 + names.length + places.length + others.length + signs.length,
  hidden: 6,
  layers: 1,
  heads: 2,
  intermediate: 4,
  maxPositions: 128,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0,
  attentionDropout: 0,
};

/** A real model, as small as can be, that finds every name and place of the prose: one-hot embeddings at the tag, a classifier that reads them. */
export async function nameTagger(): Promise<Blob> {
  const metadata: ModelMetadata = {
    ...tinyMetadata,
    config,
    lowercase: false,
    maxPieces: 128,
    vocabulary: [
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      '[MASK]',
      ...names,
      ...places,
      ...others,
      ...signs,
    ],
    card: { ...tinyMetadata.card, recipe: { ...tinyMetadata.card.recipe, maxPieces: 128 } },
  };
  const weights: Weights = new Map();
  const shapes = [
    ...encoderParameterShapes(config),
    ...classifierParameterShapes(config, metadata.tags.length),
  ];
  for (const [key, shape] of shapes) {
    const size = shape.reduce((product, width) => product * width, 1);
    const data = new Float32Array(size).fill(key.endsWith('LayerNorm.weight') ? 1 : 0);
    weights.set(key, { shape, data });
  }
  const embeddings = weights.get('bert.embeddings.word_embeddings.weight')!.data;
  metadata.vocabulary.forEach((piece, id) => {
    const tag = names.includes(piece) ? 1 : places.includes(piece) ? 3 : 0;
    embeddings[id * config.hidden + tag] = 1;
  });
  const classifier = weights.get('classifier.weight')!.data;
  metadata.tags.forEach((_, tag) => (classifier[tag * config.hidden + tag] = 1));
  return new Blob(await exportOnnx({ config, weights, metadata }));
}

/** Draws prose of so many characters: every sixth word is a name or a place, sentences have some twelve words. */
export function drawProse(length: number, sentenceEnd: string): string {
  const random = new SeededRandom(15);
  const pick = (words: readonly string[]) => words[random.nextBelow(words.length)]!;
  const sentences: string[] = [];
  for (let size = 0; size < length;) {
    const words = Array.from({ length: 12 }, (_, i) =>
      i % 6 === 5 ? pick(random.nextBelow(2) === 0 ? names : places) : pick(others),
    );
    const sentence = `${words.join(' ')}.${sentenceEnd}`;
    sentences.push(sentence);
    size += sentence.length;
  }
  return sentences.join('').slice(0, length).trimEnd();
}
