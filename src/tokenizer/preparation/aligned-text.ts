/**
 * A text that was changed, with the part of the original text that each of its UTF-16 units stands for. It has no lone surrogates.
 *
 * Hugging Face's `NormalizedString`: the same changes give the same offsets, so that pieces stand where Python says they stand.
 */
export interface AlignedText {
  readonly text: string;
  /** UTF-16 units of the original text, half-open, one pair for each unit of `text`. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Offset at which the part of the original text begins that this text was made of. */
  readonly origin: number;
}

/** Puts U+FFFD in the place of lone surrogates, as UTF-8 does. */
export function wellFormed(text: string): string {
  // A surrogate whose partner is missing; with the flag u, a pair is one character.
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Takes a part of a text as it is, well-formed. */
export function alignedText(whole: string, from: number, to: number): AlignedText {
  const text = wellFormed(whole.slice(from, to));
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length;) {
    const size = sizeAt(text, at);
    for (let unit = 0; unit < size; unit++) {
      starts.push(from + at);
      ends.push(from + at + size);
    }
    at += size;
  }
  return { text, starts, ends, origin: from };
}

/** Counts the units of the character that begins at `at`. */
export function sizeAt(text: string, at: number): 1 | 2 {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit < 0xdc00 ? 2 : 1;
}

/** Cuts out units [from, to). */
export function sliceOf(
  { text, starts, ends }: AlignedText,
  from: number,
  to: number,
): AlignedText {
  return {
    text: text.slice(from, to),
    starts: starts.slice(from, to),
    ends: ends.slice(from, to),
    origin: starts[from]!,
  };
}

/** Puts units before a text that stand for the same part of the original text as its first character does. */
export function prepended(own: AlignedText, before: string): AlignedText {
  if (own.text === '') return own;
  const repeat = (value: number) => new Array<number>(before.length).fill(value);
  return {
    text: before + own.text,
    starts: [...repeat(own.starts[0]!), ...own.starts],
    ends: [...repeat(own.ends[0]!), ...own.ends],
    origin: own.origin,
  };
}

/** Replaces what a pattern matches; what stands there then is aligned with the last character of the match. */
export function replaced(own: AlignedText, pattern: RegExp, content: string): AlignedText {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  const keep = (to: number) => {
    text += own.text.slice(at, to);
    for (; at < to; at++) {
      starts.push(own.starts[at]!);
      ends.push(own.ends[at]!);
    }
  };
  for (const match of own.text.matchAll(pattern)) {
    keep(match.index);
    at += match[0].length;
    text += content;
    for (let unit = 0; unit < content.length; unit++) {
      starts.push(own.starts[at - 1]!);
      ends.push(own.ends[at - 1]!);
    }
  }
  if (at === 0) return own;
  keep(own.text.length);
  return { text, starts, ends, origin: own.origin };
}
