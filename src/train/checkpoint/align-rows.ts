import { WORD_TABLE_KEY, type WordTable } from '../../model/word-table';
import type { NumbersByKey } from '../optimizer/optimizer-state';

/**
 * Brings a checkpoint's moments or gradients of the word-embedding table into the rows that a model keeps of it. Rows that the checkpoint has not
 * are zeros: they never had a gradient.
 *
 * @param wordIds pieces of the checkpoint's rows; undefined where it has the table whole, as those of earlier builds
 * @param words the model's table; undefined where it is whole
 */
export function alignRows(
  numbers: NumbersByKey,
  wordIds: Int32Array | undefined,
  words: WordTable | undefined,
): NumbersByKey {
  const table = numbers.get(WORD_TABLE_KEY);
  if (!words || !table) return numbers;
  const width = words.shape[1];
  const rowOf = wordIds && new Map(Array.from(wordIds, (id, row) => [id, row]));
  const aligned = new Float32Array(words.startRows.length);
  words.ids.forEach((id, i) => {
    const row = rowOf ? rowOf.get(id) : id;
    if (row !== undefined) aligned.set(table.subarray(row * width, (row + 1) * width), i * width);
  });
  return new Map(numbers).set(WORD_TABLE_KEY, aligned);
}
