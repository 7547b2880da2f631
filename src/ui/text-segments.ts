import type { EntitySpan, TextEntity } from '../ner/entity-span';

/** A stretch of text, with the entity that covers it. */
export interface TextSegment<Entity> {
  text: string;
  /** UTF-16 code unit where it begins. */
  start: number;
  entity?: Entity;
}

/** Cuts a text at its entities; joined, the segments are the text. Entities are sorted and disjoint; what reaches beyond the text is cut off. */
export function segmentText(
  text: string,
  entities: readonly TextEntity[],
): TextSegment<TextEntity>[] {
  const segments: TextSegment<TextEntity>[] = [];
  let position = 0;
  for (const entity of entities) {
    if (entity.start < position || entity.start >= text.length) continue;
    if (entity.start > position)
      segments.push({ text: text.slice(position, entity.start), start: position });
    segments.push({ text: text.slice(entity.start, entity.end), start: entity.start, entity });
    position = Math.min(entity.end, text.length);
  }
  if (position < text.length) segments.push({ text: text.slice(position), start: position });
  return segments;
}

/** The same for a sentence of words, joined by spaces; `start` counts words. */
export function segmentWords(
  words: readonly string[],
  spans: readonly EntitySpan[],
): TextSegment<EntitySpan>[] {
  const segments: TextSegment<EntitySpan>[] = [];
  let position = 0;
  for (const span of spans) {
    if (span.start > position)
      segments.push({ text: words.slice(position, span.start).join(' '), start: position });
    segments.push({
      text: words.slice(span.start, span.end).join(' '),
      start: span.start,
      entity: span,
    });
    position = span.end;
  }
  if (position < words.length)
    segments.push({ text: words.slice(position).join(' '), start: position });
  return segments;
}
