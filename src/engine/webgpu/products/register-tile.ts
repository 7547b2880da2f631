import { sumName, type Product, type TileForm } from './product-tile';

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const FOUR = [0, 1, 2, 3] as const;
const HALVES = [0, 1] as const;
const TILE = 64;

/** Writes code for every sum of a lane's row. */
const eachOf = (i: number, add: (sum: string, block: number) => string) =>
  HALVES.map((block) => add(sumName(i, block), block)).join(' ');

/**
 * Form of products in registers, without workgroup memory: a lane makes 8 × 8 numbers of c, and 64 lanes make a tile of 64 × 64.
 *
 * The lanes of a tile read the same numbers at the same time, so these come from a cache; 32 loads feed 512 multiply-adds.
 */
export const registerTile: TileForm = {
  name: 'registers',
  lanes: 64,
  tile: TILE,
  rows: EIGHT.map((i) => `top + ${i}u`),
  columns: ['left', 'left + 32u'],
  memory: '',

  begin(tileRow, tileColumn) {
    const sums = EIGHT.map((i) => eachOf(i, (sum) => `var ${sum} = vec4f();`));
    return `
  let top = ${tileRow} * ${TILE}u + (lane / 8u) * 8u;
  let left = ${tileColumn} * ${TILE}u + (lane % 8u) * 4u;
  ${sums.join(' ')}`;
  },

  addProduct(product) {
    if (product.kind === 'aT·b') return addByLines(product);
    const { a, inner } = product;
    const loads = product.kind === 'a·b' ? loadLines(product.b) : loadRows(product.b);
    const add = product.kind === 'a·b' ? addLines : addRows;
    const sums = EIGHT.map((i) => `{ let a = load_${a}(top + ${i}u, k); ${eachOf(i, add)} }`);
    return `for (var k = 0u; k < ${inner}; k += 4u) { ${loads} ${sums.join(' ')} }`;
  },
};

/** Writes the loads of b for four steps of k: `bBLOCK_K` holds four columns. */
function loadLines(b: string): string {
  return HALVES.flatMap((block) =>
    FOUR.map((k) => `let b${block}_${k} = load_${b}(k + ${k}u, left + ${32 * block}u);`),
  ).join(' ');
}

function addLines(sum: string, block: number): string {
  return FOUR.map((k) => `${sum} += a[${k}] * b${block}_${k};`).join(' ');
}

/** Writes the loads of a transposed b for four steps of k: `bBLOCK_COLUMN` holds the four steps of a column. */
function loadRows(b: string): string {
  return HALVES.flatMap((block) =>
    FOUR.map((column) => `let b${block}_${column} = load_${b}(left + ${32 * block + column}u, k);`),
  ).join(' ');
}

function addRows(sum: string, block: number): string {
  return `${sum} += vec4f(${FOUR.map((column) => `dot(a, b${block}_${column})`).join(', ')});`;
}

function addByLines({ a, b, inner, eachLine = '' }: Product): string {
  const sums = EIGHT.map((i) =>
    eachOf(i, (sum, block) => `${sum} += a${i >> 2}[${i % 4}] * b${block};`),
  );
  return `
  for (var k = 0u; k < ${inner}; k++) {
    let a0 = load_${a}(k, top); let a1 = load_${a}(k, top + 4u);
    let b0 = load_${b}(k, left); let b1 = load_${b}(k, left + 32u);
    ${eachLine}
    ${sums.join(' ')}
  }`;
}
