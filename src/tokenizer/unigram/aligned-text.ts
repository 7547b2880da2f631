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

/** Takes a part of a text as it is. A lone surrogate becomes U+FFFD, as in UTF-8. */
export function alignedText(whole: string, from: number, to: number): AlignedText {
  const part = whole.slice(from, to);
  // A surrogate whose partner is missing; with the flag u, a pair is one character.
  const text = part.replace(/\p{Surrogate}/gu, '\ufffd');
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

/** Changes of a text, character by character, in order. */
export class TextChanges {
  readonly #characters: string[] = [];
  /** Change of each character: 1, it is put in; 0, it takes the place of one; -n, it takes the place of one and n behind that go. */
  readonly #changes: number[] = [];

  /** Takes over a character as it is, or puts another in its place. */
  keep(character: string): void {
    this.#characters.push(character);
    this.#changes.push(0);
  }

  /**
   * Puts a text in the place of `count` characters.
   *
   * Nothing in the place of something is counted with the character before. Where there is none, the characters behind stand one place too
   * early: so does Hugging Face's, and equal offsets matter more.
   */
  replace(count: number, text: string): void {
    const characters = Array.from(text);
    this.#characters.push(...characters);
    characters.forEach((_, i) => this.#changes.push(i < count ? 0 : 1));
    const last = this.#changes.length - 1;
    if (characters.length < count && last >= 0) this.#changes[last]! -= count - characters.length;
  }

  /** Makes the changed text. */
  apply({ text, starts, ends, origin }: AlignedText): AlignedText {
    const changed = {
      text: this.#characters.join(''),
      starts: [] as number[],
      ends: [] as number[],
    };
    let at = 0;
    this.#characters.forEach((character, i) => {
      const change = this.#changes[i]!;
      const own = change > 0 ? at - 1 : Math.min(at, text.length - 1);
      for (let unit = 0; unit < character.length; unit++) {
        changed.starts.push(starts[own] ?? origin);
        changed.ends.push(ends[own] ?? origin);
      }
      for (let taken = change; taken <= 0; taken++) at += sizeAt(text, at);
    });
    return { ...changed, origin };
  }
}
