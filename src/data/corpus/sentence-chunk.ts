import type { EntitySpan } from '../../ner/entity-span';
import type { Sentence } from '../../ner/sentence';

/** Words of a sentence, half-open `[start, end)`. */
export type WordSpan = Pick<EntitySpan, 'start' | 'end'>;

/**
 * Sentences packed for searching: one string to scan and a few arrays, a tenth of what their objects take.
 *
 * In the text a TAB stands before each word, and TAB and LF after each sentence; no word of a column file holds either.
 */
export class SentenceChunk {
  readonly length: number;
  /** The text in lower case. Its sentences begin elsewhere than the text's where a letter changes its length (`İ`). */
  readonly folded: string;
  readonly #text: string;
  readonly #starts: Int32Array; // [length + 1], in the text
  readonly #foldedStarts: Int32Array; // [length + 1]
  readonly #wordCounts: Int32Array;
  readonly #lines: Int32Array;
  readonly #documentStarts: ReadonlySet<number>;
  /** Start, end and index of the label, three numbers a span. */
  readonly #spans: Int32Array;
  readonly #spanOffsets: Int32Array; // [length + 1], in spans
  readonly #labels: readonly string[];

  constructor(sentences: readonly Sentence[]) {
    this.length = sentences.length;
    const texts = sentences.map(({ words }) => `\t${words.join('\t')}\t\n`);
    const folded = texts.map((text) => text.toLowerCase());
    this.#text = texts.join('');
    this.folded = folded.join('');
    this.#starts = offsetsOf(texts);
    this.#foldedStarts = offsetsOf(folded);
    this.#wordCounts = Int32Array.from(sentences, ({ words }) => words.length);
    this.#lines = Int32Array.from(sentences, ({ line }) => line);
    this.#documentStarts = new Set(
      sentences.flatMap(({ startsDocument }, index) => (startsDocument ? [index] : [])),
    );
    this.#spanOffsets = offsetsOf(sentences.map(({ spans }) => spans));
    this.#labels = [...new Set(sentences.flatMap(({ spans }) => spans.map(({ label }) => label)))];
    const labelIds = new Map(this.#labels.map((label, id) => [label, id]));
    this.#spans = Int32Array.from(
      sentences.flatMap(({ spans }) =>
        spans.flatMap(({ start, end, label }) => [start, end, labelIds.get(label)!]),
      ),
    );
  }

  /** UTF-16 units it holds. */
  get characters(): number {
    return this.#text.length + this.folded.length;
  }

  line(index: number): number {
    return this.#lines[index]!;
  }

  wordCount(index: number): number {
    return this.#wordCounts[index]!;
  }

  hasLabel(index: number, label: string): boolean {
    const wanted = this.#labels.indexOf(label);
    if (wanted === -1) return false;
    for (let span = this.#spanOffsets[index]!; span < this.#spanOffsets[index + 1]!; span++) {
      if (this.#spans[3 * span + 2] === wanted) return true;
    }
    return false;
  }

  /** Yields the indices of the sentences in which a global pattern occurs, in order. */
  *matching(pattern: RegExp): Generator<number, void> {
    pattern.lastIndex = 0;
    let index = 0;
    for (let found = pattern.exec(this.folded); found; found = pattern.exec(this.folded)) {
      while (this.#foldedStarts[index + 1]! <= found.index) index++;
      yield index;
      pattern.lastIndex = this.#foldedStarts[index + 1]!; // one match a sentence is enough
    }
  }

  /** Returns the words of a sentence that a global pattern covers, in order. */
  wordsMatching(index: number, pattern: RegExp): WordSpan[] {
    const text = this.folded.slice(this.#foldedStarts[index], this.#foldedStarts[index + 1]);
    return Array.from(text.matchAll(pattern), (found) => {
      const start = countTabs(text.slice(0, found.index)); // a match begins at the TAB of its first word
      return { start, end: start + countTabs(found[0]) };
    });
  }

  /** Unpacks a sentence. */
  at(index: number): Sentence {
    const text = this.#text.slice(this.#starts[index]! + 1, this.#starts[index + 1]! - 2);
    const spans: EntitySpan[] = [];
    for (let span = this.#spanOffsets[index]!; span < this.#spanOffsets[index + 1]!; span++) {
      const [start, end, label] = this.#spans.subarray(3 * span, 3 * span + 3);
      spans.push({ start: start!, end: end!, label: this.#labels[label!]! });
    }
    return {
      words: text.split('\t'),
      spans,
      line: this.line(index),
      startsDocument: this.#documentStarts.has(index),
    };
  }
}

function countTabs(text: string): number {
  return text.split('\t').length - 1;
}

/** Returns the running sums of lengths, 0 first. */
function offsetsOf(parts: readonly { readonly length: number }[]): Int32Array {
  const offsets = new Int32Array(parts.length + 1);
  for (const [index, { length }] of parts.entries()) offsets[index + 1] = offsets[index]! + length;
  return offsets;
}
