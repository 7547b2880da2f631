import type { TensorInfo } from '@tensorflow/tfjs-core';
import { defineKernel, isFourfold, type GpuKernel } from '../code/gpu-kernel';
import { addsGradients } from '../code/kernel-numbers';
import { registerGpuKernel } from '../device/register-gpu-kernel';

const LANES = 64;
/** Columns of a group that sums over all rows: so many lanes read side by side, and the group's other lanes take other rows. */
const ACROSS = 8;
const DOWN = LANES / ACROSS;

/**
 * Makes the kernel of y[row] = words[pieceId − first] + positions[place] + tokenTypes[0] where the row's piece is one of the table's `entries`
 * from `first` on; without token types, of the sum of the other two. A group takes 64 columns of a row.
 */
const embedKernel = (hasTokenTypes: boolean): GpuKernel => ({
  name: 'embed',
  variant: hasTokenTypes ? 'token types' : '',
  lanes: LANES,
  tensors: {
    words: 'read f32',
    positions: 'read f32',
    ...(hasTokenTypes ? ({ tokenTypes: 'read f32' } as const) : {}),
    pieceIds: 'read i32',
    table: 'read i32',
    y: 'write f32',
  },
  numbers: { hidden: 'u32', bands: 'u32', first: 'u32', entries: 'u32' },
  code: `
  let row = group / numbers.bands;
  let column = (group % numbers.bands) * ${LANES}u + lane;
  if (column >= numbers.hidden) { return; }
  let entry = u32(pieceIds[row]) - numbers.first; // wraps around below the first
  if (entry >= numbers.entries) { return; }
  let word = entry * numbers.hidden + column;
  let position = u32(table[3u * row]) * numbers.hidden + column;
  y[row * numbers.hidden + column] = words[word] + positions[position]${hasTokenTypes ? ' + tokenTypes[column]' : ''};`,
});

const embedKernels = { withTokenTypes: embedKernel(true), withoutTokenTypes: embedKernel(false) };

type Element = 'f32' | 'vec4f';

/**
 * Makes the kernel of the gradient of words and positions. Each number is a sum in the order of the rows, so that runs repeat bit for bit: rows
 * of one word piece are listed behind each other, and a position's row in a sentence follows from where the sentence starts.
 *
 * Each lane takes an element, which is a number or a vector: first those of the words from `first` on, then those of the positions. `width` is
 * in elements. Where `adds` is 1, sums are added to what stands there.
 */
const gradientKernel = (element: Element) =>
  defineKernel({
    name: 'embedGradient',
    variant: element,
    lanes: LANES,
    tensors: {
      dy: `read ${element}`,
      pieceStarts: 'read i32',
      pieceRows: 'read i32',
      sentenceStarts: 'read i32',
      dWords: `write ${element}`,
      dPositions: `write ${element}`,
    },
    numbers: {
      ...({ width: 'u32', words: 'u32', first: 'u32' } as const),
      ...({ positions: 'u32', sentences: 'u32', adds: 'u32' } as const),
    },
    code: `
  let adds = numbers.adds == 1u;
  let at = group * ${LANES}u + lane;
  let entry = at / numbers.width;
  let column = at % numbers.width;
  var sum = ${element}();
  if (entry < numbers.words) {
    let piece = numbers.first + entry;
    for (var i = pieceStarts[piece]; i < pieceStarts[piece + 1u]; i++) {
      sum += dy[u32(pieceRows[i]) * numbers.width + column];
    }
    dWords[at] = select(sum, dWords[at] + sum, adds);
  } else if (entry < numbers.words + numbers.positions) {
    let position = entry - numbers.words;
    for (var i = 0u; i < numbers.sentences; i++) {
      let row = u32(sentenceStarts[i]) + position;
      if (row < u32(sentenceStarts[i + 1u])) { sum += dy[row * numbers.width + column]; }
    }
    let to = position * numbers.width + column;
    dPositions[to] = select(sum, dPositions[to] + sum, adds);
  }`,
  });

/**
 * Makes the kernel of the token types' gradient; all rows have the first type. A group takes a few columns of one type, and its lanes share the
 * rows.
 *
 * It is not a part of the kernel above because lanes wait for each other here: in such a kernel a software adapter is slow at every group.
 */
const typeGradientKernel = (element: Element) =>
  defineKernel({
    name: 'embedTypeGradient',
    variant: element,
    lanes: LANES,
    tensors: { dy: `read ${element}`, dTokenTypes: `write ${element}` },
    numbers: { rows: 'u32', width: 'u32', bands: 'u32', adds: 'u32' },
    functions: `var<workgroup> sums: array<${element}, ${LANES}>;`,
    code: `
  let tokenType = group / numbers.bands;
  let column = (group % numbers.bands) * ${ACROSS}u + lane % ${ACROSS}u;
  var sum = ${element}();
  if (tokenType == 0u && column < numbers.width) {
    for (var row = lane / ${ACROSS}u; row < numbers.rows; row += ${DOWN}u) {
      sum += dy[row * numbers.width + column];
    }
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane >= ${ACROSS}u || column >= numbers.width) { return; }
  for (var other = lane + ${ACROSS}u; other < ${LANES}u; other += ${ACROSS}u) { sum += sums[other]; }
  let at = tokenType * numbers.width + column;
  dTokenTypes[at] = select(sum, dTokenTypes[at] + sum, numbers.adds == 1u);`,
  });

const gradientKernels = {
  f32: { entries: gradientKernel('f32'), types: typeGradientKernel('f32') },
  vec4f: { entries: gradientKernel('vec4f'), types: typeGradientKernel('vec4f') },
};

/** Picks the parts of the table of words, in order: `words`, `words1`, `words2`. */
function partsOf<Part>(named: object): Part[] {
  const isPart = (name: string) => /^words\d*$/.test(name);
  return Object.entries(named as Readonly<Record<string, Part>>).flatMap(([name, part]) =>
    isPart(name) ? [part] : [],
  );
}

/** Calls `run` for each part of the table of words, with the number of entries before it. */
function eachPart(entries: readonly number[], run: (part: number, first: number) => void): void {
  let first = 0;
  entries.forEach((count, part) => {
    run(part, first);
    first += count;
  });
}

export function registerGpuEmbedding(): void {
  registerGpuKernel('Embed', (backend, inputs) => {
    const rows = inputs.pieceIds.shape[0]!;
    const hidden = inputs.words.shape[1]!;
    const bands = Math.ceil(hidden / LANES);
    const y = backend.allocate([rows, hidden]);
    const parts = partsOf<TensorInfo>(inputs);
    const entries = parts.map(({ shape }) => shape[0]!);
    const kernel = embedKernels[inputs.tokenTypes ? 'withTokenTypes' : 'withoutTokenTypes'];
    eachPart(entries, (part, first) =>
      backend.dispatch(
        kernel,
        { ...inputs, words: parts[part]!, y },
        { hidden, bands, first, entries: entries[part]! },
        rows * bands,
      ),
    );
    return y;
  });
  registerGpuKernel('EmbedGradient', (backend, inputs, attributes) => {
    const { positions, tokenTypes } = attributes;
    const allPositions = positions!;
    const [rows, hidden] = inputs.dy.shape as [number, number];
    const kernels = gradientKernels[isFourfold(hidden) ? 'vec4f' : 'f32'];
    const width = isFourfold(hidden) ? hidden / 4 : hidden;
    const entries = partsOf<number>(attributes);
    const dParts = entries.map((count) => backend.allocate([count, hidden]));
    const dPositions = backend.allocate([allPositions, hidden]);
    const { dy, ...occurrences } = inputs;
    const sentences = inputs.sentenceStarts.shape[0]! - 1;
    eachPart(entries, (part, first) => {
      const words = entries[part]!;
      const positions = part === 0 ? allPositions : 0; // they go with the first part
      backend.dispatch(
        kernels.entries,
        { dy, ...occurrences, dWords: dParts[part]!, dPositions },
        { width, words, first, positions, sentences, adds: addsGradients },
        Math.ceil(((words + positions) * width) / LANES),
      );
    });
    const [dWords, ...dMoreWords] = dParts;
    if (tokenTypes === undefined) return [dWords!, dPositions, ...dMoreWords];
    const dTokenTypes = backend.allocate([tokenTypes, hidden]);
    const bands = Math.ceil(width / ACROSS);
    backend.dispatch(
      kernels.types,
      { dy, dTokenTypes },
      { rows, width, bands, adds: addsGradients },
      tokenTypes * bands,
    );
    return [dWords!, dPositions, dTokenTypes, ...dMoreWords];
  });
}
