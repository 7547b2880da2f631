import type { EntitySpan, TextEntity } from '../../ner/entity-span';

/** A stretch of text, with the entity that covers it. */
export interface TextSegment<Entity> {
  text: string;
  /** UTF-16 code unit where it begins. */
  start: number;
  entity?: Entity;
}

/** Cuts a text at its entities; joined, the segments are the text. Entities are sorted and disjoint; one that reaches beyond the text is cut off. */
export function segmentText(
  text: string,
  entities: readonly TextEntity[],
): TextSegment<TextEntity>[] {
  const segments: TextSegment<TextEntity>[] = [];
  let position = 0;
  for (const entity of entities) {
    const isEmpty = entity.end <= entity.start;
    if (isEmpty || entity.start < position || entity.start >= text.length) continue;
    if (entity.start > position)
      segments.push({ text: text.slice(position, entity.start), start: position });
    segments.push({ text: text.slice(entity.start, entity.end), start: entity.start, entity });
    position = Math.min(entity.end, text.length);
  }
  if (position < text.length) segments.push({ text: text.slice(position), start: position });
  return segments;
}

/** A stretch of words. */
export interface WordSegment extends TextSegment<EntitySpan> {
  /** Space between this stretch and the one before. */
  gap: string;
  /** Text, cut where matched words begin and end. */
  parts: { text: string; isMatched: boolean }[];
}

/** A stretch of either kind, as it is drawn. */
export type MarkedSegment = TextSegment<{ label: string; confidence?: number }> &
  Partial<Pick<WordSegment, 'gap' | 'parts'>>;

/**
 * Cuts a sentence of words at its entities, with spaces as in print: none before closing punctuation and clitics, none after an
 * opening bracket. `start` counts words, and so do the ranges of `matched`.
 */
export function segmentWords(
  words: readonly string[],
  spans: readonly EntitySpan[],
  matched: readonly Pick<EntitySpan, 'start' | 'end'>[] = [],
): WordSegment[] {
  const segments: WordSegment[] = [];
  let position = 0;
  const isMatched = (word: number) => matched.some(({ start, end }) => start <= word && word < end);
  const add = (end: number, entity?: EntitySpan) => {
    if (end <= position) return;
    const parts: WordSegment['parts'] = [];
    for (let word = position; word < end; word++) {
      const space = word > position && isSpaced(words, word) ? ' ' : '';
      const last = parts.at(-1);
      if (last?.isMatched === isMatched(word)) {
        last.text += space + words[word]!;
      } else if (last && isMatched(word)) {
        last.text += space; // a space at the edge is no part of the match
        parts.push({ text: words[word]!, isMatched: true });
      } else {
        parts.push({ text: space + words[word]!, isMatched: isMatched(word) });
      }
    }
    const text = parts.map((part) => part.text).join('');
    const gap = position > 0 && isSpaced(words, position) ? ' ' : '';
    segments.push({ gap, text, parts, start: position, ...(entity ? { entity } : {}) });
    position = end;
  };
  for (const span of spans) {
    add(span.start);
    add(span.end, span);
  }
  add(words.length);
  return segments;
}

/** Tells whether a space stands before word `index`. */
function isSpaced(words: readonly string[], index: number): boolean {
  const opens = /^[([{„“‘«]+$/u.test(words[index - 1] ?? '');
  const closes = /^(?:[.,;:!?)\]}…”»%]+|['’](?:s|re|ve|ll|d|m)|n['’]t)$/iu.test(words[index] ?? '');
  return !opens && !closes;
}
