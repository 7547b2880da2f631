import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DropoutAttributes } from '../ops/dropout-hash';
import type { GpuBackend } from '../webgpu/gpu-backend';
import type { GpuKernel } from '../webgpu/gpu-kernel';
import {
  addsGradients,
  dropoutForms,
  dropoutFunctions,
  nameDropout,
  registerGpuKernel,
} from './webgpu-kernel';

/** Lanes of a row: a row has some hundred numbers, and each lane adds the others' parts up itself. */
const LANES = 32;
const eachColumn = `for (var column = lane; column < numbers.width; column += ${LANES}u)`;

/** Sums over a row: each lane leaves its part, and all add the parts up in one order. An array is used once in a kernel. */
const rowSum = (parts: string, value: string) => `
  ${parts}[lane] = ${value};
  workgroupBarrier();
  var ${parts}Total = ${parts}[0];
  for (var i = 1u; i < ${LANES}u; i++) { ${parts}Total += ${parts}[i]; }`;

/** The parts of a kernel that drops hidden states, group 0 of dropout-hash.ts: a row's part of the hash is made once. */
const rowDropout = (isUsed: boolean) => ({
  tensors: isUsed ? ({ table: 'read i32' } as const) : {},
  numbers: isUsed ? dropoutForms : {},
  functions: isUsed ? dropoutFunctions : '',
  begin: isUsed
    ? 'let rowHash = chain(chain(chain(numbers.dropoutKey, u32(table[3u * row + 2u])), 0u), u32(table[3u * row]));'
    : '',
  drop: (value: string) => (isUsed ? `(${value} * kept(chain(rowHash, column)))` : value),
});

/**
 * y = (sum − mean) · factor · scale + shift with factor = 1 / √(variance + epsilon), for each row; sum = residual + dropout(x), or x
 * itself. The gradient needs `sum` and `moments` f32[rows, 2], a row's mean and factor. A group a row.
 */
const normKernel = (hasResidual: boolean, hasDropout: boolean): GpuKernel => {
  const dropout = rowDropout(hasDropout);
  const sum = hasResidual ? 'sum' : 'x';
  return {
    name: hasResidual ? 'residualNorm' : 'layerNorm',
    variant: hasDropout ? 'dropout' : 'plain',
    lanes: LANES,
    tensors: {
      ...({ x: 'read f32', scale: 'read f32', shift: 'read f32' } as const),
      ...({ y: 'write f32', moments: 'write f32' } as const),
      ...(hasResidual ? ({ residual: 'read f32', sum: 'write f32' } as const) : {}),
      ...dropout.tensors,
    },
    numbers: { ...({ width: 'u32', epsilon: 'f32' } as const), ...dropout.numbers },
    functions: `
${dropout.functions}
var<workgroup> parts: array<f32, ${LANES}>;
var<workgroup> squares: array<f32, ${LANES}>;`,
    code: `
  let row = group;
  let start = row * numbers.width;
  ${dropout.begin}
  var part = 0.0;
  ${eachColumn} {
    ${hasResidual ? `sum[start + column] = residual[start + column] + ${dropout.drop('x[start + column]')};` : ''}
    part += ${sum}[start + column];
  }
  ${rowSum('parts', 'part')}
  let mean = partsTotal / f32(numbers.width);
  var square = 0.0;
  ${eachColumn} {
    let difference = ${sum}[start + column] - mean;
    square += difference * difference;
  }
  ${rowSum('squares', 'square')}
  let factor = 1.0 / sqrt(squaresTotal / f32(numbers.width) + numbers.epsilon);
  ${eachColumn} { y[start + column] = (${sum}[start + column] - mean) * factor * scale[column] + shift[column]; }
  if (lane == 0u) { moments[2u * row] = mean; moments[2u * row + 1u] = factor; }`,
  };
};

/**
 * With n = (sum − mean) · factor, a row's normal form, and g = dy · scale: dSum = factor · (g − mean(g) − n · mean(g · n)), dx = dropout(dSum);
 * dScale = Σ_rows dy · n, dShift = Σ_rows dy, or added to what stands there.
 *
 * A group a row first; then groups of 32 columns, each lane down all rows of its own.
 */
const normGradientKernel = (hasDropout: boolean): GpuKernel => {
  const dropout = rowDropout(hasDropout);
  return {
    name: 'normGradient',
    variant: hasDropout ? 'dropout' : 'plain',
    lanes: LANES,
    tensors: {
      ...({ sum: 'read f32', moments: 'read f32', scale: 'read f32', dy: 'read f32' } as const),
      ...({ dSum: 'write f32', dScaleAndShift: 'write f32' } as const),
      ...(hasDropout ? ({ dx: 'write f32' } as const) : {}),
      ...dropout.tensors,
    },
    numbers: {
      ...({ rows: 'u32', width: 'u32', shiftBase: 'u32', adds: 'u32' } as const),
      ...dropout.numbers,
    },
    functions: `
${dropout.functions}
var<workgroup> parts: array<vec2f, ${LANES}>;
fn put(at: u32, value: f32) {
  dScaleAndShift[at] = select(value, dScaleAndShift[at] + value, numbers.adds == 1u);
}`,
    code: `
  if (group < numbers.rows) {
    let row = group;
    let start = row * numbers.width;
    let mean = moments[2u * row];
    let factor = moments[2u * row + 1u];
    ${dropout.begin}
    var part = vec2f();
    ${eachColumn} {
      let g = dy[start + column] * scale[column];
      part += vec2f(g, g * (sum[start + column] - mean) * factor);
    }
    ${rowSum('parts', 'part')}
    let means = partsTotal / f32(numbers.width);
    ${eachColumn} {
      let normal = (sum[start + column] - mean) * factor;
      let value = factor * (dy[start + column] * scale[column] - means.x - normal * means.y);
      dSum[start + column] = value;
      ${hasDropout ? `dx[start + column] = ${dropout.drop('value')};` : ''}
    }
  } else {
    let column = (group - numbers.rows) * ${LANES}u + lane;
    if (column >= numbers.width) { return; }
    var dScale = 0.0;
    var dShift = 0.0;
    for (var row = 0u; row < numbers.rows; row++) {
      let at = row * numbers.width + column;
      dScale += dy[at] * (sum[at] - moments[2u * row]) * moments[2u * row + 1u];
      dShift += dy[at];
    }
    put(column, dScale);
    put(numbers.shiftBase + column, dShift);
  }`,
  };
};

/** y = dropout(x). A group a row. */
const dropRowsKernel = ((): GpuKernel => {
  const dropout = rowDropout(true);
  return {
    name: 'rowDropout',
    lanes: LANES,
    tensors: { ...({ x: 'read f32', y: 'write f32' } as const), ...dropout.tensors },
    numbers: { ...({ width: 'u32' } as const), ...dropout.numbers },
    functions: dropout.functions,
    code: `
  let row = group;
  let start = row * numbers.width;
  ${dropout.begin}
  ${eachColumn} { y[start + column] = ${dropout.drop('x[start + column]')}; }`,
  };
})();

const kernels = {
  layerNorm: normKernel(false, false),
  residualNorm: normKernel(true, false),
  residualNormDropout: normKernel(true, true),
  gradient: normGradientKernel(false),
  gradientDropout: normGradientKernel(true),
};

/** Only where hidden states are dropped. */
interface RowPlaces {
  /** i32[rows, 3], of a `RowLayout`. */
  table?: TensorInfo;
}

export function registerGpuNorms(): void {
  registerGpuKernel<Record<'x' | 'scale' | 'shift', TensorInfo>, { epsilon: number }>(
    'LayerNorm',
    (backend, { x, scale, shift }, { epsilon }) => {
      const [rows, width] = x.shape as [number, number];
      const [y, moments] = [backend.allocate(x.shape), backend.allocate([rows, 2])];
      const tensors = { x, scale, shift, y, moments };
      backend.dispatch(kernels.layerNorm, tensors, { width, epsilon }, rows);
      return [y, moments];
    },
  );
  registerGpuKernel<Record<'x' | 'moments' | 'scale' | 'dy', TensorInfo>>(
    'LayerNormGradient',
    (backend, { x, ...others }) => {
      const [dx, , ...sums] = runNormGradient(backend, { sum: x, ...others }, { rate: 0 });
      return [dx!, ...sums];
    },
  );
  registerGpuKernel<
    Record<'x' | 'residual' | 'scale' | 'shift', TensorInfo> & RowPlaces,
    DropoutAttributes & { epsilon: number }
  >('ResidualNorm', (backend, inputs, { epsilon, ...dropout }) => {
    const [rows, width] = inputs.x.shape as [number, number];
    const [y, sum] = [backend.allocate(inputs.x.shape), backend.allocate(inputs.x.shape)];
    const moments = backend.allocate([rows, 2]);
    backend.dispatch(
      dropout.rate > 0 ? kernels.residualNormDropout : kernels.residualNorm,
      { ...inputs, y, sum, moments },
      { width, epsilon, ...nameDropout(dropout) },
      rows,
    );
    return [y, sum, moments];
  });
  registerGpuKernel<
    Record<'sum' | 'moments' | 'scale' | 'dy', TensorInfo> & RowPlaces,
    DropoutAttributes & { epsilon: number }
  >('ResidualNormGradient', runNormGradient);
  registerGpuKernel<Record<'x' | 'table', TensorInfo>, DropoutAttributes>(
    'RowDropout',
    (backend, { x, table }, dropout) => {
      const y = backend.allocate(x.shape);
      const [rows, width] = x.shape as [number, number];
      const numbers = { width, ...nameDropout(dropout) };
      backend.dispatch(dropRowsKernel, { x, table, y }, numbers, rows);
      return y;
    },
  );
}

/** [dx, dResidual, dScale, dShift]. */
function runNormGradient(
  backend: GpuBackend,
  inputs: Record<'sum' | 'moments' | 'scale' | 'dy', TensorInfo> & RowPlaces,
  dropout: DropoutAttributes,
): TensorInfo[] {
  const [rows, width] = inputs.sum.shape as [number, number];
  const dSum = backend.allocate(inputs.sum.shape);
  const isDropped = dropout.rate > 0;
  const dx = isDropped ? backend.allocate(inputs.sum.shape) : backend.alias(dSum);
  const [dScale, dShift] = backend.allocateStack([width], 2) as [TensorInfo, TensorInfo];
  const scaleAt = backend.placeOf(dScale);
  const shiftAt = backend.placeOf(dShift);
  const dScaleAndShift = { ...scaleAt, size: shiftAt.offset + shiftAt.size - scaleAt.offset };
  const shiftBase = (shiftAt.offset - scaleAt.offset) / 4;
  backend.dispatch(
    isDropped ? kernels.gradientDropout : kernels.gradient,
    { ...inputs, dSum, dScaleAndShift, ...(isDropped ? { dx } : {}) },
    { rows, width, shiftBase, adds: addsGradients, ...nameDropout(dropout) },
    rows + Math.ceil(width / LANES),
  );
  return [dx, dSum, dScale, dShift];
}
