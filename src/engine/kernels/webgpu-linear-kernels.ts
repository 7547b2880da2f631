import { defineKernel, type BindingForm } from '../webgpu/gpu-kernel';
import type { Epilogue } from '../webgpu/fold-epilogues';
import {
  addProduct,
  beginTile,
  eachSum,
  loadFunction,
  storeFunction,
  TILE_LANES,
  type MatrixCode,
} from '../webgpu/product-tile';
import { geluFunctions } from './webgpu-elementwise';

// The products of a linear layer in WGSL. `vec4f` loads four numbers at a time, where all widths are multiples of 4; `f32` takes any size.

type Element = 'vec4f' | 'f32';

const matrixOf =
  (element: Element) =>
  (name: string, lines: string, width: string, base = '0u'): MatrixCode => {
    return { name, lines, width, base, isVector: element === 'vec4f' };
  };

/** y_p = x·W_p + b_p for the parts p of a stack, f32[rows, out] each, one behind the other. With GELU, y = gelu(…) and its slope. */
const linearKernel = (element: Element, hasGelu: boolean) => {
  const matrix = matrixOf(element);
  const result = (name: string) =>
    matrix(name, 'numbers.rows', 'numbers.columns', 'part * numbers.rows * numbers.columns');
  const store = (line: string, at: string, sum: string) => {
    const value = `${sum} + bias${sum.at(-1)}`;
    if (!hasGelu) return `store_y(${line}, ${at}, ${value});`;
    return `{ let value = ${value}; let cdf = normalCdf4(value);
    store_y(${line}, ${at}, value * cdf); store_slope(${line}, ${at}, slopeOf4(value, cdf)); }`;
  };
  return defineKernel({
    name: 'linear',
    variant: hasGelu ? `${element} gelu` : element,
    lanes: TILE_LANES,
    ...(hasGelu ? {} : { epilogues: { gelu: withGelu(element) } }),
    tensors: {
      ...({ x: `read ${element}`, weight: `read ${element}` } as const),
      ...({ bias: `read ${element}`, y: `write ${element}` } as const),
      ...((hasGelu ? { slope: `write ${element}` } : {}) as Record<never, BindingForm>),
    },
    numbers: {
      ...({ rows: 'u32', inner: 'u32', columns: 'u32' } as const),
      ...({ tilesDown: 'u32', tilesAcross: 'u32' } as const),
      ...({ weightStride: 'u32', biasStride: 'u32' } as const),
    },
    functions: [
      'var<private> part: u32;',
      loadFunction(matrix('x', 'numbers.rows', 'numbers.inner')),
      loadFunction(
        matrix('weight', 'numbers.inner', 'numbers.columns', 'part * numbers.weightStride'),
      ),
      loadFunction(matrix('bias', '1u', 'numbers.columns', 'part * numbers.biasStride')),
      storeFunction(result('y')),
      hasGelu ? storeFunction(result('slope')) + geluFunctions + gelu4Functions : '',
    ].join('\n'),
    code: `
  let tiles = numbers.tilesDown * numbers.tilesAcross;
  part = group / tiles;
  let tile = group % tiles;
  ${beginTile('(tile / numbers.tilesAcross)', '(tile % numbers.tilesAcross)')}
  ${addProduct('a·b', 'x', 'weight', 'numbers.inner')}
  let bias0 = load_bias(0u, left);
  let bias1 = load_bias(0u, left + 32u);
  ${eachSum(store)}`,
  });
};

const gelu4Functions = `
fn normalCdf4(x: vec4f) -> vec4f { return vec4f(normalCdf(x.x), normalCdf(x.y), normalCdf(x.z), normalCdf(x.w)); }
fn slopeOf4(x: vec4f, cdf: vec4f) -> vec4f {
  return vec4f(slopeOf(x.x, cdf.x), slopeOf(x.y, cdf.y), slopeOf(x.z, cdf.z), slopeOf(x.w, cdf.w));
}`;

function withGelu(element: Element): Epilogue {
  return {
    output: 'y',
    accepts: () => true,
    kernel: () => linearKernels[element].gelu,
    takes: () => ({ y: 'y', slope: 'slope' }),
  };
}

/** What is done with dx: `other` is a residual's gradient, or GELU's slope. */
type GradientEpilogue = 'none' | 'add' | 'multiply';

/** dx = Σ_p dy_p·W_pᵀ; dW_p = xᵀ·dy_p and db_p = Σ_rows dy_p, or added to what stands there. Groups make tiles of dx first, then of dW. */
const linearGradientKernel = (element: Element, epilogue: GradientEpilogue) => {
  const matrix = matrixOf(element);
  const { rows, inner, columns } = {
    rows: 'numbers.rows',
    inner: 'numbers.inner',
    columns: 'numbers.columns',
  };
  const adds = 'numbers.adds == 1u';
  const hasOther = epilogue !== 'none';
  const sign = epilogue === 'add' ? '+' : '*';
  return defineKernel({
    name: 'linearGradient',
    variant: hasOther ? `${element} ${epilogue}` : element,
    lanes: TILE_LANES,
    ...(hasOther
      ? {}
      : {
          epilogues: { add: withOther(element, 'add'), multiply: withOther(element, 'multiply') },
        }),
    tensors: {
      ...({ x: `read ${element}`, weight: `read ${element}`, dy: `read ${element}` } as const),
      ...({ dx: `write ${element}`, dWeight: `write ${element}` } as const),
      ...({ dBias: `write ${element}` } as const),
      ...((hasOther ? { other: `read ${element}` } : {}) as Record<never, BindingForm>),
    },
    numbers: {
      ...({ rows: 'u32', inner: 'u32', columns: 'u32', parts: 'u32', adds: 'u32' } as const),
      ...({ tilesOfDx: 'u32', dxAcross: 'u32', tilesOfDw: 'u32', dwAcross: 'u32' } as const),
      ...({ weightStride: 'u32', biasStride: 'u32' } as const),
    },
    functions: [
      'var<private> part: u32;',
      loadFunction(matrix('x', rows, inner)),
      loadFunction(matrix('weight', inner, columns, 'part * numbers.weightStride')),
      loadFunction(matrix('dy', rows, columns, `part * ${rows} * ${columns}`)),
      storeFunction(matrix('dx', rows, inner)),
      storeFunction(matrix('dWeight', inner, columns, 'part * numbers.weightStride'), adds),
      storeFunction(matrix('dBias', '1u', columns, 'part * numbers.biasStride'), adds),
      hasOther ? loadFunction(matrix('other', rows, inner)) : '',
    ].join('\n'),
    code: `
  if (group < numbers.tilesOfDx) {
    ${beginTile('(group / numbers.dxAcross)', '(group % numbers.dxAcross)')}
    for (part = 0u; part < numbers.parts; part++) { ${addProduct('a·bT', 'dy', 'weight', columns)} }
    ${eachSum((line, at, sum) => `store_dx(${line}, ${at}, ${hasOther ? `${sum} ${sign} load_other(${line}, ${at})` : sum});`)}
  } else {
    part = (group - numbers.tilesOfDx) / numbers.tilesOfDw;
    let tile = (group - numbers.tilesOfDx) % numbers.tilesOfDw;
    ${beginTile('(tile / numbers.dwAcross)', '(tile % numbers.dwAcross)')}
    var sum0 = vec4f();
    var sum1 = vec4f();
    ${addProduct('aT·b', 'x', 'dy', rows, 'if (top == 0u) { sum0 += b0; sum1 += b1; }')}
    ${eachSum((line, at, sum) => `store_dWeight(${line}, ${at}, ${sum});`)}
    if (top == 0u) { store_dBias(0u, left, sum0); store_dBias(0u, left + 32u, sum1); }
  }`,
  });
};

function withOther(element: Element, epilogue: 'add' | 'multiply'): Epilogue {
  return {
    output: 'dx',
    // Not with a single number, which stands at a step of 0.
    accepts: ({ kernel, values }) => values[Object.keys(kernel.numbers).indexOf('step')] === 1,
    kernel: () => linearGradientKernels[element][epilogue],
    takes: (input) => ({ dx: 'out', other: input === 'a' ? 'b' : 'a' }),
  };
}

const variants = (element: Element) => ({
  plain: linearKernel(element, false),
  gelu: linearKernel(element, true),
});
const gradientVariants = (element: Element) => ({
  none: linearGradientKernel(element, 'none'),
  add: linearGradientKernel(element, 'add'),
  multiply: linearGradientKernel(element, 'multiply'),
});

export const linearKernels = { vec4f: variants('vec4f'), f32: variants('f32') };
export const linearGradientKernels = {
  vec4f: gradientVariants('vec4f'),
  f32: gradientVariants('f32'),
};
