import type { LabelExtent } from '../parts/label-positions';

/** Width of a label in pixels, and how far it stands inside the edge of its word. */
interface LabelSize {
  width: number;
  inset: number;
}

/** Measures where the labels of marks stand. Labels are generated content, which has no box to ask for: equal ones are measured once. */
export class LabelExtents {
  readonly #sizes = new Map<string, LabelSize>();

  /** Gives the extents of the labels above their words, in the order of the marks. */
  measure(marks: readonly HTMLElement[]): LabelExtent[] {
    return marks.map((mark) => {
      const box = mark.getClientRects()[0] ?? new DOMRect();
      const { width, inset } = this.#sizeOf(mark);
      const isLeftward = mark.parentElement?.closest<HTMLElement>('[dir]')?.matches(':dir(rtl)');
      const left = isLeftward ? box.right - inset - width : box.left + inset;
      return { line: box.top, left, right: left + width };
    });
  }

  /** Forgets the sizes, where letters may be of another size now. */
  forget(): void {
    this.#sizes.clear();
  }

  #sizeOf(mark: HTMLElement): LabelSize {
    const key = `${mark.classList.contains('unsure') ? '?' : ''}${mark.dataset['label']}`;
    const known = this.#sizes.get(key);
    if (known) return known;
    const style = getComputedStyle(mark, '::before');
    const inset = parseFloat(style.insetInlineStart) || 0;
    const size = { width: parseFloat(style.width) || 0, inset };
    this.#sizes.set(key, size);
    return size;
  }
}
