import { listSome } from '../messages/shorten';
import type { EntitySpan } from './entity-span';
import { spansToTags, tagsToSpans, type TagScheme } from './tag-scheme';

/** Which prefixes a scheme writes, in the order of the output classes. */
const PREFIXES_OF: Record<TagScheme, readonly string[]> = {
  IOB1: ['B', 'I'],
  IOB2: ['B', 'I'],
  IOBES: ['B', 'I', 'E', 'S'],
  IO: ['I'],
};

/** A model's output classes: O first, then every label's tags in the order of the labels. A tag's id is its index. */
export class TagSet {
  readonly labels: readonly string[];
  readonly scheme: TagScheme;
  readonly tags: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  /** @throws Error where a label occurs twice or is empty. */
  constructor(labels: readonly string[], scheme: TagScheme) {
    const seen = new Set(['']);
    const doubtful = labels.find((label) => {
      const isSeen = seen.has(label);
      seen.add(label);
      return isSeen;
    });
    if (doubtful !== undefined) {
      throw new Error(`Label "${doubtful}" must be unique and not empty; got ${listSome(labels)}.`);
    }
    this.labels = [...labels];
    this.scheme = scheme;
    this.tags = [
      'O',
      ...labels.flatMap((label) => PREFIXES_OF[scheme].map((prefix) => `${prefix}-${label}`)),
    ];
    this.#ids = new Map(this.tags.map((tag, id) => [tag, id]));
  }

  /** @throws Error for a tag outside the set. */
  indexOf(tag: string): number {
    const id = this.#ids.get(tag);
    if (id === undefined) {
      throw new Error(
        `Tag "${tag}" is not in {${listSome(this.tags, { most: 8 })}}; add its label to the set.`,
      );
    }
    return id;
  }

  /** Writes spans as tag ids, one a word: i32[wordCount]. @throws Error for a label outside the set. */
  spansToTagIds(spans: readonly EntitySpan[], wordCount: number): Int32Array {
    const tags = spansToTags(spans, wordCount, this.scheme);
    return Int32Array.from(tags, (tag) => this.indexOf(tag));
  }

  /** Returns the tags of predicted ids; an id outside the set (-1: a word without a prediction) is O. */
  tagIdsToTags(tagIds: ArrayLike<number>): string[] {
    return Array.from(tagIds, (id) => this.tags[id] ?? 'O');
  }

  /** Reads the entities of predicted ids, by conlleval's chunk rules. */
  tagIdsToSpans(tagIds: ArrayLike<number>): EntitySpan[] {
    return tagsToSpans(this.tagIdsToTags(tagIds));
  }
}
