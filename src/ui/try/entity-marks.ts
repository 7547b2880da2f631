import { RangeSet, StateEffect, type Range } from '@codemirror/state';
import {
  Decoration,
  ViewPlugin,
  type DecorationSet,
  type EditorView,
  type PluginValue,
  type ViewUpdate,
} from '@codemirror/view';
import { entityAt, firstEndingBehind, countEntities } from '../../ner/entity-columns';
import type { TextEntity } from '../../ner/entity-span';
import { colourStyle } from '../parts/entity-colours';
import { positionLabels, type LabelPosition } from '../parts/label-positions';
import { LabelExtents } from './label-extents';
import { SHOWN_ENTITIES, showEntities } from './shown-entities';

/** Confidence below which a mark is an outline with its number. */
const UNSURE_BELOW = 0.7;

/** Tells that labels have found their positions, or that other marks are near now. */
const arrangedMarks = StateEffect.define<null>();
/** Each line has the direction of its first letter. */
const LINE = Decoration.line({ attributes: { dir: 'auto' } });

/** Code units that are marked beyond the edges of the view at least. */
const MARGIN = 1500;

/**
 * Marks the entities in sight, and no others. Labels are generated content that takes no room in the line: above its word, or below
 * where it would cover another's.
 *
 * Of a long line the editor draws ten thousand letters around the view; with all their marks each key would lay out hundreds. There only
 * those near the view are marked.
 */
class EntityMarks implements PluginValue {
  decorations: DecorationSet = Decoration.none;
  /** Marked entities, in order. */
  #marked: TextEntity[] = [];
  /** Positions of their labels, by the start of the entity. */
  #positions: ReadonlyMap<number, LabelPosition> = new Map();
  /** Stretch of the text that is in sight, and how far around it marks are set. */
  #near = { from: 0, to: MARGIN };
  readonly #extents = new LabelExtents();
  readonly #view: EditorView;
  #isGone = false;
  readonly #onScroll = () => {
    if (!this.#marksAll) this.#arrange();
  };
  readonly #onFonts = () => {
    this.#extents.forget();
    this.#arrange();
  };

  constructor(view: EditorView) {
    this.#view = view;
    this.#mark();
    this.#arrange();
    document.fonts.addEventListener('loadingdone', this.#onFonts);
    for (const scrolled of [view.scrollDOM, window])
      scrolled.addEventListener('scroll', this.#onScroll, { passive: true });
  }

  update({
    docChanged,
    changes,
    viewportChanged,
    geometryChanged,
    transactions,
  }: ViewUpdate): void {
    if (docChanged) {
      const from = changes.mapPos(Math.min(this.#near.from, changes.length), -1);
      const to = changes.mapPos(Math.min(this.#near.to, changes.length), 1);
      this.#near = { from, to: Math.min(to, from + 4 * MARGIN) };
    }
    const effects = transactions.flatMap((transaction) => transaction.effects);
    const isRedrawn =
      docChanged || viewportChanged || effects.some((effect) => effect.is(showEntities));
    if (isRedrawn || effects.some((effect) => effect.is(arrangedMarks))) this.#mark();
    if (geometryChanged) this.#extents.forget();
    if (isRedrawn || geometryChanged) this.#arrange();
  }

  destroy(): void {
    this.#isGone = true;
    document.fonts.removeEventListener('loadingdone', this.#onFonts);
    for (const scrolled of [this.#view.scrollDOM, window])
      scrolled.removeEventListener('scroll', this.#onScroll);
  }

  /** Makes the marks of the entities that are drawn. */
  #mark(): void {
    const { state, viewport, visibleRanges } = this.#view;
    const { entities, colours } = state.field(SHOWN_ENTITIES);
    const ranges: Range<Decoration>[] = [];
    for (let at = viewport.from; at <= viewport.to;) {
      const line = state.doc.lineAt(at);
      ranges.push(LINE.range(line.from));
      at = line.to + 1;
    }
    this.#marked = [];
    const near = this.#marksAll ? viewport : this.#near;
    for (const drawn of visibleRanges) {
      const from = Math.max(drawn.from, near.from);
      const to = Math.min(drawn.to, near.to);
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

  /** Tells whether so little is drawn that all of it is marked. */
  get #marksAll(): boolean {
    const drawn = this.#view.visibleRanges.reduce((sum, { from, to }) => sum + to - from, 0);
    return drawn <= 4 * MARGIN;
  }

  /** Finds what to mark: nothing new as long as what is in sight is marked with some letters around it. */
  #findNear({ scrollDOM, state }: EditorView): { from: number; to: number } {
    if (this.#marksAll) return this.#near;
    const { left, top, bottom, right } = scrollDOM.getBoundingClientRect();
    const at = (x: number, y: number) => this.#view.posAtCoords({ x, y }, false);
    const from = at(left + 1, Math.max(0, top) + 1);
    const to = at(right - 1, Math.min(innerHeight, bottom) - 1);
    const isMarked = (position: number) => this.#near.from <= position && position <= this.#near.to;
    const edge = MARGIN / 3;
    if (isMarked(Math.max(0, from - edge)) && isMarked(Math.min(state.doc.length, to + edge)))
      return this.#near;
    return { from: Math.max(0, from - MARGIN), to: to + MARGIN };
  }

  /** Finds positions for the labels once the marks are laid out, before they are painted. */
  #arrange(): void {
    this.#view.requestMeasure({
      key: this,
      read: (view) => {
        const near = this.#findNear(view);
        if (near !== this.#near) return { near, positions: this.#positions };
        const marks = [...view.contentDOM.querySelectorAll('mark')];
        if (marks.length !== this.#marked.length) return { near, positions: this.#positions }; // an input method holds a mark in two
        const found = positionLabels(this.#extents.measure(marks));
        const positions = new Map(this.#marked.map(({ start }, i) => [start, found[i]!]));
        return { near, positions };
      },
      write: ({ near, positions }, view) => {
        const isSame = this.#marked.every(
          ({ start }) =>
            (positions.get(start) ?? 'above') === (this.#positions.get(start) ?? 'above'),
        );
        this.#positions = positions;
        if (isSame && near === this.#near) return;
        const marksAnew = near !== this.#near;
        this.#near = near;
        queueMicrotask(() => {
          if (this.#isGone) return;
          view.dispatch({ effects: arrangedMarks.of(null) });
          if (marksAnew) this.#arrange();
        });
      },
    });
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
