import { StateEffect, StateField, type ChangeSet } from '@codemirror/state';
import { NO_ENTITIES, type EntityColumns } from '../../ner/entity-columns';
import { shiftEntities, type TextEdit } from '../../studio/try/entity-shift';
import type { EntityColour } from '../parts/entity-colours';

/** Entities as an editor shows them. */
export interface ShownEntities {
  entities: EntityColumns;
  colours: ReadonlyMap<string, EntityColour>;
}

export const showEntities = StateEffect.define<ShownEntities>();

/** Entities of the very text that the editor holds: between two readings they move along with the typing. */
export const SHOWN_ENTITIES = StateField.define<ShownEntities>({
  create: () => ({ entities: NO_ENTITIES, colours: new Map() }),
  update(shown, { docChanged, changes, effects }) {
    for (const effect of effects) if (effect.is(showEntities)) return effect.value;
    if (!docChanged) return shown;
    return { ...shown, entities: shiftEntities(shown.entities, coveringEdit(changes)) };
  },
});

/** Makes one edit of changes: from the first that changed to the last. */
export function coveringEdit(changes: ChangeSet): TextEdit {
  let [start, end, newEnd] = [Infinity, 0, 0];
  changes.iterChangedRanges((fromBefore, toBefore, _, to) => {
    start = Math.min(start, fromBefore);
    [end, newEnd] = [toBefore, to];
  });
  return start === Infinity
    ? { start: 0, end: 0, inserted: 0 }
    : { start, end, inserted: newEnd - start };
}
