import { bytesOf, loadLanes, storeLanes } from './vector-math';
import { multiplyTile, TILE_COLUMNS, TILE_ROWS } from './micro-kernel';
import { pack } from './pack';

/** Ways in which a tile begins: with zeros, with a row of bias, or with what stands in c. */
export const START_AT_ZERO: i32 = 0;
export const START_AT_BIAS: i32 = 1;
export const START_AT_C: i32 = 2;

const TILE_BYTES: usize = bytesOf(TILE_ROWS * TILE_COLUMNS);
/** Depth of a packed block at most: with it a panel of a and one of b fit into a first-level cache of 32 KB. */
export const DEPTH: i32 = 384;
/** Panels of b that are packed at once, so that whole cache lines of b are read. */
const PANELS: i32 = 4;

/** Computes the depth of the blocks that `inner` is cut into; the blocks are nearly equal. */
function depthOf(inner: i32): i32 {
  const blocks = max(1, (inner + DEPTH - 1) / DEPTH);
  return (inner + blocks - 1) / blocks;
}

/**
 * Computes c = a · b, plus a bias or plus what stands in c, for `rows` × `columns` numbers of c. Sizes and strides (in bytes) are any; rows of c
 * are dense.
 *
 * For each block of the inner dimension it packs all panels of a and then a few of b into `scratch`, which has `matmulScratchBytes`. A later block
 * goes on with the sums in c. So every sum runs in the order of k, and a number of c does not depend on how the product was split. Where `sums`
 * is given, the sum of each column of b is written there.
 */
export function multiplyBlock(
  scratch: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  start: i32,
  bias: usize,
  sums: usize = 0,
): void {
  const depth = depthOf(inner);
  const packedA = scratch + 2 * TILE_BYTES;
  for (let k = 0; k < inner; k += depth) {
    const count = min(depth, inner - k);
    const panelBytes = bytesOf(TILE_ROWS * count);
    let panel = packedA;
    for (let i = 0; i < rows; i += TILE_ROWS) {
      const from = a + <usize>i * aRow + <usize>k * aColumn;
      pack(from, aRow, aColumn, panel, TILE_ROWS, min(TILE_ROWS, rows - i), count);
      panel += panelBytes;
    }
    const packedB = panel;
    const fromB = b + <usize>k * bRow;
    const from = k == 0 ? start : START_AT_C;
    for (let j = 0; j < columns; j += PANELS * TILE_COLUMNS) {
      const end = min(columns, j + PANELS * TILE_COLUMNS);
      packPanels(fromB, bRow, bColumn, packedB, j, end, count);
      panel = packedB;
      for (let column = j; column < end; column += TILE_COLUMNS) {
        const width = min(TILE_COLUMNS, columns - column);
        const at = bytesOf(column);
        if (sums != 0) addPanel(panel, count, sums + at, width, k == 0);
        multiplyPanel(scratch, packedA, panel, count, c + at, cRow, rows, width, from, bias + at);
        panel += bytesOf(TILE_COLUMNS * count);
      }
    }
  }
}

/** Packs columns `column` to `end` of b, panel after panel. */
function packPanels(
  b: usize,
  bRow: usize,
  bColumn: usize,
  packed: usize,
  column: i32,
  end: i32,
  depth: i32,
): void {
  for (let j = column; j < end; j += TILE_COLUMNS) {
    const width = min(TILE_COLUMNS, end - j);
    pack(b + <usize>j * bColumn, bColumn, bRow, packed, TILE_COLUMNS, width, depth);
    packed += bytesOf(TILE_COLUMNS * depth);
  }
}

/** Computes all tiles of c that one panel of b makes; they are at most TILE_COLUMNS wide. */
function multiplyPanel(
  scratch: usize,
  packedA: usize,
  packedB: usize,
  depth: i32,
  c: usize,
  cRow: usize,
  rows: i32,
  width: i32,
  start: i32,
  bias: usize,
): void {
  const tile = scratch; // a tile that reaches over the edge of c is made here
  const row = tile + TILE_BYTES; // the row that all of its rows begin with
  const isWhole = width == TILE_COLUMNS;
  if (start == START_AT_ZERO) startRow(row, 0, width);
  else if (start == START_AT_BIAS) startRow(row, bias, width);
  const panelBytes = bytesOf(TILE_ROWS * depth);
  for (let i = 0; i < rows; i += TILE_ROWS) {
    const height = min(TILE_ROWS, rows - i);
    const to = c + <usize>i * cRow;
    if (isWhole) {
      const goesOn = start == START_AT_C;
      // prettier-ignore
      multiplyTile(packedA, packedB, depth, goesOn ? to : row, goesOn ? cRow : 0, to, cRow, height);
    } else {
      if (start == START_AT_C) copyRows(to, cRow, tile, 32, height, width);
      const goesOn = start == START_AT_C;
      multiplyTile(packedA, packedB, depth, goesOn ? tile : row, goesOn ? 32 : 0, tile, 32, height);
      copyRows(tile, 32, to, cRow, height, width);
    }
    packedA += panelBytes;
  }
}

/** Writes the sums of a packed panel's columns to `sums`; behind the first panel it adds them. */
function addPanel(panel: usize, depth: i32, sums: usize, width: i32, isFirst: bool): void {
  let left = isFirst ? f32x4.splat(0) : loadLanes(sums, width);
  let right = isFirst ? f32x4.splat(0) : loadLanes(sums + 16, width - 4);
  for (let k = depth; k > 0; k--) {
    left = f32x4.add(left, v128.load(panel));
    right = f32x4.add(right, v128.load(panel, 16));
    panel += 32;
  }
  storeLanes(sums, left, width);
  storeLanes(sums + 16, right, width - 4);
}

/** Computes the scratch that `multiplyBlock` needs for so many rows. */
export function matmulScratchBytes(rows: i32, inner: i32): usize {
  const tilesDown = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const lines = tilesDown * TILE_ROWS + PANELS * TILE_COLUMNS;
  return bytesOf(depthOf(inner)) * <usize>lines + 2 * TILE_BYTES;
}

function startRow(row: usize, bias: usize, width: i32): void {
  for (let j = 0; j < TILE_COLUMNS; j++) {
    const at = bytesOf(j);
    store<f32>(row + at, bias != 0 && j < width ? load<f32>(bias + at) : 0);
  }
}

function copyRows(
  from: usize,
  fromRow: usize,
  to: usize,
  toRow: usize,
  rows: i32,
  columns: i32,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = bytesOf(j);
      store<f32>(to + <usize>i * toRow + at, load<f32>(from + <usize>i * fromRow + at));
    }
  }
}

/** Computes where part `part` begins if `count` numbers are cut into `parts`. */
function beginOf(part: i32, parts: i32, count: i32): i32 {
  return <i32>((<i64>part * count) / parts);
}

/**
 * Does one task of c = a · b for a batch of matrices: a band of rows and a band of columns of one matrix. Tasks = batch · rowBands ·
 * columnBands. Batch strides are in bytes; c is dense. Where `sums` is given, for a single matrix only, the sum of each column of b is written
 * there.
 */
export function multiply(
  task: i32,
  scratch: usize,
  a: usize,
  aBatch: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bBatch: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  rowBands: i32,
  columnBands: i32,
  start: i32,
  bias: usize,
  sums: usize,
): void {
  const columnBand = task % columnBands;
  const rest = task / columnBands;
  const rowBand = rest % rowBands;
  const matrix = <usize>(rest / rowBands);
  const tilesDown = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const tilesAcross = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const top = beginOf(rowBand, rowBands, tilesDown) * TILE_ROWS;
  const bottom = min(rows, beginOf(rowBand + 1, rowBands, tilesDown) * TILE_ROWS);
  const left = beginOf(columnBand, columnBands, tilesAcross) * TILE_COLUMNS;
  const right = min(columns, beginOf(columnBand + 1, columnBands, tilesAcross) * TILE_COLUMNS);
  const cRow = bytesOf(columns);
  multiplyBlock(
    scratch,
    a + matrix * aBatch + <usize>top * aRow,
    aRow,
    aColumn,
    b + matrix * bBatch + <usize>left * bColumn,
    bRow,
    bColumn,
    c + (matrix * <usize>rows + <usize>top) * cRow + bytesOf(left),
    cRow,
    bottom - top,
    right - left,
    inner,
    start,
    bias + bytesOf(left),
    sums != 0 && rowBand == 0 ? sums + bytesOf(left) : 0,
  );
}
