import { ScoreCounter, type ScoreReport } from '../ner/scores';
import type { Sentence } from '../ner/sentence';
import type { TagScheme } from '../ner/tag-scheme';
import type { Annotator } from './annotate';
import type { ScoringOptions } from './score-sequences';

/** Scores a model on sentences against all their gold entities; words beyond the window, and words that the model cannot read, count as missed. */
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
  let unreadableWords = 0;
  sentences.forEach(({ words, spans }, i) => {
    const { tags, wordsInWindow, unreadable } = tagged[i]!;
    unreadableWords += unreadable;
    counter.add(spans, words.length, tags, wordsInWindow);
  });
  return { ...counter.report(), ...(unreadableWords > 0 ? { unreadableWords } : {}) };
}
