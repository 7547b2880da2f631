import type { TensorInfo } from '@tensorflow/tfjs-core';
import { defineKernel } from '../webgpu/gpu-kernel';
import { addsGradients, registerGpuKernel } from './webgpu-kernel';

const LANES = 64;

/** y[row] = words[pieceId] + positions[place] + tokenTypes[0]. A group takes 64 columns of a row. */
const embedKernel = defineKernel({
  name: 'embed',
  lanes: LANES,
  tensors: {
    words: 'read f32',
    positions: 'read f32',
    tokenTypes: 'read f32',
    pieceIds: 'read i32',
    table: 'read i32',
    y: 'write f32',
  },
  numbers: { hidden: 'u32', bands: 'u32' },
  code: `
  let row = group / numbers.bands;
  let column = (group % numbers.bands) * ${LANES}u + lane;
  if (column >= numbers.hidden) { return; }
  let word = u32(pieceIds[row]) * numbers.hidden + column;
  let position = u32(table[3u * row]) * numbers.hidden + column;
  y[row * numbers.hidden + column] = words[word] + positions[position] + tokenTypes[column];`,
});

/**
 * The gradient of all three tables, each number a sum in the order of the rows, so that runs repeat bit for bit: rows of one word piece
 * are listed behind each other; a position's row in a sentence follows from where the sentence starts; the first token type takes all rows.
 *
 * A group takes 64 columns of one entry: of words first, then of positions, then of token types. `adds`: to what stands there.
 */
const gradientKernel = defineKernel({
  name: 'embedGradient',
  lanes: LANES,
  tensors: {
    dy: 'read f32',
    pieceStarts: 'read i32',
    pieceRows: 'read i32',
    sentenceStarts: 'read i32',
    dWords: 'write f32',
    dPositions: 'write f32',
    dTokenTypes: 'write f32',
  },
  numbers: {
    ...({ rows: 'u32', hidden: 'u32', bands: 'u32', words: 'u32' } as const),
    ...({ positions: 'u32', sentences: 'u32', adds: 'u32' } as const),
  },
  code: `
  let column = (group % numbers.bands) * ${LANES}u + lane;
  if (column >= numbers.hidden) { return; }
  var entry = group / numbers.bands;
  var sum = 0.0;
  let adds = numbers.adds == 1u;
  if (entry < numbers.words) {
    let at = entry * numbers.hidden + column;
    for (var i = pieceStarts[entry]; i < pieceStarts[entry + 1u]; i++) {
      sum += dy[u32(pieceRows[i]) * numbers.hidden + column];
    }
    dWords[at] = select(sum, dWords[at] + sum, adds);
    return;
  }
  entry -= numbers.words;
  if (entry < numbers.positions) {
    let at = entry * numbers.hidden + column;
    for (var i = 0u; i < numbers.sentences; i++) {
      let row = u32(sentenceStarts[i]) + entry;
      if (row < u32(sentenceStarts[i + 1u])) { sum += dy[row * numbers.hidden + column]; }
    }
    dPositions[at] = select(sum, dPositions[at] + sum, adds);
    return;
  }
  entry -= numbers.positions;
  let at = entry * numbers.hidden + column;
  if (entry == 0u) {
    for (var row = 0u; row < numbers.rows; row++) { sum += dy[row * numbers.hidden + column]; }
  }
  dTokenTypes[at] = select(sum, dTokenTypes[at] + sum, adds);`,
});

type Tables = Record<'words' | 'positions' | 'tokenTypes', TensorInfo>;

export function registerGpuEmbedding(): void {
  registerGpuKernel<Tables & Record<'pieceIds' | 'table', TensorInfo>>(
    'Embed',
    (backend, inputs) => {
      const rows = inputs.pieceIds.shape[0]!;
      const hidden = inputs.words.shape[1]!;
      const bands = Math.ceil(hidden / LANES);
      const y = backend.allocate([rows, hidden]);
      backend.dispatch(embedKernel, { ...inputs, y }, { hidden, bands }, rows * bands);
      return y;
    },
  );
  registerGpuKernel<
    Record<'dy' | 'pieceStarts' | 'pieceRows' | 'sentenceStarts', TensorInfo>,
    Record<'words' | 'positions' | 'tokenTypes', number>
  >('EmbedGradient', (backend, inputs, { words, positions, tokenTypes }) => {
    const [rows, hidden] = inputs.dy.shape as [number, number];
    const bands = Math.ceil(hidden / LANES);
    const dWords = backend.allocate([words, hidden]);
    const dPositions = backend.allocate([positions, hidden]);
    const dTokenTypes = backend.allocate([tokenTypes, hidden]);
    const sentences = inputs.sentenceStarts.shape[0]! - 1;
    backend.dispatch(
      gradientKernel,
      { ...inputs, dWords, dPositions, dTokenTypes },
      { rows, hidden, bands, words, positions, sentences, adds: addsGradients },
      (words + positions + tokenTypes) * bands,
    );
    return [dWords, dPositions, dTokenTypes];
  });
}
