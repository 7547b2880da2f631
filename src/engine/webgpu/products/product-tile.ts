// Parts that the kernels of a linear layer are made of: matrices, tiles, and the sums of a tile's lanes. A form decides how a tile is computed.

export type ProductKind = 'a·b' | 'a·bT' | 'aT·b';

/** A way to compute a tile of a product c: a group makes `tile` × `tile` numbers, and each lane `rows.length` × 4 · `columns.length` of them. */
export interface TileForm {
  readonly name: string;
  readonly lanes: number;
  readonly tile: number;
  /** Expressions in WGSL of the rows that a lane has sums of. `begin` declares what they are counted from. */
  readonly rows: readonly string[];
  /** Expressions in WGSL of the first of each four columns that a lane has sums of. */
  readonly columns: readonly string[];
  /** Declarations in WGSL outside of functions. */
  readonly memory: string;
  /** Writes the declarations of a lane's sums, all 0, and of their first row, `top`, and first column, `left`. */
  begin: (tileRow: string, tileColumn: string) => string;
  /**
   * Writes the code that adds a product to a lane's sums, in the order of k. Either every lane of a group runs it, or none.
   *
   * For `aT·b`, `eachLine` is run with each row of b: `b0` holds the numbers of the first four columns, `b1` those of the second.
   */
  addProduct: (product: Product) => string;
}

export interface Product {
  kind: ProductKind;
  /** Name of the first matrix, as in `load_NAME`. */
  a: string;
  /** Name of the second matrix. */
  b: string;
  /** Expression in WGSL, the same for every lane, of the numbers that a sum has. */
  inner: string;
  eachLine?: string;
}

/** A matrix as a kernel binds it. */
export interface MatrixCode {
  /** Name of its tensor. */
  name: string;
  /** Expressions in WGSL of its number of rows, the numbers of a row, and the index where it begins. */
  lines: string;
  width: string;
  base: string;
  /** Whether the width and the base are multiples of 4, and the tensor is bound as vectors. */
  isVector: boolean;
}

const FOUR = [0, 1, 2, 3] as const;

/**
 * Writes `load_NAME(line, at)`, which loads four numbers of a row. Numbers beyond the row's end are 0 or meaningless; for a line beyond the last it
 * loads the last.
 */
export function loadFunction({ name, lines, width, base, isVector }: MatrixCode): string {
  const line = `let row = ${base} + min(line, ${lines} - 1u) * ${width};`;
  if (isVector)
    return `fn load_${name}(line: u32, at: u32) -> vec4f { ${line} return get_${name}((row + at) / 4u); }`;
  const numbers = FOUR.map((i) => `select(0.0, ${name}[row + at + ${i}u], at + ${i}u < ${width})`);
  return `fn load_${name}(line: u32, at: u32) -> vec4f { ${line} return vec4f(${numbers.join(', ')}); }`;
}

/**
 * Writes `store_NAME(line, at, value)`, which stores those of four numbers that are inside the row. If the condition `adds` holds, it adds them to
 * the numbers that are there.
 */
export function storeFunction(
  { name, lines, width, base, isVector }: MatrixCode,
  adds?: string,
): string {
  const head = `fn store_${name}(line: u32, at: u32, value: vec4f) { if (line >= ${lines} || at >= ${width}) { return; } let row = ${base} + line * ${width};`;
  const put = (to: string, value: string) =>
    adds ? `${to} = select(${value}, ${to} + ${value}, ${adds});` : `${to} = ${value};`;
  if (isVector)
    return adds
      ? `${head} ${put(`${name}[(row + at) / 4u]`, 'value')} }`
      : `${head} set_${name}((row + at) / 4u, value); }`;
  const numbers = FOUR.map(
    (i) => `if (at + ${i}u < ${width}) { ${put(`${name}[row + at + ${i}u]`, `value[${i}]`)} }`,
  );
  return `${head} ${numbers.join(' ')} }`;
}

/** Four sums of a lane, as expressions in WGSL: their row, their first column and their value; and the index of these columns among the lane's. */
export interface LaneSum {
  line: string;
  at: string;
  value: string;
  block: number;
}

/** Writes code for each four sums of a lane. */
export function eachSum({ rows, columns }: TileForm, use: (sum: LaneSum) => string): string {
  return rows
    .flatMap((line, i) =>
      columns.map((at, block) => use({ line, at, value: sumName(i, block), block })),
    )
    .join('\n  ');
}

/** Names the variable of four sums: those of a lane's row `i` and its four columns `block`. */
export function sumName(i: number, block: number): string {
  return `c${i}_${block}`;
}

/** Counts the tiles that it takes to cover so many rows or columns. */
export function countTiles({ tile }: TileForm, size: number): number {
  return Math.ceil(size / tile);
}
