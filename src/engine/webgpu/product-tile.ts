/**
 * Products in registers: a lane makes 8 × 8 numbers of c, 64 lanes a tile of 64 × 64, without shared memory.
 *
 * What the lanes of a tile read, they read at the same time, so it comes from a cache; 32 loads feed 512 multiply-adds. Sums run in the order
 * of k, whatever the size.
 */
export const TILE = 64;
export const TILE_LANES = 64;

/** c = a·b, a·bᵀ or aᵀ·b. */
export type ProductForm = 'a·b' | 'a·bT' | 'aT·b';

/** A matrix as a kernel binds it. */
export interface MatrixCode {
  /** Its tensor's. */
  name: string;
  /** WGSL: its rows, the numbers of one, and where it begins. */
  lines: string;
  width: string;
  base: string;
  /** Whether the width and the base are multiples of 4, and the tensor is bound as vectors. */
  isVector: boolean;
}

const eight = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const four = [0, 1, 2, 3] as const;
const halves = [0, 1] as const;

/** `load_NAME(line, at)`: four numbers of a row. Beyond a row's end they are 0 or meaningless; a line beyond the last is the last. */
export function loadFunction({ name, lines, width, base, isVector }: MatrixCode): string {
  const line = `let row = ${base} + min(line, ${lines} - 1u) * ${width};`;
  if (isVector)
    return `fn load_${name}(line: u32, at: u32) -> vec4f { ${line} return ${name}[(row + at) / 4u]; }`;
  const numbers = four.map((i) => `select(0.0, ${name}[row + at + ${i}u], at + ${i}u < ${width})`);
  return `fn load_${name}(line: u32, at: u32) -> vec4f { ${line} return vec4f(${numbers.join(', ')}); }`;
}

/** `store_NAME(line, at, value)`: four numbers of a row, those that are inside. With `adds`, a condition, to what stands there. */
export function storeFunction(
  { name, lines, width, base, isVector }: MatrixCode,
  adds?: string,
): string {
  const head = `fn store_${name}(line: u32, at: u32, value: vec4f) { if (line >= ${lines} || at >= ${width}) { return; } let row = ${base} + line * ${width};`;
  const put = (to: string, value: string) =>
    adds ? `${to} = select(${value}, ${to} + ${value}, ${adds});` : `${to} = ${value};`;
  if (isVector) return `${head} ${put(`${name}[(row + at) / 4u]`, 'value')} }`;
  const numbers = four.map(
    (i) => `if (at + ${i}u < ${width}) { ${put(`${name}[row + at + ${i}u]`, `value[${i}]`)} }`,
  );
  return `${head} ${numbers.join(' ')} }`;
}

/** Declares a lane's sums, all 0, and where they stand: rows `top` to top + 7, columns `left` to left + 3 and left + 32 to left + 35. */
export function beginTile(tileRow: string, tileColumn: string): string {
  const sums = eight.flatMap((i) => halves.map((j) => `var c${i}${j} = vec4f();`));
  return `
  let top = ${tileRow} * ${TILE}u + (lane / 8u) * 8u;
  let left = ${tileColumn} * ${TILE}u + (lane % 8u) * 4u;
  ${sums.join(' ')}`;
}

/** Adds the product over `inner` to a lane's sums. `eachLine`, of `aT·b`, is done with each row `b0`, `b1` of b. */
export function addProduct(
  form: ProductForm,
  a: string,
  b: string,
  inner: string,
  eachLine = '',
): string {
  if (form === 'aT·b') {
    const sums = eight.flatMap((i) =>
      halves.map((j) => `c${i}${j} += a${i >> 2}[${i % 4}] * b${j};`),
    );
    return `
  for (var k = 0u; k < ${inner}; k++) {
    let a0 = load_${a}(k, top); let a1 = load_${a}(k, top + 4u);
    let b0 = load_${b}(k, left); let b1 = load_${b}(k, left + 32u);
    ${eachLine}
    ${sums.join(' ')}
  }`;
  }
  if (form === 'a·b') {
    const loads = four.flatMap((u) =>
      halves.map((j) => `let b${u}${j} = load_${b}(k + ${u}u, left + ${32 * j}u);`),
    );
    const sums = eight.map((i) => {
      const terms = halves.map(
        (j) =>
          `c${i}${j} += a.x * b0${j}; c${i}${j} += a.y * b1${j}; c${i}${j} += a.z * b2${j}; c${i}${j} += a.w * b3${j};`,
      );
      return `{ let a = load_${a}(top + ${i}u, k); ${terms.join(' ')} }`;
    });
    return `for (var k = 0u; k < ${inner}; k += 4u) { ${loads.join(' ')} ${sums.join(' ')} }`;
  }
  const loads = halves.flatMap((j) =>
    four.map((n) => `let b${j}${n} = load_${b}(left + ${32 * j + n}u, k);`),
  );
  const sums = eight.map((i) => {
    const terms = halves.map(
      (j) => `c${i}${j} += vec4f(${four.map((n) => `dot(a, b${j}${n})`).join(', ')});`,
    );
    return `{ let a = load_${a}(top + ${i}u, k); ${terms.join(' ')} }`;
  });
  return `for (var k = 0u; k < ${inner}; k += 4u) { ${loads.join(' ')} ${sums.join(' ')} }`;
}

/** Does something with each four sums of a lane: WGSL of their row, their first column and their value. */
export function eachSum(use: (line: string, at: string, value: string) => string): string {
  return eight
    .flatMap((i) => halves.map((j) => use(`top + ${i}u`, `left + ${32 * j}u`, `c${i}${j}`)))
    .join('\n  ');
}

/** Tiles over so many rows or columns. */
export function countTiles(size: number): number {
  return Math.ceil(size / TILE);
}
