import type { Sentence } from '../../../src/ner/sentence';
import { spansToTags, type TagScheme } from '../../../src/ner/tag-scheme';

/**
 * Sentences as a two-column file, one string a sentence: word, TAB, tag, and an empty line at the end. `-DOCSTART-` stands
 * before each document but the first, so that reading gives the same sentences back.
 *
 * @throws Error for a word that its own row could not hold (empty, or with a TAB or a line end).
 */
export function* writeColumns(
  sentences: Iterable<Sentence>,
  scheme: TagScheme,
): Generator<string, void> {
  let isFirst = true;
  for (const { words, spans, startsDocument } of sentences) {
    if (startsDocument && !isFirst) yield '-DOCSTART-\tO\n\n';
    isFirst = false;
    yield writeRows(words, spansToTags(spans, words.length, scheme));
  }
}

/** Words beside their tags, and the empty line that ends them. @throws Error as `writeColumns`. */
export function writeRows(words: readonly string[], tags: readonly string[]): string {
  let rows = '';
  for (const [index, word] of words.entries()) {
    if (word === '' || /[\t\n\r]/.test(word)) {
      throw new Error(
        `Word ${index + 1}, ${JSON.stringify(word)}, cannot stand in a column file; expected a word without TAB or line end.`,
      );
    }
    rows += `${word}\t${tags[index] ?? 'O'}\n`;
  }
  return `${rows}\n`;
}
