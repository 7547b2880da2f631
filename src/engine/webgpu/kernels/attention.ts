import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelAttributes, KernelInputs } from '../../ops/kernel-table';
import type { GpuKernel } from '../code/gpu-kernel';
import { registerGpuKernel } from '../device/register-gpu-kernel';
import { DROPOUT_FORMS, DROPOUT_FUNCTIONS, nameDropout } from './dropout-code';

/**
 * Lanes of a workgroup. Each takes one row and one head; a group takes 64 rows of one head.
 *
 * Attention is computed without its matrix of weights (Dao et al. 2022): a lane walks along its row's sentence and keeps a head's vectors in
 * registers. The gradient computes the weights again, from the logarithm of each row's sum. Lanes of neighbouring rows read the same rows at
 * the same time.
 */
const LANES = 64;

/** Constants that a kernel is made for. */
interface Variant {
  headWidth: number;
  hasDropout: boolean;
}

/** Writes the WGSL that treats a head's vector as several vec4f, the last one filled up with 0. */
const headCode = ({ headWidth, hasDropout }: Variant) => {
  const vectors = Math.ceil(headWidth / 4);
  const isVector = headWidth % 4 === 0;
  const each = (use: (i: number) => string) =>
    Array.from({ length: vectors }, (_, i) => use(i)).join(' ');
  const number = (tensor: string, at: string, i: number, c: number) =>
    4 * i + c < headWidth ? `${tensor}[${at} + ${4 * i + c}u]` : '0.0';
  const load = (tensor: string, at: string, i: number) =>
    isVector
      ? `get_${tensor}((${at}) / 4u + ${i}u)`
      : `vec4f(${[0, 1, 2, 3].map((c) => number(tensor, at, i, c)).join(', ')})`;
  const store = (tensor: string, at: string, i: number, value: string) =>
    isVector
      ? `set_${tensor}((${at}) / 4u + ${i}u, ${value});`
      : [0, 1, 2, 3]
          .filter((c) => 4 * i + c < headWidth)
          .map((c) => `${tensor}[${at} + ${4 * i + c}u] = (${value})[${c}];`)
          .join(' ');
  return {
    type: isVector ? ('vec4f or half' as const) : ('f32' as const),
    declare: (name: string) => each((i) => `var ${name}${i} = vec4f();`),
    load: (name: string, tensor: string, at: string) =>
      each((i) => `let ${name}${i} = ${load(tensor, at, i)};`),
    store: (tensor: string, at: string, name: string, factor = '') =>
      each((i) => store(tensor, at, i, `${name}${i}${factor}`)),
    dot: (a: string, b: string) =>
      `(${Array.from({ length: vectors }, (_, i) => `dot(${a}${i}, ${b}${i})`).join(' + ')})`,
    scale: (name: string, factor: string) => each((i) => `${name}${i} *= ${factor};`),
    add: (name: string, factor: string, vector: string) =>
      each((i) => `${name}${i} += ${factor} * ${vector}${i};`),
    /** Declarations of the lane's row and head, of where they stand, and of the sentence's first row and end. */
    begin: `
  let tiles = (numbers.rows + ${LANES - 1}u) / ${LANES}u;
  let row = (group % tiles) * ${LANES}u + lane;
  let head = (group / tiles) % numbers.heads;
  if (row >= numbers.rows) { return; }
  let hidden = numbers.heads * ${headWidth}u;
  let all = numbers.rows * hidden;
  let at = row * hidden + head * ${headWidth}u;
  let first = row - u32(table[3u * row]);
  let end = u32(table[3u * row + 1u]);
  ${hasDropout ? 'let headHash = chain(chain(numbers.dropoutKey, u32(table[3u * row + 2u])), head);' : ''}`,
    kept: (query: string, key: string) =>
      hasDropout ? `kept(chain(chain(headHash, ${query} - first), ${key} - first))` : '1.0',
  };
};

const shared = ({ hasDropout }: Variant) => ({
  tensors: { table: 'read i32' } as const,
  numbers: {
    ...({ rows: 'u32', heads: 'u32', scale: 'f32' } as const),
    ...(hasDropout ? DROPOUT_FORMS : {}),
  },
  functions: hasDropout ? DROPOUT_FUNCTIONS : '',
});

const variantName = ({ headWidth, hasDropout }: Variant) =>
  `${headWidth}${hasDropout ? ' dropout' : ''}`;

/** Makes the kernel of context = dropout(softmax(scale · q·kᵀ))·v, which also writes sums = log Σ exp(scale · q·kᵀ), f32[rows, heads]. */
const attentionKernel = (variant: Variant): GpuKernel => {
  const head = headCode(variant);
  const { tensors, ...rest } = shared(variant);
  return {
    name: 'attention',
    variant: variantName(variant),
    lanes: LANES,
    tensors: {
      ...({ qkv: `read ${head.type}`, context: `write ${head.type}`, sums: 'write f32' } as const),
      ...tensors,
    },
    ...rest,
    code: `
  ${head.begin}
  ${head.load('q', 'qkv', 'at')}
  ${head.declare('out')}
  var largest = -3.0e38;
  var sum = 0.0;
  for (var j = first; j < end; j++) {
    let other = j * hidden + head * ${variant.headWidth}u;
    ${head.load('k', 'qkv', '(all + other)')}
    let score = ${head.dot('q', 'k')} * numbers.scale;
    if (score > largest) {
      let shrink = exp(largest - score);
      sum *= shrink;
      ${head.scale('out', 'shrink')}
      largest = score;
    }
    let weight = exp(score - largest);
    sum += weight;
    ${head.load('v', 'qkv', '(2u * all + other)')}
    let used = weight * ${head.kept('row', 'j')};
    ${head.add('out', 'used', 'v')}
  }
  ${head.store('context', 'at', 'out', ' / sum')}
  sums[row * numbers.heads + head] = largest + log(sum);`,
  };
};

/**
 * Makes the kernel of dq = scale · dScore·k, where dScore = w · (m · dContext·vᵀ − delta), w are the weights, m is dropout's mask, and
 * delta = dContext · context. It also writes delta, f32[rows, heads], for the gradients of the keys.
 */
const queryGradientKernel = (variant: Variant): GpuKernel => {
  const head = headCode(variant);
  const { tensors, ...rest } = shared(variant);
  return {
    name: 'attentionQueryGradient',
    variant: variantName(variant),
    lanes: LANES,
    tensors: {
      ...({ qkv: `read ${head.type}`, context: `read ${head.type}` } as const),
      ...({ dContext: `read ${head.type}`, sums: 'read f32' } as const),
      ...({ dQkv: `write ${head.type}`, deltas: 'write f32' } as const),
      ...tensors,
    },
    ...rest,
    code: `
  ${head.begin}
  ${head.load('q', 'qkv', 'at')}
  ${head.load('g', 'dContext', 'at')}
  ${head.load('o', 'context', 'at')}
  let delta = ${head.dot('g', 'o')};
  let logSum = sums[row * numbers.heads + head];
  ${head.declare('dq')}
  for (var j = first; j < end; j++) {
    let other = j * hidden + head * ${variant.headWidth}u;
    ${head.load('k', 'qkv', '(all + other)')}
    ${head.load('v', 'qkv', '(2u * all + other)')}
    let weight = exp(${head.dot('q', 'k')} * numbers.scale - logSum);
    let dScore = weight * (${head.dot('g', 'v')} * ${head.kept('row', 'j')} - delta) * numbers.scale;
    ${head.add('dq', 'dScore', 'k')}
  }
  ${head.store('dQkv', 'at', 'dq')}
  deltas[row * numbers.heads + head] = delta;`,
  };
};

/**
 * Makes the kernel of dk = scale · Σ_queries dScore · q and dv = Σ_queries m · w · dContext. Half of the groups compute dk and half dv:
 * together they would not fit into a lane's registers.
 */
const keyGradientKernel = (variant: Variant): GpuKernel => {
  const head = headCode(variant);
  const { tensors, ...rest } = shared(variant);
  return {
    name: 'attentionKeyGradient',
    variant: variantName(variant),
    lanes: LANES,
    tensors: {
      ...({ qkv: `read ${head.type}`, dContext: `read ${head.type}` } as const),
      ...({ sums: 'read f32', deltas: 'read f32', dQkv: `write ${head.type}` } as const),
      ...tensors,
    },
    ...rest,
    code: `
  ${head.begin}
  ${head.load('k', 'qkv', '(all + at)')}
  if (group < tiles * numbers.heads) {
    ${head.load('v', 'qkv', '(2u * all + at)')}
    ${head.declare('dk')}
    for (var i = first; i < end; i++) {
      let other = i * hidden + head * ${variant.headWidth}u;
      ${head.load('q', 'qkv', 'other')}
      ${head.load('g', 'dContext', 'other')}
      let weight = exp(${head.dot('q', 'k')} * numbers.scale - sums[i * numbers.heads + head]);
      let dWeight = ${head.dot('g', 'v')} * ${head.kept('i', 'row')};
      let dScore = weight * (dWeight - deltas[i * numbers.heads + head]) * numbers.scale;
      ${head.add('dk', 'dScore', 'q')}
    }
    ${head.store('dQkv', '(all + at)', 'dk')}
  } else {
    ${head.declare('dv')}
    for (var i = first; i < end; i++) {
      let other = i * hidden + head * ${variant.headWidth}u;
      ${head.load('q', 'qkv', 'other')}
      ${head.load('g', 'dContext', 'other')}
      let weight = exp(${head.dot('q', 'k')} * numbers.scale - sums[i * numbers.heads + head]);
      let used = weight * ${head.kept('i', 'row')};
      ${head.add('dv', 'used', 'g')}
    }
    ${head.store('dQkv', '(2u * all + at)', 'dv')}
  }`,
  };
};

/** Makes a kernel for each variant that is met, once. */
function remember(make: (variant: Variant) => GpuKernel): (variant: Variant) => GpuKernel {
  const made = new Map<string, GpuKernel>();
  return (variant) => {
    const key = variantName(variant);
    if (!made.has(key)) made.set(key, make(variant));
    return made.get(key)!;
  };
}

const kernels = {
  attention: remember(attentionKernel),
  query: remember(queryGradientKernel),
  key: remember(keyGradientKernel),
};

export function registerGpuAttention(): void {
  registerGpuKernel('Attention', (backend, inputs, attributes) => {
    const [, rows, hidden] = inputs.qkv.shape as [number, number, number];
    const context = backend.allocate([rows, hidden]);
    const sums = backend.allocate([rows, attributes.heads]);
    const { variant, tensors, numbers, groups } = prepare(inputs, attributes);
    backend.dispatch(
      kernels.attention(variant),
      { ...tensors, qkv: inputs.qkv, context, sums },
      numbers,
      groups,
    );
    return [context, sums];
  });
  registerGpuKernel('AttentionGradient', (backend, inputs, attributes) => {
    const { qkv, dContext } = inputs;
    const [context, sums] = [inputs.context!, inputs.sums!]; // `Attention` above made both
    const { variant, tensors, numbers, groups } = prepare(inputs, attributes);
    const dQkv = backend.allocate(qkv.shape);
    const deltas = backend.allocate(sums.shape);
    const queryTensors = { ...tensors, qkv, context, dContext, sums, dQkv, deltas };
    backend.dispatch(kernels.query(variant), queryTensors, numbers, groups);
    const keyTensors = { ...tensors, qkv, dContext, sums, deltas, dQkv };
    backend.dispatch(kernels.key(variant), keyTensors, numbers, 2 * groups);
    backend.disposeData(deltas.dataId);
    return dQkv;
  });
}

/** Prepares what all three kernels take. */
function prepare(
  { qkv, table }: Pick<KernelInputs<'Attention', TensorInfo>, 'qkv' | 'table'>,
  { heads, rate, place }: KernelAttributes<'Attention'>,
) {
  const dropout = { rate, place };
  const [, rows, hidden] = qkv.shape as [number, number, number];
  const headWidth = hidden / heads;
  const hasDropout = rate > 0;
  return {
    variant: { headWidth, hasDropout },
    tensors: { table },
    numbers: { rows, heads, scale: 1 / Math.sqrt(headWidth), ...nameDropout(dropout) },
    groups: Math.ceil(rows / LANES) * heads,
  };
}
