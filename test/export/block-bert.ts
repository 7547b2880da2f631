import type { TrainedBlocks } from '../../src/export/write-word-blocks';
import type { ModelMetadata } from '../../src/export/model-metadata';
import type { BertConfig } from '../../src/model/bert-config';
import { f16ToF32, f32ToF16 } from '../../src/model/half-precision';
import { WORD_TABLE_KEY } from '../../src/model/word-table';
import type { Weights } from '../../src/model/weights';
import { SeededRandom } from '../../src/random/seeded-random';
import { seededNormal } from '../../src/random/seeded-normal';
import { formulaWeights, tinyMetadata } from './tiny-bert';

const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i));
const cyrillic = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0x430 + i));
const han = Array.from({ length: 40 }, (_, i) => String.fromCharCode(0x4e00 + i));

/** Pieces of three scripts; the words of a letter each are one piece, as a Chinese character is by itself. */
export const blockVocabulary = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...letters,
  ...cyrillic,
  ...han,
  ...letters.flatMap((first) => letters.slice(0, 6).map((second) => `${first}${second}`)),
  ...letters.map((letter) => `##${letter}`),
];

export const blockConfig: BertConfig = {
  vocabularySize: blockVocabulary.length + 3, // as in the multilingual encoder, more rows than pieces
  hidden: 64,
  layers: 2,
  heads: 4,
  intermediate: 96,
  maxPositions: 24,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0,
  attentionDropout: 0,
};

export const blockMetadata: ModelMetadata = {
  ...tinyMetadata,
  vocabulary: blockVocabulary,
  maxPieces: 24,
  config: blockConfig,
};

/** Says whether a piece is of a script whose shard was not fetched. */
const isAbsent = (piece: string): boolean => /[\u0400-\u04ff]|\p{Script=Han}/u.test(piece);

/** Table of random blocks with the rows of the Latin pieces, in an order of their own, and two rows that training changed. */
export function randomBlocks(
  changedPieces: readonly string[] = ['a', '##k'],
  { vocabularySize: pieces, hidden } = blockConfig,
): TrainedBlocks {
  const random = new SeededRandom(16);
  const present = blockVocabulary.flatMap((piece, id) => (isAbsent(piece) ? [] : [id]));
  const rowOf = new Int32Array(pieces).fill(-1);
  present.forEach((id, i) => (rowOf[id] = present.length - 1 - i));
  const numbers = present.length * hidden;
  const nibbles = Uint8Array.from({ length: numbers / 2 }, () => random.nextBelow(256));
  const scales = f32ToF16(seededNormal(numbers / 32, 0.05, 17)); // some of them negative
  const ids = Int32Array.from(changedPieces, (piece) => blockVocabulary.indexOf(piece));
  const rows = seededNormal(ids.length * hidden, 0.7, 18);
  return { table: { nibbles, scales, rowOf }, changed: { ids, rows }, shards: ['latin'] };
}

/** Weights of a formula, but for the word table. */
export const blockWeights: Weights = formulaWeights(blockConfig, tinyMetadata.tags.length);

/** The same weights with the whole word table in f32, by plain loops; rows that are not there hold `absent`. */
export function expandedWeights({ table, changed }: TrainedBlocks, absent = 0): Weights {
  const { vocabularySize: pieces, hidden } = blockConfig;
  const { nibbles, scales, rowOf } = table;
  const factors = f16ToF32(scales);
  const data = new Float32Array(pieces * hidden).fill(absent);
  rowOf.forEach((row, id) => {
    for (let i = 0; row >= 0 && i < hidden; i++) {
      const block = Math.floor(i / 32);
      const byte = nibbles[(row * hidden) / 2 + 16 * block + (i % 16)]!;
      const nibble = i % 32 < 16 ? byte & 15 : byte >> 4;
      data[id * hidden + i] = (nibble - 8) * factors[(row * hidden) / 32 + block]!;
    }
  });
  changed.ids.forEach((id, i) =>
    data.set(changed.rows.subarray(i * hidden, (i + 1) * hidden), id * hidden),
  );
  return new Map(blockWeights).set(WORD_TABLE_KEY, { shape: [pieces, hidden], data });
}
