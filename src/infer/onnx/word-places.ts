import type { ModelMetadata } from '../../export/model-metadata';
import type { WordBlocks } from '../../export/word-blocks';
import { specialIdsOf } from '../../tokenizer/tokenizer-kinds';
import type { ListedTensor } from './onnx-graph-reader';

/**
 * Reads which pieces have a row in a file whose word table is in blocks, and checks where these rows stand.
 *
 * @param tensor `PLACES_TENSOR`
 * @returns u8[pieces]: 1 for a piece with a row
 * @throws an Error that says which place no file of ours has
 */
export async function readPlaces(
  blob: Blob,
  { start, byteLength }: ListedTensor,
  metadata: ModelMetadata,
  { rows, changedRows }: WordBlocks,
): Promise<Uint8Array> {
  const places = new Int32Array(await blob.slice(start, start + byteLength).arrayBuffer());
  const absent = rows + changedRows;
  const hasRow = new Uint8Array(places.length);
  const taken = new Uint8Array(absent);
  let changed = 0;
  for (let id = 0; id < places.length; id++) {
    const place = places[id]!;
    if (place === absent) continue;
    if (place < 0 || place > absent || taken[place]) {
      throw new Error(
        `the row of its piece ${id} should be one of its own below ${absent} and is ${place}`,
      );
    }
    taken[place] = 1;
    hasRow[id] = 1;
    if (place >= rows) changed++;
  }
  if (changed !== changedRows) {
    throw new Error(
      `its word table has ${changedRows} changed rows, of which pieces use ${changed}`,
    );
  }
  for (const [name, id] of Object.entries<number>({ ...specialIdsOf(metadata) })) {
    if (!hasRow[id]) throw new Error(`its word table lacks the row of piece ${id}, its ${name}`);
  }
  return hasRow;
}
