/** A line of a JSON Lines corpus: the words of a sentence, and one tag for each. */
export interface JsonRecord {
  words: string[];
  tags: string[];
}

/**
 * Parses a line `{"tokens": […], "ner_tags": […]}`; undefined where it is anything else.
 *
 *     parseRecord('{"tokens": ["Kiel"], "ner_tags": ["B-LOC"]}') // { words: ['Kiel'], tags: ['B-LOC'] }
 */
export function parseRecord(line: string): JsonRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null) return undefined;
  const words: unknown = 'tokens' in record ? record.tokens : undefined;
  const tags: unknown = 'ner_tags' in record ? record.ner_tags : undefined;
  if (!isStrings(words) || !isStrings(tags) || words.length !== tags.length) return undefined;
  return { words, tags };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
