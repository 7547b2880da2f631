import type { EntitySpan } from './entity-span';

/** How spans are written as tags. IOBES also reads BILOU (L = E, U = S). */
export const TAG_SCHEMES = ['IOB1', 'IOB2', 'IOBES', 'IO'] as const;
export type TagScheme = (typeof TAG_SCHEMES)[number];

/** Position of a word in its entity: O outside, '' a bare label (`PER`, as some IO corpora write). */
export type TagPrefix = 'O' | 'B' | 'I' | 'E' | 'S' | '';

/** A tag taken apart: `B-person-deriv` is prefix B, label `person-deriv`. */
export interface TagParts {
  readonly prefix: TagPrefix;
  /** The entity type; empty for O. */
  readonly label: string;
}

const OUTSIDE: TagParts = { prefix: 'O', label: '' };
const HYPHEN = 45;
const PREFIX_OF_LETTER: Record<string, TagPrefix> = {
  B: 'B',
  I: 'I',
  E: 'E',
  S: 'S',
  L: 'E',
  U: 'S',
};

/**
 * Splits a tag into prefix and label, BILOU's L and U read as E and S. The first hyphen separates, so labels may hold more of them.
 * Anything but O, or a known prefix with a label, is a bare label.
 *
 *     splitTag('B-person-deriv') // { prefix: 'B', label: 'person-deriv' }
 */
export function splitTag(tag: string): TagParts {
  if (tag === 'O') return OUTSIDE;
  if (tag.charCodeAt(1) === HYPHEN && tag.length > 2) {
    const prefix = PREFIX_OF_LETTER[tag.charAt(0)];
    if (prefix !== undefined) return { prefix, label: tag.slice(2) };
  }
  return { prefix: '', label: tag };
}

/**
 * Tells whether `tag` goes on with the entity that `previous` stands in.
 *
 * The chunk rules of conlleval (Tjong Kim Sang and Buchholz 2000), which IOB1, IOB2, IOBES, BILOU and IO share: B and S begin,
 * E and S end, another label begins, and an I that follows nothing begins.
 */
export function continuesEntity(previous: TagParts, tag: TagParts): boolean {
  return (
    (tag.prefix === 'I' || tag.prefix === 'E' || tag.prefix === '') &&
    (previous.prefix === 'B' || previous.prefix === 'I' || previous.prefix === '') &&
    previous.label === tag.label
  );
}

/**
 * Reads the entities of one sentence's tags as conlleval does, in any scheme; sorted and disjoint.
 *
 *     tagsToSpans(['B-PER', 'I-PER', 'O', 'I-LOC']) // [{ start: 0, end: 2, label: 'PER' }, { start: 3, end: 4, label: 'LOC' }]
 */
export function tagsToSpans(tags: readonly string[]): EntitySpan[] {
  return partsToSpans(tags.map(splitTag));
}

/** Reads the entities of tags that are split already, as `tagsToSpans` does. */
export function partsToSpans(parts: readonly TagParts[]): EntitySpan[] {
  const spans: EntitySpan[] = [];
  let previous = OUTSIDE;
  let start = 0;
  for (let word = 0; word <= parts.length; word++) {
    const tag = parts[word] ?? OUTSIDE;
    if (!continuesEntity(previous, tag)) {
      if (previous.prefix !== 'O') spans.push({ start, end: word, label: previous.label });
      start = word;
    }
    previous = tag;
  }
  return spans;
}

/**
 * Writes spans as tags of a scheme, one a word: IO as I- tags, IOBES with E- and S-.
 *
 *     spansToTags([{ start: 0, end: 2, label: 'PER' }], 3, 'IOB2') // ['B-PER', 'I-PER', 'O']
 *
 * @throws RangeError unless the spans are sorted, disjoint, not empty and inside the sentence.
 */
export function spansToTags(
  spans: readonly EntitySpan[],
  wordCount: number,
  scheme: TagScheme,
): string[] {
  const tags = new Array<string>(wordCount).fill('O');
  let previous: EntitySpan | undefined;
  for (const span of spans) {
    const { start, end, label } = span;
    if (start < (previous?.end ?? 0) || end <= start || end > wordCount) {
      throw new RangeError(
        `Span [${start}, ${end}) of ${label} does not fit: expected sorted, disjoint spans within ${wordCount} words ` +
          `after word ${previous?.end ?? 0}.`,
      );
    }
    tags.fill(`I-${label}`, start, end);
    if (scheme === 'IOB2' || (scheme === 'IOB1' && touches(previous, span))) {
      tags[start] = `B-${label}`;
    } else if (scheme === 'IOBES') {
      tags[start] = `B-${label}`;
      tags[end - 1] = `${end - start === 1 ? 'S' : 'E'}-${label}`;
    }
    previous = span;
  }
  return tags;
}

/** Tells whether `tagsToSpans` returns the same spans: false only where IO would merge adjacent entities of one label. */
export function schemeCanExpress(spans: readonly EntitySpan[], scheme: TagScheme): boolean {
  return scheme !== 'IO' || !spans.some((span, index) => touches(spans[index - 1], span));
}

function touches(previous: EntitySpan | undefined, span: EntitySpan): boolean {
  return previous !== undefined && previous.end === span.start && previous.label === span.label;
}
