import { createAnnotator } from '../../infer/annotate';
import type { Logits, PieceScorer } from '../../infer/session';
import { joinSentences } from '../../model/piece-batch';
import type { Model } from '../../model/model';
import { TagSet } from '../../ner/tag-set';
import { keptTokenizer } from '../../storage/kept-tokenizer';
import type { EncoderRecord, PinnedSentence, RunRecord } from '../../storage/records';

/** Tags sentences with the model in training, by the same code that will tag with the exported file. */
export async function tagPinned(
  texts: readonly string[],
  classifier: Model,
  encoder: EncoderRecord,
  { labels, recipe }: RunRecord,
): Promise<PinnedSentence[]> {
  const tags = [...new TagSet(labels, recipe.scheme).tags];
  const annotator = createAnnotator({
    metadata: { ...keptTokenizer(encoder), maxPieces: recipe.maxPieces, tags },
    logits: (sequences) => scorePieces(classifier, sequences),
  } satisfies PieceScorer);
  const pinned: PinnedSentence[] = [];
  for (const text of texts) {
    const { entities } = await annotator.annotate(text);
    pinned.push({ text, entities });
  }
  return pinned;
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
