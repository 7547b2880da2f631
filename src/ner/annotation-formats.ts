import type { TextEntity } from './entity-span';
import type { TaggedWord } from './tagged-word';
import type { TextRange } from './text-ranges';

/** Format of an annotated text: JSON, or a column file. */
export type AnnotationFormat = 'json' | 'conll';

/**
 * Writes an annotated text as JSON: `{"text", "entities": [{"start", "end", "label", "text", "confidence"}]}`; offsets are UTF-16 code
 * units, half-open. Words that the model cannot read stand behind, where there are any: `"unreadable": [{"start", "end", "text"}]`.
 */
export function formatAnnotationJson(
  text: string,
  entities: readonly TextEntity[],
  unreadable: readonly TextRange[] = [],
): string {
  const found = entities.map(({ start, end, label, confidence }) => ({
    start,
    end,
    label,
    text: text.slice(start, end),
    confidence: Number(confidence.toFixed(4)),
  }));
  const unread = unreadable.map(({ start, end }) => ({ start, end, text: text.slice(start, end) }));
  const annotated = { text, entities: found, ...(unread.length > 0 ? { unreadable: unread } : {}) };
  return `${JSON.stringify(annotated, undefined, 2)}\n`;
}

/** Writes an annotated text as a column file: word, TAB, tag; an empty line where a line of the text ended. */
export function formatAnnotationColumns(text: string, words: readonly TaggedWord[]): string {
  let rows = '';
  let end = 0;
  for (const word of words) {
    if (end > 0 && /[\n\r]/.test(text.slice(end, word.start))) rows += '\n';
    rows += `${text.slice(word.start, word.end)}\t${word.tag}\n`;
    end = word.end;
  }
  return rows === '' ? '' : `${rows}\n`;
}
