import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';
import { mixBits } from '../../random/mix-bits';
import { packLocation, unpackLocation, type LineLocation } from './line-location';

/** A sentence whose words stand elsewhere too. */
export interface Twin {
  location: LineLocation;
  split: SplitName;
  /** The first location with the same words in the other split, or in this one. */
  other: LineLocation;
  otherSplit: SplitName;
  /** Whether both have the same entities. */
  sameTags: boolean;
}

const FIRST_ROOM = 1 << 12;
const NONE = -1;

/**
 * Finds sentences of the same words in a corpus of any size: 24 bytes a sentence, no text. Sentences are told apart by a hash of 53 bits, so among a
 * million different ones two are taken for the same with a chance of 1 in 18,000.
 */
export class SentenceTwins {
  #count = 0;
  #hashes = new Float64Array(FIRST_ROOM);
  #locations = new Float64Array(FIRST_ROOM);
  #tags = new Uint32Array(FIRST_ROOM);
  #splits = new Uint8Array(FIRST_ROOM);
  /** Result of `#firstInEachSplit`; undefined once a sentence was added since. */
  #firsts: readonly Int32Array[] | undefined;

  add(file: number, split: SplitName, { words, spans, line }: Sentence): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#firsts = undefined;
    const index = this.#count++;
    this.#hashes[index] = hashOf(words);
    this.#locations[index] = packLocation(file, line);
    this.#tags[index] =
      hashOf(spans.map(({ start, end, label }) => `${start} ${end} ${label}`)) >>> 0;
    this.#splits[index] = SPLIT_NAMES.indexOf(split);
  }

  /** Yields the sentences that repeat one of the same split, each with the first that has its words; in the order they were added. */
  *duplicates(): Generator<Twin, void> {
    const firsts = this.#firstInEachSplit();
    for (let index = 0; index < this.#count; index++) {
      const split = this.#splits[index]!;
      const first = firsts[split]![index]!;
      if (first !== index) yield this.#twin(index, first);
    }
  }

  /** Yields the sentences of `from` whose words stand in `to` as well, in the order they were added. */
  *leaks(from: SplitName, to: SplitName): Generator<Twin, void> {
    const firsts = this.#firstInEachSplit()[SPLIT_NAMES.indexOf(to)]!;
    for (let index = 0; index < this.#count; index++) {
      if (SPLIT_NAMES[this.#splits[index]!] !== from) continue;
      const other = firsts[index]!;
      if (other !== NONE) yield this.#twin(index, other);
    }
  }

  /** Finds, for each split and each sentence, the first sentence of that split with the same words. */
  #firstInEachSplit(): readonly Int32Array[] {
    if (this.#firsts) return this.#firsts;
    const hashes = this.#hashes;
    const firsts = SPLIT_NAMES.map(() => new Int32Array(this.#count).fill(NONE));
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index);
    order.sort((a, b) => hashes[a]! - hashes[b]! || a - b);
    for (let start = 0, end = 1; start < order.length; start = end++) {
      while (end < order.length && hashes[order[end]!] === hashes[order[start]!]) end++;
      const same = order.subarray(start, end);
      for (const [split, first] of firsts.entries()) {
        const found = same.find((index) => this.#splits[index] === split);
        if (found !== undefined) for (const index of same) first[index] = found;
      }
    }
    this.#firsts = firsts;
    return firsts;
  }

  #twin(index: number, other: number): Twin {
    return {
      location: unpackLocation(this.#locations[index]!),
      split: SPLIT_NAMES[this.#splits[index]!]!,
      other: unpackLocation(this.#locations[other]!),
      otherSplit: SPLIT_NAMES[this.#splits[other]!]!,
      sameTags: this.#tags[index] === this.#tags[other],
    };
  }

  #grow(): void {
    const room = 2 * this.#hashes.length;
    this.#hashes = copied(this.#hashes, new Float64Array(room));
    this.#locations = copied(this.#locations, new Float64Array(room));
    this.#tags = copied(this.#tags, new Uint32Array(room));
    this.#splits = copied(this.#splits, new Uint8Array(room));
  }
}

/** 53 bits over words and their boundaries: two chains in the manner of FNV-1a with factors of their own, each finished as MurmurHash3 is (Appleby 2011). */
export function hashOf(words: readonly string[]): number {
  let low = 0x811c9dc5;
  let high = 0x27d4eb2f;
  const mix = (unit: number) => {
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    high ^= high >>> 15;
  };
  for (const word of words) {
    for (let index = 0; index < word.length; index++) mix(word.charCodeAt(index));
    mix(10); // no word holds a line feed
  }
  return (mixBits(high) & 0x1fffff) * 2 ** 32 + mixBits(low);
}

function copied<Values extends { set(values: Values): void }>(from: Values, into: Values): Values {
  into.set(from);
  return into;
}
