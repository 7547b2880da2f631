import type { TextEntity } from './entity-span';
import { joinRanges, type TextRanges } from './text-ranges';

/**
 * Entities of a text in columns, sorted and disjoint. A long text has tens of thousands: so they cross from worker to page, and move
 * along with the typing, without an object each.
 */
export interface EntityColumns extends TextRanges {
  /** Indices into `labels`. */
  readonly labelIds: Uint16Array;
  /** Confidences, 0–1. */
  readonly confidences: Float64Array;
  readonly labels: readonly string[];
}

export const NO_ENTITIES = toEntityColumns([]);

export function toEntityColumns(entities: readonly TextEntity[]): EntityColumns {
  const labels = [...new Set(entities.map(({ label }) => label))];
  const idOf = new Map(labels.map((label, id) => [label, id]));
  return {
    starts: Int32Array.from(entities, ({ start }) => start),
    ends: Int32Array.from(entities, ({ end }) => end),
    labelIds: Uint16Array.from(entities, ({ label }) => idOf.get(label)!),
    confidences: Float64Array.from(entities, ({ confidence }) => confidence),
    labels,
  };
}

export function countEntities({ starts }: EntityColumns): number {
  return starts.length;
}

/** Gives one of the entities; the index must be below their count. */
export function entityAt(columns: EntityColumns, index: number): TextEntity {
  return {
    start: columns.starts[index]!,
    end: columns.ends[index]!,
    label: columns.labels[columns.labelIds[index]!]!,
    confidence: columns.confidences[index]!,
  };
}

/** Gives the entities from index `from` up to `to`. */
export function listEntities(
  columns: EntityColumns,
  from = 0,
  to = countEntities(columns),
): TextEntity[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => entityAt(columns, from + i));
}

/** Puts the entities of `front` up to index `upTo` before those of `back` from index `from`, these moved by `moved` code units. */
export function joinEntities(
  front: EntityColumns,
  upTo: number,
  back: EntityColumns,
  from: number,
  moved = 0,
): EntityColumns {
  const rest = countEntities(back) - from;
  const { starts, ends } = joinRanges(front, upTo, back, from, moved);
  const labelIds = new Uint16Array(upTo + rest);
  const confidences = new Float64Array(upTo + rest);
  labelIds.set(front.labelIds.subarray(0, upTo));
  confidences.set(front.confidences.subarray(0, upTo));
  labelIds.set(back.labelIds.subarray(from), upTo);
  confidences.set(back.confidences.subarray(from), upTo);
  const labels = upTo === 0 ? back.labels : front.labels;
  return { starts, ends, labelIds, confidences, labels };
}

/** Moves the entities from an index on by so many code units. */
export function moveEntities(columns: EntityColumns, from: number, moved: number): EntityColumns {
  const starts = columns.starts.slice();
  const ends = columns.ends.slice();
  for (let i = from; i < starts.length; i++) {
    starts[i]! += moved;
    ends[i]! += moved;
  }
  return { ...columns, starts, ends };
}
