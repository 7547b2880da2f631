import { ScoreCounter, type ScoreReport } from '../ner/scores';
import type { Sentence } from '../ner/sentence';
import type { TagScheme } from '../ner/tag-scheme';
import type { Annotator } from './annotate';

/** Scores a model on sentences over their full gold; words beyond the window count as missed. */
export async function scoreSentences(
  annotator: Annotator,
  sentences: readonly Sentence[],
  scheme: TagScheme,
  onProgress?: (done: number) => void,
): Promise<ScoreReport> {
  const tagged = await annotator.annotateWords(
    sentences.map(({ words }) => words),
    onProgress,
  );
  const counter = new ScoreCounter(scheme);
  sentences.forEach(({ words, spans }, i) => {
    const { tags, wordsInWindow } = tagged[i]!;
    counter.add(spans, words.length, tags, wordsInWindow);
  });
  return counter.report();
}
