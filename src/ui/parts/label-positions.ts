/** Position of a label: above its word, below it, or nowhere if both are taken. */
export type LabelPosition = 'above' | 'below' | 'nowhere';

/** Extent of a label in pixels; `line` is the top of its line of text. */
export interface LabelExtent {
  line: number;
  left: number;
  right: number;
}

/**
 * Gives each label a position where it covers no other: above its word if that is free, else below it. A label as wide as three words of
 * one letter may find none; the list of entities names it.
 *
 * Labels come in the order of the text.
 */
export function positionLabels(labels: readonly LabelExtent[]): LabelPosition[] {
  let line = -Infinity;
  const takenUpTo = { above: -Infinity, below: -Infinity };
  return labels.map((label) => {
    // Within a line, tops differ by the rounding of pixels alone.
    if (Math.abs(label.line - line) > 2) takenUpTo.above = takenUpTo.below = -Infinity;
    line = label.line;
    for (const position of ['above', 'below'] as const) {
      if (label.left < takenUpTo[position]) continue;
      takenUpTo[position] = label.right;
      return position;
    }
    return 'nowhere';
  });
}
