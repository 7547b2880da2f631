import { createAnnotator } from '../../infer/annotate';
import type { Logits, PieceScorer } from '../../infer/session';
import { tellWhole } from '../../messages/failure';
import { MissingShardError } from '../../model/word-shards';
import { joinSentences } from '../../model/piece-batch';
import type { Model } from '../../model/model';
import { TagSet } from '../../ner/tag-set';
import { keptTokenizer } from '../../storage/kept-tokenizer';
import type { StoredTokenizer } from '../../storage/packed-tokenizer';
import type { PinnedSentence, RunRecord } from '../../storage/records';

/** Tags sentences. */
export type PinnedTagger = (texts: readonly string[]) => Promise<PinnedSentence[]>;

/**
 * Makes a tagger that uses the model in training, by the same code that will tag with the exported file. A sentence that needs a part of the word
 * table that is not here is told with the reason, and does not end the run.
 */
export function pinnedTagger(
  classifier: Model,
  tokenizer: StoredTokenizer,
  { labels, recipe }: Pick<RunRecord, 'labels' | 'recipe'>,
): PinnedTagger {
  const tags = [...new TagSet(labels, recipe.scheme).tags];
  const annotator = createAnnotator({
    metadata: { ...keptTokenizer(tokenizer), maxPieces: recipe.maxPieces, tags },
    logits: (sequences) => scorePieces(classifier, sequences),
  } satisfies PieceScorer);
  return async (texts) => {
    const pinned: PinnedSentence[] = [];
    for (const text of texts) {
      try {
        const { entities } = await annotator.annotate(text);
        pinned.push({ text, entities });
      } catch (error) {
        if (!(error instanceof MissingShardError)) throw error;
        pinned.push({ text, entities: [], unreadable: tellWhole(error) });
      }
    }
    return pinned;
  };
}

/** Scores sequences as a padded batch, f32[batch, pieces, tags]. */
async function scorePieces(classifier: Model, sequences: readonly Int32Array[]): Promise<Logits> {
  const tags = classifier.head.outputs;
  const batch = joinSentences(sequences);
  const scores = await classifier.score(batch);
  const pieces = Math.max(...sequences.map(({ length }) => length));
  const logits = new Float32Array(sequences.length * pieces * tags);
  sequences.forEach((_, i) => {
    const own = scores.subarray(batch.offsets[i]! * tags, batch.offsets[i + 1]! * tags);
    logits.set(own, i * pieces * tags);
  });
  return { logits, batch: sequences.length, pieces, tags };
}
