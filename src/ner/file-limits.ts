import { listSome, shorten } from '../messages/shorten';

/**
 * Bounds of what a model's file holds, which import, the fields of the page and the export all read here: what could not be exported is told
 * before a training, never after it.
 */
export const FILE_LIMITS = {
  labels: 1000,
  /** Characters of a tag, in UTF-16 units. */
  tagCharacters: 300,
  /** Characters of a label: a tag's without `B-`. */
  labelCharacters: 298,
  /** Characters of the name of a model, a corpus or an encoder. */
  nameCharacters: 300,
} as const;

/** Explains why a corpus with these labels gives no model; undefined where it does. */
export function labelsFault(labels: readonly string[]): string | undefined {
  if (labels.length > FILE_LIMITS.labels) {
    const found = labels.length.toLocaleString('en');
    const most = FILE_LIMITS.labels.toLocaleString('en');
    const some = listSome(labels, { most: 3, show: (label) => `“${shorten(label, 30)}”` });
    return `The corpus has ${found} labels (${some}), and a model holds at most ${most}, so its tag column probably holds something else; choose another column as tag under “how it is read”.`;
  }
  const long = labels.find(({ length }) => length > FILE_LIMITS.labelCharacters);
  if (long === undefined) return undefined;
  return `The label “${shorten(long)}” has ${long.length} characters, and a model holds labels of at most ${FILE_LIMITS.labelCharacters}; read the corpus again to give it a shorter name.`;
}
