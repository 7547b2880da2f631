import { RangeSet, StateEffect, type Range } from '@codemirror/state';
import {
  Decoration,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type PluginValue,
  type ViewUpdate,
} from '@codemirror/view';
import { entityAt, countEntities } from '../../ner/entity-columns';
import type { TextEntity } from '../../ner/entity-span';
import { countRanges, firstEndingBehind } from '../../ner/text-ranges';
import { colourStyle } from '../parts/entity-colours';
import { positionLabels, type LabelPosition } from '../parts/label-positions';
import { LabelExtents } from './label-extents';
import { SHOWN_ENTITIES, showEntities } from './shown-entities';

/** Confidence below which a mark is an outline with its number. */
const UNSURE_BELOW = 0.7;

/** Tells that labels have found their positions. */
const positionedLabels = StateEffect.define<null>();
/** A word that the model cannot read. */
const UNREADABLE = Decoration.mark({
  class: 'unreadable',
  attributes: { title: 'This model cannot read this word' },
});
/** Each line has the direction of its first letter. */
const LINE = Decoration.line({ attributes: { dir: 'auto' } });

/**
 * Marks the entities in sight, and no others. Labels are generated content that takes no room in the line: above its word, or below
 * where it would cover another's.
 */
class EntityMarks implements PluginValue {
  decorations: DecorationSet = Decoration.none;
  /** Marked entities, in order. */
  #marked: TextEntity[] = [];
  /** Positions of their labels, by the start of the entity. */
  #positions: ReadonlyMap<number, LabelPosition> = new Map();
  readonly #extents = new LabelExtents();
  readonly #view: EditorView;
  #frame: number | undefined;
  readonly #onFonts = () => {
    this.#extents.forget();
    this.#arrange();
  };

  constructor(view: EditorView) {
    this.#view = view;
    this.#mark();
    this.#arrange();
    document.fonts.addEventListener('loadingdone', this.#onFonts);
  }

  update({ docChanged, viewportChanged, geometryChanged, transactions }: ViewUpdate): void {
    const effects = transactions.flatMap((transaction) => transaction.effects);
    const isRedrawn =
      docChanged || viewportChanged || effects.some((effect) => effect.is(showEntities));
    if (isRedrawn || effects.some((effect) => effect.is(positionedLabels))) this.#mark();
    if (geometryChanged) this.#extents.forget();
    if (isRedrawn || geometryChanged) this.#arrange();
  }

  destroy(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    document.fonts.removeEventListener('loadingdone', this.#onFonts);
  }

  /** Makes the marks of the entities that are drawn. */
  #mark(): void {
    const { state, viewport, visibleRanges } = this.#view;
    const { entities, unreadable, colours } = state.field(SHOWN_ENTITIES);
    const ranges: Range<Decoration>[] = [];
    for (let at = viewport.from; at <= viewport.to;) {
      const line = state.doc.lineAt(at);
      ranges.push(LINE.range(line.from));
      at = line.to + 1;
    }
    this.#marked = [];
    for (const { from, to } of visibleRanges) {
      for (let i = firstEndingBehind(unreadable, from); i < countRanges(unreadable); i++) {
        const start = Math.max(unreadable.starts[i]!, from);
        if (start >= to) break;
        ranges.push(UNREADABLE.range(start, Math.min(unreadable.ends[i]!, to)));
      }
      for (let i = firstEndingBehind(entities, from); i < countEntities(entities); i++) {
        const entity = entityAt(entities, i);
        if (entity.start >= to) break;
        const start = Math.max(entity.start, from);
        const end = Math.min(entity.end, to);
        if (start >= end) continue;
        const position = this.#positions.get(entity.start) ?? 'above';
        ranges.push(
          markOf(entity, position, colourStyle(colours.get(entity.label))).range(start, end),
        );
        this.#marked.push(entity);
      }
    }
    this.decorations = RangeSet.of(ranges, true);
  }

  /** Positions the labels in the next frame, once the marks are laid out and before they are painted. */
  #arrange(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#positionLabels();
    });
  }

  #positionLabels(): void {
    const marks = [...this.#view.contentDOM.querySelectorAll('mark')];
    if (marks.length !== this.#marked.length) return; // an input method holds a mark in two
    const found = positionLabels(this.#extents.measure(marks));
    const before = this.#positions;
    this.#positions = new Map(this.#marked.map(({ start }, i) => [start, found[i]!]));
    const isSame = this.#marked.every(
      ({ start }, i) => (before.get(start) ?? 'above') === found[i],
    );
    if (!isSame) this.#view.dispatch({ effects: positionedLabels.of(null) });
  }
}

function markOf(
  { label, confidence }: TextEntity,
  position: LabelPosition,
  style: string,
): Decoration {
  const isUnsure = confidence < UNSURE_BELOW;
  return Decoration.mark({
    tagName: 'mark',
    class: isUnsure ? `unsure ${position}` : position,
    attributes: {
      style,
      'data-label': isUnsure ? `${label}\u00a0${confidence.toFixed(2)}` : label,
    },
  });
}

/** Marks the entities of an editor, which `SHOWN_ENTITIES` holds. */
export const ENTITY_MARKS = ViewPlugin.fromClass(EntityMarks, {
  decorations: ({ decorations }) => decorations,
});
