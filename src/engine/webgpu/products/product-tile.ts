// What the kernels of a linear layer are made of: matrices, tiles, and the sums of a tile's lanes. How a tile is computed is a form of its own.

export type ProductKind = 'a·b' | 'a·bT' | 'aT·b';

/** A way to compute a tile of a product: a group makes `tile` × `tile` numbers of c, a lane `rows.length` × 4 · `columns.length` of them. */
export interface TileForm {
  readonly name: string;
  readonly lanes: number;
  readonly tile: number;
  /** WGSL: the rows that a lane has sums of, and the first of each four columns. `begin` declares what they are counted from. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** WGSL outside of functions. */
  readonly memory: string;
  /** Declares a lane's sums, all 0, and where they stand: `top` is the first row, `left` the first column. */
  begin: (tileRow: string, tileColumn: string) => string;
  /**
   * Adds a product to a lane's sums, in the order of k. Every lane of a group comes here, or none.
   *
   * `eachLine`, of `aT·b`, is done with each row of b: `b0` are the numbers of the first four columns, `b1` those of the second.
   */
  addProduct: (product: Product) => string;
}

export interface Product {
  kind: ProductKind;
  /** Matrices, by the names that their `load` functions have. */
  a: string;
  b: string;
  /** WGSL, the same for every lane: the numbers of a sum. */
  inner: string;
  eachLine?: string;
}

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

const FOUR = [0, 1, 2, 3] as const;

/** `load_NAME(line, at)`: four numbers of a row. Beyond a row's end they are 0 or meaningless; a line beyond the last is the last. */
export function loadFunction({ name, lines, width, base, isVector }: MatrixCode): string {
  const line = `let row = ${base} + min(line, ${lines} - 1u) * ${width};`;
  if (isVector)
    return `fn load_${name}(line: u32, at: u32) -> vec4f { ${line} return get_${name}((row + at) / 4u); }`;
  const numbers = FOUR.map((i) => `select(0.0, ${name}[row + at + ${i}u], at + ${i}u < ${width})`);
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
  if (isVector)
    return adds
      ? `${head} ${put(`${name}[(row + at) / 4u]`, 'value')} }`
      : `${head} set_${name}((row + at) / 4u, value); }`;
  const numbers = FOUR.map(
    (i) => `if (at + ${i}u < ${width}) { ${put(`${name}[row + at + ${i}u]`, `value[${i}]`)} }`,
  );
  return `${head} ${numbers.join(' ')} }`;
}

/** Four sums of a lane in WGSL: their row, their first column, their value, and the four columns' index among the lane's. */
export interface LaneSum {
  line: string;
  at: string;
  value: string;
  block: number;
}

/** Does something with each four sums of a lane. */
export function eachSum({ rows, columns }: TileForm, use: (sum: LaneSum) => string): string {
  return rows
    .flatMap((line, i) =>
      columns.map((at, block) => use({ line, at, value: sumName(i, block), block })),
    )
    .join('\n  ');
}

/** The variable of four sums: of a lane's row `i`, and its four columns `block`. */
export function sumName(i: number, block: number): string {
  return `c${i}_${block}`;
}

/** Tiles over so many rows or columns. */
export function countTiles({ tile }: TileForm, size: number): number {
  return Math.ceil(size / tile);
}
