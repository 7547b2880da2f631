/** Where a label stands: above its word, below it, or nowhere, where both are taken. */
export type LabelPlace = 'above' | 'below' | 'nowhere';

/** What a label would take, in pixels: `line` is the height at which its line of text stands. */
export interface LabelExtent {
  line: number;
  left: number;
  right: number;
}

/**
 * Gives each label a place where it covers no other: above its word where that is free, else below it. A label as wide as three words
 * of one letter has no place; the list of entities names it.
 *
 * Labels come in the order of the text.
 */
export function placeLabels(labels: readonly LabelExtent[]): LabelPlace[] {
  let line = -Infinity;
  const takenUpTo = { above: -Infinity, below: -Infinity };
  return labels.map((label) => {
    // Within a line, tops differ by the rounding of pixels alone.
    if (Math.abs(label.line - line) > 2) takenUpTo.above = takenUpTo.below = -Infinity;
    line = label.line;
    for (const place of ['above', 'below'] as const) {
      if (label.left < takenUpTo[place]) continue;
      takenUpTo[place] = label.right;
      return place;
    }
    return 'nowhere';
  });
}
