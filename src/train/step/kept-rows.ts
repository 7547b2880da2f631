import type { FlatBuffer } from '../../engine/webgpu/parameters/flat-buffer';
import { WORD_TABLE_KEY, type WordTable } from '../../model/word-table';
import type { NumbersByKey, OptimizerState } from '../optimizer/optimizer-state';

/**
 * Gives sizes of parameters as checkpoints have them: of the word-embedding table the kept rows, without spare ones and in one part.
 *
 * @param words the table, where the device has some rows of it only
 */
export function keptSizes(
  parameters: ReadonlyMap<string, { size: number }>,
  words: WordTable | undefined,
): ReadonlyMap<string, { size: number }> {
  if (!words || !parameters.has(WORD_TABLE_KEY)) return parameters;
  const sizes = new Map(parameters);
  for (const key of words.keys) sizes.delete(key);
  return sizes.set(WORD_TABLE_KEY, { size: words.startRows.length });
}

/** Reads a flat buffer back as `keptSizes` has it. */
export async function readKept(
  flat: FlatBuffer,
  words: WordTable | undefined,
): Promise<Map<string, Float32Array>> {
  const numbers = await flat.read();
  if (numbers.has(WORD_TABLE_KEY)) words?.joinParts(numbers);
  return numbers;
}

/** Writes a parameter's numbers, as `keptSizes` has them, to a flat buffer. */
export function writeKept(
  flat: FlatBuffer,
  words: WordTable | undefined,
  key: string,
  numbers: Float32Array,
): void {
  if (!words || key !== WORD_TABLE_KEY) flat.write(key, numbers);
  else for (const [part, { data }] of words.toParts(numbers)) flat.write(part, data);
}

/** Takes numbers of all rows on a CPU for those of the kept ones. */
export function withoutSpareRows(
  numbers: NumbersByKey,
  words: WordTable | undefined,
): NumbersByKey {
  const table = numbers.get(WORD_TABLE_KEY);
  if (!words || !table) return numbers;
  return new Map(numbers).set(WORD_TABLE_KEY, table.slice(0, words.startRows.length));
}

/** Puts zeros for the spare rows behind numbers of the kept ones; where those are not as many, they stay, and are refused by their size. */
export function withSpareRows(numbers: NumbersByKey, words: WordTable | undefined): NumbersByKey {
  const table = numbers.get(WORD_TABLE_KEY);
  if (!words || table?.length !== words.startRows.length) return numbers;
  const [all] = words.toParts(table).values();
  return new Map(numbers).set(WORD_TABLE_KEY, all!.data);
}

/** Changes the numbers of each slot. */
export function mapSlots(
  state: OptimizerState,
  change: (numbers: NumbersByKey) => NumbersByKey,
): OptimizerState {
  const slots = new Map(Array.from(state.slots, ([slot, numbers]) => [slot, change(numbers)]));
  return { ...state, slots };
}
