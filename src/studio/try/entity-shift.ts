import type { TextEntity } from '../../ner/entity-span';

/**
 * Where the entities of `before` stand in `after`, if one stretch was edited: those in front stay, those behind move along, and those the
 * edit touches inside are dropped. Marks so follow the typing until the model has read the new text.
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
