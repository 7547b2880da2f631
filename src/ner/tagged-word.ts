/** A word of a raw text, half-open UTF-16 code units `[start, end)`, with its tag in the model's scheme. */
export interface TaggedWord {
  readonly start: number;
  readonly end: number;
  readonly tag: string;
}
