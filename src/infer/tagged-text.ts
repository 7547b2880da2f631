import type { EntityColumns } from '../ner/entity-columns';
import type { TaggedWord } from '../ner/tagged-word';
import type { TextRanges } from '../ner/text-ranges';
import { partsToSpans, splitTag } from '../ner/tag-scheme';
import type { TextWindow } from './text-windows';
import { beginsLine, type TextWords } from './text-words';
import type { WindowTags } from './read-windows';

/** Words of a text with their best tags, in columns. */
export interface TaggedText {
  readonly words: TextWords;
  /** Count of the words, from the first on, that are tagged. */
  readonly count: number;
  readonly tagIds: Uint16Array;
  readonly probabilities: Float64Array;
  /** Marks of the words that the model cannot read, u8[words]. */
  readonly unreadable: Uint8Array;
}

/** Gives each word the tag from the window that decides it, up to the first window that is not known. */
export function gatherTags(
  words: TextWords,
  windows: readonly TextWindow[],
  known: ReadonlyMap<string, WindowTags>,
): TaggedText {
  const tagIds = new Uint16Array(words.starts.length);
  const probabilities = new Float64Array(words.starts.length);
  const unreadable = new Uint8Array(words.starts.length);
  let count = 0;
  for (const { key, start, decidedFrom, decidedTo } of windows) {
    const tags = known.get(key);
    if (!tags) break;
    const range = [decidedFrom - start, decidedTo - start] as const;
    tagIds.set(tags.tagIds.subarray(...range), decidedFrom);
    probabilities.set(tags.probabilities.subarray(...range), decidedFrom);
    unreadable.set(tags.unreadable.subarray(...range), decidedFrom);
    count = decidedTo;
  }
  return { words, count, tagIds, probabilities, unreadable };
}

/** Finds the entities of tagged words, line by line. An entity's confidence is the mean of its words' probabilities. */
export function findEntities(text: TaggedText, tags: readonly string[]): EntityColumns {
  const { words, count, tagIds, probabilities } = text;
  const partsOfTag = tags.map(splitTag);
  const labels = [...new Set(partsOfTag.map(({ label }) => label).filter((label) => label !== ''))];
  const idOfLabel = new Map(labels.map((label, id) => [label, id]));
  const [starts, ends, labelIds, confidences]: number[][] = [[], [], [], []];
  for (let first = 0, end = 1; first < count; first = end++) {
    while (end < count && !beginsLine(words, end)) end++;
    const parts = Array.from(tagIds.subarray(first, end), (tagId) => partsOfTag[tagId]!);
    for (const span of partsToSpans(parts)) {
      const inEntity = probabilities.subarray(first + span.start, first + span.end);
      starts!.push(words.starts[first + span.start]!);
      ends!.push(words.ends[first + span.end - 1]!);
      labelIds!.push(idOfLabel.get(span.label)!);
      confidences!.push(
        inEntity.reduce((sum, probability) => sum + probability, 0) / inEntity.length,
      );
    }
  }
  return {
    starts: Int32Array.from(starts!),
    ends: Int32Array.from(ends!),
    labelIds: Uint16Array.from(labelIds!),
    confidences: Float64Array.from(confidences!),
    labels,
  };
}

/** Finds the words that the model cannot read. */
export function findUnreadable({ words, unreadable }: TaggedText): TextRanges {
  const found: number[] = [];
  for (let at = unreadable.indexOf(1); at >= 0; at = unreadable.indexOf(1, at + 1)) found.push(at);
  return {
    starts: Int32Array.from(found, (word) => words.starts[word]!),
    ends: Int32Array.from(found, (word) => words.ends[word]!),
  };
}

export function listWords({ words, tagIds }: TaggedText, tags: readonly string[]): TaggedWord[] {
  return Array.from(tagIds, (tagId, word) => ({
    start: words.starts[word]!,
    end: words.ends[word]!,
    tag: tags[tagId]!,
  }));
}
