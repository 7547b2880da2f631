import type { FlatBuffer } from '../../engine/webgpu/parameters/flat-buffer';
import { WORD_TABLE_KEY, type WordTable } from '../../model/word-table';

/**
 * Gives sizes of parameters as checkpoints have them: the word-embedding table whole, where the device has some rows of it only.
 *
 * @param words the table, where it is so
 */
export function wholeSizes(
  parameters: ReadonlyMap<string, { size: number }>,
  words: WordTable | undefined,
): ReadonlyMap<string, { size: number }> {
  if (!words || !parameters.has(WORD_TABLE_KEY)) return parameters;
  const sizes = new Map(parameters);
  for (const key of words.keys) sizes.delete(key);
  return sizes.set(WORD_TABLE_KEY, { size: words.shape[0] * words.shape[1] });
}

/** Reads a flat buffer back with the word-embedding table whole: zeros for the pieces that are not on the device. */
export async function readWhole(
  flat: FlatBuffer,
  words: WordTable | undefined,
): Promise<Map<string, Float32Array>> {
  const numbers = await flat.read();
  if (numbers.has(WORD_TABLE_KEY)) words?.joinParts(numbers);
  return numbers;
}

/** Writes a parameter's numbers to a flat buffer; of the word-embedding table, the rows that are on the device. */
export function writeWhole(
  flat: FlatBuffer,
  words: WordTable | undefined,
  key: string,
  numbers: Float32Array,
): void {
  if (!words || key !== WORD_TABLE_KEY) flat.write(key, numbers);
  else for (const [part, { data }] of words.toParts(numbers)) flat.write(part, data);
}
