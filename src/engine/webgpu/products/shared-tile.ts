import { sumName, type Product, type TileForm } from './product-tile';

/** Steps of k that workgroup memory holds at a time. */
const DEPTH = 16;
const FOUR = [0, 1, 2, 3] as const;

/**
 * Makes the form of products by way of workgroup memory, which suits GPUs. The lanes of a group bring 16 steps of k of their tile's rows and columns
 * there; then each computes its `rows` × `columns` sums from them.
 *
 * Memory holds vectors of four rows or columns, step after step: [a, b][k][tile / 4]. Half of the lanes bring a's numbers and half b's, one block of
 * 4 × 4 each, for which a tile must be 2 · rows · columns wide. Neighbouring lanes load numbers that lie side by side. Blocks whose vectors lie along
 * k are transposed in registers, so that neighbours also store side by side. While 16 steps are added, the next are being loaded.
 */
export function sharedTile(rows: 4 | 8, columns: 4 | 8): TileForm {
  const tile = 2 * rows * columns;
  const fours = tile / 4;
  const lanesAcross = tile / columns;
  const halvesOf = (size: number) => Array.from({ length: size / 4 }, (_, half) => half);
  const bOfMemory = DEPTH * fours;

  const loads = [
    ...halvesOf(rows).map(
      (half) => `let a${half} = slices[at + lane / ${lanesAcross}u + ${(half * fours) / 2}u];`,
    ),
    ...halvesOf(columns).map(
      (half) =>
        `let b${half} = slices[at + lane % ${lanesAcross}u + ${bOfMemory + (half * fours) / 2}u];`,
    ),
  ];
  const eachSumOf = (code: (sum: string, i: number, block: number) => string) =>
    Array.from({ length: rows }, (_, i) =>
      halvesOf(columns).map((block) => code(sumName(i, block), i, block)),
    )
      .flat()
      .join(' ');

  return {
    name: `shared ${tile}`,
    lanes: 2 * tile,
    tile,
    rows: Array.from({ length: rows }, (_, i) => `top + ${(i >> 2) * (tile / 2) + (i % 4)}u`),
    columns: halvesOf(columns).map((half) => `left + ${half * (tile / 2)}u`),
    memory: `var<workgroup> slices: array<vec4f, ${2 * bOfMemory}>;`,

    begin: (tileRow, tileColumn) => `
  let top = ${tileRow} * ${tile}u + (lane / ${lanesAcross}u) * 4u;
  let left = ${tileColumn} * ${tile}u + (lane % ${lanesAcross}u) * 4u;
  let bringsA = lane < ${tile}u;
  let begin = select(${tileColumn}, ${tileRow}, bringsA) * ${tile}u + (lane % ${fours}u) * 4u;
  let deep = (lane % ${tile}u) / ${fours}u * 4u;
  let slot = select(${bOfMemory}u, 0u, bringsA) + deep * ${fours}u + lane % ${fours}u;
  ${eachSumOf((sum) => `var ${sum} = vec4f();`)}`,

    addProduct: (product) => `
  {
    var block = mat4x4f();
    ${bringBlock(product, 'deep')}
    for (var k = 0u; k < ${product.inner}; k += ${DEPTH}u) {
      workgroupBarrier(); // the steps before are added
      ${FOUR.map((i) => `slices[slot + ${i * fours}u] = block[${i}];`).join(' ')}
      workgroupBarrier();
      if (k + ${DEPTH}u < ${product.inner}) { ${bringBlock(product, `k + ${DEPTH}u + deep`)} }
      for (var step = 0u; step < ${DEPTH}u; step++) {
        let at = step * ${fours}u;
        ${loads.join(' ')}
        ${product.eachLine ?? ''}
        ${eachSumOf((sum, i, half) => `${sum} += a${i >> 2}[${i % 4}] * b${half};`)}
      }
    }
  }`,
  };
}

/** Writes the code that loads a lane's block: four steps from `from` on, of four rows of a or four columns of b, and 0 beyond the last step. */
function bringBlock({ kind, a, b, inner }: Product, from: string): string {
  const linesAreSteps = (name: string) =>
    FOUR.map(
      (i) =>
        `block[${i}] = select(vec4f(), load_${name}(first + ${i}u, begin), first + ${i}u < ${inner});`,
    ).join(' ');
  const linesAreRows = (name: string) => {
    const rows = FOUR.map((i) => `load_${name}(begin + ${i}u, first)`);
    return `block = mat4x4f(); if (first < ${inner}) { block = transpose(mat4x4f(${rows.join(', ')})); }`;
  };
  const bringA = kind === 'aT·b' ? linesAreSteps(a) : linesAreRows(a);
  const bringB = kind === 'a·bT' ? linesAreRows(b) : linesAreSteps(b);
  return `{ let first = ${from}; if (bringsA) { ${bringA} } else { ${bringB} } }`;
}
