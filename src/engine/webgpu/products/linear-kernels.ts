import type { Activation } from '../../ops/activations';
import { ACTIVATION_FUNCTIONS } from '../code/activation-functions';
import type { Epilogue, GpuKernel } from '../code/gpu-kernel';
import type { TileFormName } from '../device/tile-choice';
import {
  eachSum,
  loadFunction,
  storeFunction,
  type LaneSum,
  type MatrixCode,
  type TileForm,
} from './product-tile';
import { tileForms } from './tile-forms';

// Kernels of a linear layer's products in WGSL. An element `vec4f` loads four numbers at a time, where all widths are multiples of 4; `f32`
// takes any size.

type Element = 'vec4f' | 'f32';

const matrixOf =
  (element: Element) =>
  (name: string, lines: string, width: string, base = '0u'): MatrixCode => {
    return { name, lines, width, base, isVector: element === 'vec4f' };
  };

/** Gives the form of states and weights: their vectors may be in half precision, unlike the gradients of parameters. */
const storedAs = (element: Element) => (element === 'vec4f' ? 'vec4f or half' : element);

/**
 * Makes the kernel of y_p = x·W_p + b_p for the parts p of a stack, f32[rows, out] each, one behind the other. With an activation it
 * computes y_p = activation(x·W_p + b_p) and the activation's slope.
 */
const linearKernel = (
  formName: TileFormName,
  element: Element,
  activation?: Activation,
): GpuKernel => {
  const form: TileForm = tileForms[formName];
  const matrix = matrixOf(element);
  const stored = storedAs(element);
  const result = (name: string) =>
    matrix(name, 'numbers.rows', 'numbers.columns', 'part * numbers.rows * numbers.columns');
  const store = ({ line, at, value, block }: LaneSum) => {
    const sum = `${value} + bias${block}`;
    if (!activation) return `store_y(${line}, ${at}, ${sum});`;
    return `{ let result = activated4(${sum});
    store_y(${line}, ${at}, result.y); store_slope(${line}, ${at}, result.slope); }`;
  };
  return {
    name: 'linear',
    variant: `${formName}, ${element}${activation ? ` ${activation}` : ''}`,
    lanes: form.lanes,
    ...(activation ? {} : { epilogues: withActivations(formName, element) }),
    tensors: {
      ...({ x: `read ${stored}`, weight: `read ${stored}` } as const),
      ...({ bias: `read ${element}`, y: `write ${stored}` } as const),
      ...(activation ? ({ slope: `write ${stored}` } as const) : {}),
    },
    numbers: {
      ...({ rows: 'u32', inner: 'u32', columns: 'u32' } as const),
      ...({ tilesDown: 'u32', tilesAcross: 'u32' } as const),
      ...({ weightStride: 'u32', biasStride: 'u32' } as const),
    },
    functions: [
      form.memory,
      'var<private> part: u32;',
      loadFunction(matrix('x', 'numbers.rows', 'numbers.inner')),
      loadFunction(
        matrix('weight', 'numbers.inner', 'numbers.columns', 'part * numbers.weightStride'),
      ),
      loadFunction(matrix('bias', '1u', 'numbers.columns', 'part * numbers.biasStride')),
      storeFunction(result('y')),
      activation
        ? storeFunction(result('slope')) + ACTIVATION_FUNCTIONS[activation] + ACTIVATED_4
        : '',
    ].join('\n'),
    code: `
  let tiles = numbers.tilesDown * numbers.tilesAcross;
  part = group / tiles;
  let tile = group % tiles;
  ${form.begin('(tile / numbers.tilesAcross)', '(tile % numbers.tilesAcross)')}
  ${form.addProduct({ kind: 'a·b', a: 'x', b: 'weight', inner: 'numbers.inner' })}
  ${form.columns.map((at, block) => `let bias${block} = load_bias(0u, ${at});`).join(' ')}
  ${eachSum(form, store)}`,
  };
};

/** WGSL that activates four numbers. */
const ACTIVATED_4 = `
struct Activated { y: vec4f, slope: vec4f }
fn activated4(x: vec4f) -> Activated {
  let a = activated(x.x);
  let b = activated(x.y);
  let c = activated(x.z);
  let d = activated(x.w);
  return Activated(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}`;

function withActivations(form: TileFormName, element: Element): Record<Activation, Epilogue> {
  const withActivation = (activation: Activation): Epilogue => ({
    output: 'y',
    accepts: () => true,
    kernel: () => linearKernels[form][element][activation],
    takes: () => ({ y: 'y', slope: 'slope' }),
  });
  return {
    gelu: withActivation('gelu'),
    gelu_new: withActivation('gelu_new'),
    relu: withActivation('relu'),
  };
}

/** Operation that is fused with dx: adding `other`, a residual's gradient, or multiplying by it, an activation's slope. */
type GradientEpilogue = 'none' | 'add' | 'multiply';

/**
 * Makes the kernel of dx = Σ_p dy_p·W_pᵀ, dW_p = xᵀ·dy_p and db_p = Σ_rows dy_p. The last two are added to what stands there where `adds` is 1.
 * The first groups make tiles of dx, the others tiles of dW.
 */
const linearGradientKernel = (
  formName: TileFormName,
  element: Element,
  epilogue: GradientEpilogue,
): GpuKernel => {
  const form: TileForm = tileForms[formName];
  const matrix = matrixOf(element);
  const stored = storedAs(element);
  const { rows, inner, columns } = {
    rows: 'numbers.rows',
    inner: 'numbers.inner',
    columns: 'numbers.columns',
  };
  const adds = 'numbers.adds == 1u';
  const hasOther = epilogue !== 'none';
  const sign = epilogue === 'add' ? '+' : '*';
  const storeDx = ({ line, at, value }: LaneSum) =>
    `store_dx(${line}, ${at}, ${hasOther ? `${value} ${sign} load_other(${line}, ${at})` : value});`;
  const ofBias = (use: (block: number, at: string) => string) =>
    form.columns.map((at, block) => use(block, at)).join(' ');
  return {
    name: 'linearGradient',
    variant: `${formName}, ${element}${hasOther ? ` ${epilogue}` : ''}`,
    lanes: form.lanes,
    ...(hasOther ? {} : { epilogues: withOthers(formName, element) }),
    tensors: {
      ...({ x: `read ${stored}`, weight: `read ${stored}`, dy: `read ${stored}` } as const),
      ...({ dx: `write ${stored}`, dWeight: `write ${element}` } as const),
      ...({ dBias: `write ${element}` } as const),
      ...(hasOther ? ({ other: `read ${stored}` } as const) : {}),
    },
    numbers: {
      ...({ rows: 'u32', inner: 'u32', columns: 'u32', parts: 'u32', adds: 'u32' } as const),
      ...({ tilesOfDx: 'u32', dxAcross: 'u32', tilesOfDw: 'u32', dwAcross: 'u32' } as const),
      ...({ weightStride: 'u32', biasStride: 'u32' } as const),
    },
    functions: [
      form.memory,
      'var<private> part: u32;',
      loadFunction(matrix('x', rows, inner)),
      loadFunction(matrix('weight', inner, columns, 'part * numbers.weightStride')),
      loadFunction(matrix('dy', rows, columns, `part * ${rows} * ${columns}`)),
      storeFunction(matrix('dx', rows, inner)),
      storeFunction(matrix('dWeight', inner, columns, 'part * numbers.weightStride'), adds),
      storeFunction(matrix('dBias', '1u', columns, 'part * numbers.biasStride'), adds),
      hasOther ? loadFunction(matrix('other', rows, inner)) : '',
    ].join('\n'),
    // The parts are counted in a variable of `main`: WGSL assumes that one outside of functions may differ between lanes, and lets these wait
    // for each other only where all take the same way.
    code: `
  if (group < numbers.tilesOfDx) {
    ${form.begin('(group / numbers.dxAcross)', '(group % numbers.dxAcross)')}
    for (var ofStack = 0u; ofStack < numbers.parts; ofStack++) {
      part = ofStack;
      ${form.addProduct({ kind: 'a·bT', a: 'dy', b: 'weight', inner: columns })}
    }
    ${eachSum(form, storeDx)}
  } else {
    part = (group - numbers.tilesOfDx) / numbers.tilesOfDw;
    let tile = (group - numbers.tilesOfDx) % numbers.tilesOfDw;
    ${form.begin('(tile / numbers.dwAcross)', '(tile % numbers.dwAcross)')}
    ${ofBias((block) => `var sum${block} = vec4f();`)}
    ${form.addProduct({ kind: 'aT·b', a: 'x', b: 'dy', inner: rows, eachLine: `if (top == 0u) { ${ofBias((block) => `sum${block} += b${block};`)} }` })}
    ${eachSum(form, ({ line, at, value }) => `store_dWeight(${line}, ${at}, ${value});`)}
    if (top == 0u) { ${ofBias((block, at) => `store_dBias(0u, ${at}, sum${block});`)} }
  }`,
  };
};

function withOthers(form: TileFormName, element: Element): Record<'add' | 'multiply', Epilogue> {
  const withOther = (epilogue: 'add' | 'multiply'): Epilogue => ({
    output: 'dx',
    // A product with a single number has a step of 0.
    accepts: ({ kernel, values }) => values[Object.keys(kernel.numbers).indexOf('step')] === 1,
    kernel: () => linearGradientKernels[form][element][epilogue],
    takes: (input) => ({ dx: 'out', other: input === 'a' ? 'b' : 'a' }),
  });
  return { add: withOther('add'), multiply: withOther('multiply') };
}

const forwardKernels = (form: TileFormName, element: Element) => ({
  plain: linearKernel(form, element),
  gelu: linearKernel(form, element, 'gelu'),
  gelu_new: linearKernel(form, element, 'gelu_new'),
  relu: linearKernel(form, element, 'relu'),
});
const gradientKernels = (form: TileFormName, element: Element) => ({
  none: linearGradientKernel(form, element, 'none'),
  add: linearGradientKernel(form, element, 'add'),
  multiply: linearGradientKernel(form, element, 'multiply'),
});

/** Makes kernels for each form and element. */
function ofEach<Kernels>(make: (form: TileFormName, element: Element) => Kernels) {
  const ofForm = (form: TileFormName) =>
    ({ vec4f: make(form, 'vec4f'), f32: make(form, 'f32') }) satisfies Record<Element, Kernels>;
  return {
    registers: ofForm('registers'),
    'shared 32': ofForm('shared 32'),
    'shared 64': ofForm('shared 64'),
    'shared 128': ofForm('shared 128'),
  } satisfies Record<TileFormName, unknown>;
}

export const linearKernels = ofEach(forwardKernels);
export const linearGradientKernels = ofEach(gradientKernels);
