import type { TextEntity } from '../../ner/entity-span';

/**
 * Moves the entities of `before` to where they stand in `after`, when one stretch of the text was edited. Entities in front of the edit
 * stay, entities behind it move along, and entities that it touches are dropped. So the marks follow the typing until the model has read
 * the new text.
 */
export function shiftEntities(
  entities: readonly TextEntity[],
  before: string,
  after: string,
): TextEntity[] {
  if (before === after) return [...entities];
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before[prefix] === after[prefix]) prefix += 1;
  let suffix = 0;
  while (suffix < shorter - prefix && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix += 1;
  const editEnd = before.length - suffix;
  const moved = after.length - before.length;
  const shifted: TextEntity[] = [];
  for (const entity of entities) {
    if (entity.end <= prefix) shifted.push(entity);
    else if (entity.start >= editEnd)
      shifted.push({ ...entity, start: entity.start + moved, end: entity.end + moved });
  }
  return shifted;
}
