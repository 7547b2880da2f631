import type { Sentence } from '../../../src/ner/sentence';
import { spansToTags, type TagScheme } from '../../../src/ner/tag-scheme';

/** Sentences as JSON lines, `{"tokens": […], "ner_tags": […]}`, the keys that Hugging Face datasets use. */
export function* writeJsonl(
  sentences: Iterable<Sentence>,
  scheme: TagScheme,
): Generator<string, void> {
  for (const { words, spans } of sentences) {
    const record = { tokens: words, ner_tags: spansToTags(spans, words.length, scheme) };
    yield `${JSON.stringify(record)}\n`;
  }
}
