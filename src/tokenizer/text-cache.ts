const CACHED_ENTRIES = 50_000;
const CACHED_LENGTH = 64;

/** Values that are made of texts; for a short text that was seen before, the same value is returned. */
export class TextCache<Value> {
  readonly #make: (text: string) => Value;
  readonly #values = new Map<string, Value>();

  constructor(make: (text: string) => Value) {
    this.#make = make;
  }

  /** Returns what is made of a text. The value is shared; do not change it. */
  get(text: string): Value {
    const known = this.#values.get(text);
    if (known !== undefined || this.#values.has(text)) return known as Value;
    const value = this.#make(text);
    if (text.length <= CACHED_LENGTH) {
      // A full cache is emptied: rarer and simpler than choosing what to forget.
      if (this.#values.size >= CACHED_ENTRIES) this.#values.clear();
      this.#values.set(text, value);
    }
    return value;
  }
}
