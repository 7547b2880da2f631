import type { AlignedText } from './aligned-text';

/** One step of a normalizer. */
export interface NormalizerStep {
  apply(text: AlignedText): AlignedText;
  /** Whether it changes each word by itself, whatever white space is beside it, save for runs of spaces. */
  readonly isLocal: boolean;
}
