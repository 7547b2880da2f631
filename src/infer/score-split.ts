import { ScoreCounter, type ScoreReport } from '../ner/scores';
import type { Sentence } from '../ner/sentence';
import type { TagScheme } from '../ner/tag-scheme';
import type { Annotator } from './annotate';
import type { ScoringOptions } from './score-sequences';

/** Scores a model on sentences against all their gold entities; words beyond the window count as missed. */
export async function scoreSentences(
  annotator: Annotator,
  sentences: readonly Sentence[],
  scheme: TagScheme,
  options?: ScoringOptions,
): Promise<ScoreReport> {
  const tagged = await annotator.annotateWords(
    sentences.map(({ words }) => words),
    options,
  );
  const counter = new ScoreCounter(scheme);
  sentences.forEach(({ words, spans }, i) => {
    const { tags, wordsInWindow } = tagged[i]!;
    counter.add(spans, words.length, tags, wordsInWindow);
  });
  return counter.report();
}
