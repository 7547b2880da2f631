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
 * Labels come line by line. Within a line they are taken from the left, whichever way its words run.
 */
export function positionLabels(labels: readonly LabelExtent[]): LabelPosition[] {
  const positions = new Array<LabelPosition>(labels.length).fill('nowhere');
  for (let first = 0, end = 1; first < labels.length; first = end++) {
    // Within a line, tops differ by the rounding of pixels alone.
    while (end < labels.length && Math.abs(labels[end]!.line - labels[end - 1]!.line) <= 2) end++;
    const takenUpTo = { above: -Infinity, below: -Infinity };
    const inLine = Array.from({ length: end - first }, (_, i) => first + i);
    for (const index of inLine.sort((a, b) => labels[a]!.left - labels[b]!.left)) {
      const { left, right } = labels[index]!;
      const position = (['above', 'below'] as const).find((each) => left >= takenUpTo[each]);
      if (!position) continue;
      takenUpTo[position] = right;
      positions[index] = position;
    }
  }
  return positions;
}
