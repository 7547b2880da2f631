import { StateEffect, StateField, type ChangeSet } from '@codemirror/state';
import { NO_ENTITIES, type EntityColumns } from '../../ner/entity-columns';
import { NO_RANGES, type TextRanges } from '../../ner/text-ranges';
import { shiftEntities, shiftRanges, type TextEdit } from '../../studio/try/entity-shift';
import type { EntityColour } from '../parts/entity-colours';

/** Entities as an editor shows them. */
export interface ShownEntities {
  entities: EntityColumns;
  /** Words that the model cannot read. */
  unreadable: TextRanges;
  colours: ReadonlyMap<string, EntityColour>;
}

export const showEntities = StateEffect.define<ShownEntities>();

/** Entities of the very text that the editor holds: between two readings they move along with the typing. */
export const SHOWN_ENTITIES = StateField.define<ShownEntities>({
  create: () => ({ entities: NO_ENTITIES, unreadable: NO_RANGES, colours: new Map() }),
  update(shown, { docChanged, changes, effects }) {
    for (const effect of effects) if (effect.is(showEntities)) return effect.value;
    if (!docChanged) return shown;
    const edit = coveringEdit(changes);
    return {
      ...shown,
      entities: shiftEntities(shown.entities, edit),
      unreadable: shiftRanges(shown.unreadable, edit),
    };
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
