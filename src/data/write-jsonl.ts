import type { TextEntity } from '../ner/entity-span';
import type { Sentence } from '../ner/sentence';
import { spansToTags, type TagScheme } from '../ner/tag-scheme';

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

/**
 * An annotated text as one JSON line, `{"text": …, "entities": [{"start", "end", "label", "text", "confidence"}]}`; offsets are
 * UTF-16 code units, half-open.
 */
export function writeAnnotation(text: string, entities: readonly TextEntity[]): string {
  const found = entities.map(({ start, end, label, confidence }) => ({
    start,
    end,
    label,
    text: text.slice(start, end),
    confidence,
  }));
  return `${JSON.stringify({ text, entities: found })}\n`;
}
