import type { DropoutAttributes } from '../../ops/dropout-hash';
import { isFourfold, type GpuKernel } from '../code/gpu-kernel';
import { DROPOUT_FORMS, DROPOUT_FUNCTIONS } from './dropout-code';

// Norms of rows in WGSL, and dropout of rows.

/** Lanes of a workgroup, which takes one row: few, because a row has some hundred numbers and each lane adds up the parts of all others. */
const LANES = 32;
/** Vectors of a group that sums over all rows: so many lanes read side by side, and the group's other lanes take other rows. */
const ACROSS = 4;
const DOWN = LANES / ACROSS;

/** Constants that a kernel is made for. Rows are made of vectors where the width is a multiple of 4, else of numbers. */
interface Variant {
  isVector: boolean;
  hasDropout: boolean;
}

/** Writes the WGSL that treats a row: `width` values of type `Element`, four numbers or one each, from `start` on. */
const rowCode = ({ isVector }: Variant) => ({
  stored: isVector ? ('vec4f or half' as const) : ('f32' as const),
  summed: isVector ? ('vec4f' as const) : ('f32' as const),
  functions: isVector
    ? 'alias Element = vec4f; fn total(value: vec4f) -> f32 { return dot(value, vec4f(1.0)); }'
    : 'alias Element = f32; fn total(value: f32) -> f32 { return value; }',
  width: `let width = numbers.width${isVector ? ' / 4u' : ''};`,
  get: (tensor: string, at = 'start + column') =>
    isVector ? `get_${tensor}(${at})` : `${tensor}[${at}]`,
  set: (tensor: string, value: string) =>
    isVector ? `set_${tensor}(start + column, ${value});` : `${tensor}[start + column] = ${value};`,
});

const EACH_COLUMN = `for (var column = lane; column < width; column += ${LANES}u)`;

/** Writes a sum over a row: each lane leaves its part in an array, and all lanes add the parts up in one order. A kernel uses each array once. */
const rowSum = (parts: string, value: string) => `
  ${parts}[lane] = ${value};
  workgroupBarrier();
  var ${parts}Total = ${parts}[0];
  for (var i = 1u; i < ${LANES}u; i++) { ${parts}Total += ${parts}[i]; }`;

/** Writes the parts of a kernel that drops hidden states, which are group 0 of dropout-hash.ts. The hash of a row is made once. */
const rowDropout = ({ isVector, hasDropout }: Variant) => {
  const keptAt = (column: string) => `kept(chain(rowHash, ${column}))`;
  const mask = isVector
    ? `vec4f(${[0, 1, 2, 3].map((i) => keptAt(`4u * column + ${i}u`)).join(', ')})`
    : keptAt('column');
  return {
    tensors: hasDropout ? ({ table: 'read i32' } as const) : {},
    numbers: hasDropout ? DROPOUT_FORMS : {},
    functions: hasDropout ? DROPOUT_FUNCTIONS : '',
    begin: hasDropout
      ? 'let rowHash = chain(chain(chain(numbers.dropoutKey, u32(table[3u * row + 2u])), 0u), u32(table[3u * row]));'
      : '',
    drop: (value: string) => (hasDropout ? `(${value} * ${mask})` : value),
  };
};

const variantName = ({ isVector, hasDropout }: Variant) =>
  `${isVector ? 'vec4f' : 'f32'}${hasDropout ? ' dropout' : ''}`;

/**
 * Makes the kernel of y = (sum − mean) · factor · scale + shift for each row, where factor = 1 / √(variance + epsilon) and sum is
 * residual + dropout(x), or x itself. It also writes what the gradient needs: `sum`, and `moments` f32[rows, 2], each row's mean and factor. A
 * group takes a row.
 */
const normKernel = (hasResidual: boolean, variant: Variant): GpuKernel => {
  const dropout = rowDropout(variant);
  const { stored, summed, get, set, ...row } = rowCode(variant);
  const sum = get(hasResidual ? 'sum' : 'x');
  return {
    name: hasResidual ? 'residualNorm' : 'layerNorm',
    variant: variantName(variant),
    lanes: LANES,
    tensors: {
      ...({ x: `read ${stored}`, scale: `read ${summed}`, shift: `read ${summed}` } as const),
      ...({ y: `write ${stored}`, moments: 'write f32' } as const),
      ...(hasResidual ? ({ residual: `read ${stored}`, sum: `write ${stored}` } as const) : {}),
      ...dropout.tensors,
    },
    numbers: { ...({ width: 'u32', epsilon: 'f32' } as const), ...dropout.numbers },
    functions: `
${dropout.functions}
${row.functions}
var<workgroup> parts: array<f32, ${LANES}>;
var<workgroup> squares: array<f32, ${LANES}>;`,
    code: `
  let row = group;
  ${row.width}
  let start = row * width;
  ${dropout.begin}
  var part = 0.0;
  ${EACH_COLUMN} {
    ${hasResidual ? set('sum', `${get('residual')} + ${dropout.drop(get('x'))}`) : ''}
    part += total(${sum});
  }
  ${rowSum('parts', 'part')}
  let mean = partsTotal / f32(numbers.width);
  var square = 0.0;
  ${EACH_COLUMN} {
    let difference = ${sum} - mean;
    square += total(difference * difference);
  }
  ${rowSum('squares', 'square')}
  let factor = 1.0 / sqrt(squaresTotal / f32(numbers.width) + numbers.epsilon);
  ${EACH_COLUMN} { ${set('y', `(${sum} - mean) * factor * ${get('scale', 'column')} + ${get('shift', 'column')}`)} }
  if (lane == 0u) { moments[2u * row] = mean; moments[2u * row + 1u] = factor; }`,
  };
};

/**
 * Makes the kernel of a norm's gradient. Let n = (sum − mean) · factor be a row's normal form and g = dy · scale; then
 * dSum = factor · (g − mean(g) − n · mean(g · n)), dx = dropout(dSum), dScale = Σ_rows dy · n and dShift = Σ_rows dy. The last two are added to
 * what stands there where `adds` is 1.
 *
 * The first groups take a row each. The groups behind them take a few columns each, and their lanes share the rows.
 */
const normGradientKernel = (variant: Variant): GpuKernel => {
  const dropout = rowDropout(variant);
  const { stored, summed, get, set, ...row } = rowCode(variant);
  return {
    name: 'normGradient',
    variant: variantName(variant),
    lanes: LANES,
    tensors: {
      ...({ sum: `read ${stored}`, moments: 'read f32', scale: `read ${summed}` } as const),
      ...({ dy: `read ${stored}`, dSum: `write ${stored}` } as const),
      ...({ dScaleAndShift: `write ${summed}` } as const),
      ...(variant.hasDropout ? ({ dx: `write ${stored}` } as const) : {}),
      ...dropout.tensors,
    },
    numbers: {
      ...({ rows: 'u32', width: 'u32', shiftBase: 'u32', adds: 'u32' } as const),
      ...dropout.numbers,
    },
    functions: `
${dropout.functions}
${row.functions}
var<workgroup> parts: array<vec2f, ${LANES}>;
var<workgroup> scales: array<Element, ${LANES}>;
var<workgroup> shifts: array<Element, ${LANES}>;
fn put(at: u32, value: Element) {
  dScaleAndShift[at] = select(value, dScaleAndShift[at] + value, numbers.adds == 1u);
}`,
    code: `
  ${row.width}
  if (group < numbers.rows) {
    let row = group;
    let start = row * width;
    let mean = moments[2u * row];
    let factor = moments[2u * row + 1u];
    ${dropout.begin}
    var part = vec2f();
    ${EACH_COLUMN} {
      let g = ${get('dy')} * ${get('scale', 'column')};
      part += vec2f(total(g), total(g * (${get('sum')} - mean) * factor));
    }
    ${rowSum('parts', 'part')}
    let means = partsTotal / f32(numbers.width);
    ${EACH_COLUMN} {
      let normal = (${get('sum')} - mean) * factor;
      let value = factor * (${get('dy')} * ${get('scale', 'column')} - means.x - normal * means.y);
      ${set('dSum', 'value')}
      ${variant.hasDropout ? set('dx', dropout.drop('value')) : ''}
    }
  } else {
    let column = (group - numbers.rows) * ${ACROSS}u + lane % ${ACROSS}u;
    var dScale = Element();
    var dShift = Element();
    if (column < width) {
      for (var row = lane / ${ACROSS}u; row < numbers.rows; row += ${DOWN}u) {
        let dy = ${get('dy', 'row * width + column')};
        let normal = (${get('sum', 'row * width + column')} - moments[2u * row]) * moments[2u * row + 1u];
        dScale += dy * normal;
        dShift += dy;
      }
    }
    scales[lane] = dScale;
    shifts[lane] = dShift;
    workgroupBarrier();
    if (lane >= ${ACROSS}u || column >= width) { return; }
    for (var other = lane + ${ACROSS}u; other < ${LANES}u; other += ${ACROSS}u) {
      dScale += scales[other];
      dShift += shifts[other];
    }
    put(column, dScale);
    put(numbers.shiftBase + column, dShift);
  }`,
  };
};

/** Makes the kernel of y = dropout(x). A group takes a row. */
const dropRowsKernel = (variant: Variant): GpuKernel => {
  const dropout = rowDropout(variant);
  const { stored, get, set, ...row } = rowCode(variant);
  return {
    name: 'rowDropout',
    variant: variantName(variant),
    lanes: LANES,
    tensors: { ...({ x: `read ${stored}`, y: `write ${stored}` } as const), ...dropout.tensors },
    numbers: { ...({ width: 'u32' } as const), ...dropout.numbers },
    functions: `${dropout.functions} ${row.functions}`,
    code: `
  let row = group;
  ${row.width}
  let start = row * width;
  ${dropout.begin}
  ${EACH_COLUMN} { ${set('y', dropout.drop(get('x')))} }`,
  };
};

/** Makes a kernel for each variant, and gives the one for a width and a rate of dropout. */
const ofWidths = (make: (variant: Variant) => GpuKernel) => {
  const ofVariant = (isVector: boolean) =>
    [false, true].map((hasDropout) => make({ isVector, hasDropout }));
  const [numbers, vectors] = [ofVariant(false), ofVariant(true)];
  return (width: number, { rate }: DropoutAttributes) =>
    (isFourfold(width) ? vectors : numbers)[rate > 0 ? 1 : 0]!;
};
export const normKernels = {
  layerNorm: ofWidths((variant) => normKernel(false, variant)),
  residualNorm: ofWidths((variant) => normKernel(true, variant)),
  gradient: ofWidths(normGradientKernel),
  rowDropout: ofWidths(dropRowsKernel),
};

/** Counts the groups of `normGradient`: one for each row, then those for the columns. */
export function groupsOfNormGradient(rows: number, width: number): number {
  return rows + Math.ceil(width / (isFourfold(width) ? 4 : 1) / ACROSS);
}
