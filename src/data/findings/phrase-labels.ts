import type { EntitySpan } from '../../ner/entity-span';
import type { Sentence } from '../../ner/sentence';
import type { SentenceRow } from '../read/sentence-builder';
import { packLocation, unpackLocation, type LineLocation } from './line-location';

/** Longer names repeat too seldom to be compared. */
const LONGEST_PHRASE = 8; // words
/** Phrases compared; those that first occur later are passed over, so that any corpus fits the memory. */
const MOST_PHRASES = 100_000;
/** Places kept for each label of a phrase. */
const KEPT_LOCATIONS = 3;
/** Fewer occurrences say nothing about what a phrase should be. */
const FEWEST = 3;
/** Text that no label marks. */
export const UNMARKED = 'O';

export interface LabelUse {
  /** `O` where the phrase is no entity. */
  label: string;
  count: number;
  /** The first ones. */
  locations: readonly LineLocation[];
}

/** A phrase that most of its occurrences label alike, and some not. */
export interface DisputedPhrase {
  phrase: string;
  majority: LabelUse;
  /** The others, by frequency. */
  others: readonly LabelUse[];
  /** Occurrences that disagree with the majority. */
  disagreeing: number;
}

/** A label of a phrase; there are tens of thousands, so its locations are packed. */
interface CountedUse {
  label: string;
  count: number;
  locations: number[];
}

/**
 * How each phrase that is an entity somewhere is labelled everywhere. Two rounds over the corpus: `addEntities` learns the phrases, then `addUnmarked`
 * counts where they stand outside of every entity, the longest phrase at each word.
 */
export class PhraseLabels {
  readonly #phrases = new Map<string, CountedUse[]>();
  /** The longest known phrase that begins with a word, so that few words cost a look. */
  readonly #longest = new Map<string, number>();

  addEntities({ words, spans }: Sentence, rows: readonly SentenceRow[], file: number): void {
    for (const span of spans) {
      const length = span.end - span.start;
      if (length > LONGEST_PHRASE) continue;
      const phrase = phraseOf(words, span.start, span.end);
      if (!/[\p{L}\p{N}]/u.test(phrase)) continue;
      let uses = this.#phrases.get(phrase);
      if (!uses) {
        if (this.#phrases.size >= MOST_PHRASES) continue;
        this.#phrases.set(phrase, (uses = []));
        const first = words[span.start]!;
        this.#longest.set(first, Math.max(length, this.#longest.get(first) ?? 0));
      }
      note(uses, span.label, file, rows[span.start]!.line);
    }
  }

  addUnmarked(sentence: Sentence, rows: readonly SentenceRow[], file: number): void {
    for (const { start, end } of this.unmarkedIn(sentence)) {
      const uses = this.#phrases.get(phraseOf(sentence.words, start, end))!;
      note(uses, UNMARKED, file, rows[start]!.line);
    }
  }

  /** Yields the words at which known phrases stand outside of every entity; disjoint, at each word the longest phrase. */
  *unmarkedIn({ words, spans }: Sentence): Generator<{ start: number; end: number }, void> {
    let nextSpan = 0;
    for (let start = 0; start < words.length;) {
      while ((spans[nextSpan]?.end ?? Infinity) <= start) nextSpan++;
      const free = spans[nextSpan]?.start ?? words.length;
      if (start >= free) {
        start = spans[nextSpan]!.end;
        continue;
      }
      const longest = this.#longest.get(words[start]!) ?? 0;
      let end = Math.min(start + longest, free);
      while (end > start && !this.#phrases.has(phraseOf(words, start, end))) end--;
      if (end > start) yield { start, end };
      start = Math.max(end, start + 1);
    }
  }

  /**
   * Lists the phrases that are not labelled alike: they occur at least three times, more than half of them with one label, the others with
   * none or another. Phrases with the most disagreeing occurrences come first.
   */
  disputed(): DisputedPhrase[] {
    const disputed: DisputedPhrase[] = [];
    for (const [phrase, counted] of this.#phrases) {
      if (counted.length < 2) continue;
      const uses = counted.map(({ label, count, locations }) => ({
        label,
        count,
        locations: locations.map(unpackLocation),
      }));
      uses.sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
      const [majority, ...others] = uses;
      const total = uses.reduce((sum, { count }) => sum + count, 0);
      if (!majority || majority.label === UNMARKED) continue;
      if (total < FEWEST || 2 * majority.count <= total) continue;
      disputed.push({ phrase, majority, others, disagreeing: total - majority.count });
    }
    return disputed.sort(
      (a, b) =>
        b.disagreeing - a.disagreeing ||
        b.majority.count - a.majority.count ||
        (a.phrase < b.phrase ? -1 : 1),
    );
  }

  /** Returns a sentence's spans with every occurrence of a phrase labelled so; the same array where nothing changes. */
  relabelled(sentence: Sentence, phrase: string, label: string): readonly EntitySpan[] {
    const { words, spans } = sentence;
    const isPhrase = ({ start, end }: { start: number; end: number }) =>
      phraseOf(words, start, end) === phrase;
    const added = [...this.unmarkedIn(sentence)].filter(isPhrase);
    if (added.length === 0 && !spans.some((span) => span.label !== label && isPhrase(span))) {
      return spans;
    }
    return [
      ...spans.map((span) => (isPhrase(span) ? { ...span, label } : span)),
      ...added.map((range) => ({ ...range, label })),
    ].sort((a, b) => a.start - b.start);
  }
}

function phraseOf(words: readonly string[], start: number, end: number): string {
  return end - start === 1 ? words[start]! : words.slice(start, end).join(' ');
}

function note(uses: CountedUse[], label: string, file: number, line: number): void {
  let use = uses.find((each) => each.label === label);
  if (!use) uses.push((use = { label, count: 0, locations: [] }));
  use.count++;
  if (use.locations.length < KEPT_LOCATIONS) use.locations.push(packLocation(file, line));
}
