import { joinEntities, moveEntities, type EntityColumns } from '../../ner/entity-columns';
import {
  firstEndingBehind,
  firstStartingAt,
  joinRanges,
  type TextRanges,
} from '../../ner/text-ranges';

/** One stretch of a text that was replaced. */
export interface TextEdit {
  /** Start of the stretch that went, in UTF-16 code units. */
  readonly start: number;
  /** End of the stretch that went. */
  readonly end: number;
  /** Code units that stand in its place. */
  readonly inserted: number;
}

/**
 * Moves entities to where they stand after an edit. Entities in front of it stay, entities behind it move along, and entities that it
 * touches are dropped. So the marks follow the typing until the model has read the new text.
 */
export function shiftEntities(
  entities: EntityColumns,
  { start, end, inserted }: TextEdit,
): EntityColumns {
  if (start === end && inserted === 0) return entities;
  const stay = firstEndingBehind(entities, start);
  const move = Math.max(stay, firstStartingAt(entities, end));
  const moved = inserted - (end - start);
  if (stay === move) return moveEntities(entities, move, moved); // most keys: no entity goes
  return joinEntities(entities, stay, entities, move, moved);
}

/** Moves stretches of a text to where they stand after an edit, as `shiftEntities` does. */
export function shiftRanges(ranges: TextRanges, { start, end, inserted }: TextEdit): TextRanges {
  if (start === end && inserted === 0) return ranges;
  const stay = firstEndingBehind(ranges, start);
  const move = Math.max(stay, firstStartingAt(ranges, end));
  return joinRanges(ranges, stay, ranges, move, inserted - (end - start));
}

/** Finds the stretch in which two texts differ. */
export function findEdit(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same += 1;
  return { start, end: before.length - same, inserted: after.length - same - start };
}
