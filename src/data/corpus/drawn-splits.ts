import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';
import { drawSplits, type SplitShares } from './split';

/**
 * The splits of files that name none: drawn by seed over the sentences as the files have them, before any fix, and looked up by line. So a fix never
 * moves another sentence from one split to another.
 */
export class DrawnSplits {
  readonly #sizes: { words: number; startsDocument: boolean }[] = [];
  /** First line of each sentence, by file. */
  readonly #lines = new Map<number, number[]>();
  /** Number of the file's first sentence in the draw. */
  readonly #offsets = new Map<number, number>();
  #drawn: Uint8Array | undefined;

  /** Adds a sentence; they come file after file, in the order of their lines. */
  add(file: number, { words, line, startsDocument }: Sentence): void {
    let lines = this.#lines.get(file);
    if (!lines) {
      this.#lines.set(file, (lines = []));
      this.#offsets.set(file, this.#sizes.length);
    }
    lines.push(line);
    this.#sizes.push({ words: words.length, startsDocument });
  }

  draw(shares: SplitShares, seed: number): void {
    const drawn = drawSplits(this.#sizes, shares, seed);
    this.#drawn = Uint8Array.from(drawn, (split) => SPLIT_NAMES.indexOf(split));
    this.#sizes.length = 0;
  }

  /** Returns the split of the sentence in which a line stands. */
  splitOf(file: number, line: number): SplitName {
    const lines = this.#lines.get(file) ?? [];
    let [low, high] = [0, lines.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (lines[middle]! <= line) low = middle;
      else high = middle;
    }
    return SPLIT_NAMES[this.#drawn?.[(this.#offsets.get(file) ?? 0) + low] ?? 0]!;
  }
}
