import { type AlignedText, sizeAt } from './aligned-text';

/** Changes of a text, character by character, in order. */
export class TextChanges {
  readonly #characters: string[] = [];
  /** Change of each character, as `put` takes it. */
  readonly #changes: number[] = [];

  /** Adds a character by its change: 1, it is put in; 0, it takes the place of one; -n, it takes the place of one and n behind that go. */
  put(character: string, change: number): void {
    this.#characters.push(character);
    this.#changes.push(change);
  }

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

/** Leaves out the characters that are not kept; the others stand for what they stood for. */
export function filtered(own: AlignedText, isKept: (codePoint: number) => boolean): AlignedText {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < own.text.length;) {
    const size = sizeAt(own.text, at);
    if (isKept(own.text.codePointAt(at)!)) {
      text += own.text.slice(at, at + size);
      starts.push(...own.starts.slice(at, at + size));
      ends.push(...own.ends.slice(at, at + size));
    }
    at += size;
  }
  return text.length === own.text.length ? own : { text, starts, ends, origin: own.origin };
}

/** Lowercases character by character, so that no sigma is final, as Hugging Face's does. */
export function lowercased(own: AlignedText): AlignedText {
  const changes = new TextChanges();
  for (const character of own.text) changes.replace(1, character.toLowerCase());
  return changes.apply(own);
}
