/** An entity over words: half-open word indices `[start, end)` of its sentence. */
export interface EntitySpan {
  readonly start: number;
  readonly end: number;
  /** The entity type, without a scheme's prefix: `PER`, not `B-PER`. */
  readonly label: string;
}

/** An entity in raw text: half-open UTF-16 code units `[start, end)`. */
export interface TextEntity {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  /** 0–1: the mean, over the entity's words, of the probability of each word's decoded tag. */
  readonly confidence: number;
}
