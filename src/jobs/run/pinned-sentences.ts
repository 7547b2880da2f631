import { createAnnotator } from '../../infer/annotate';
import type { Logits, PieceScorer } from '../../infer/session';
import type { TokenClassifier } from '../../model/token-classifier';
import { TagSet } from '../../ner/tag-set';
import type { EncoderRecord, PinnedSentence, RunRecord } from '../../storage/records';

/** Tags sentences with the model in training, by the same code that will tag with the exported file. */
export async function tagPinned(
  texts: readonly string[],
  classifier: TokenClassifier,
  encoder: EncoderRecord,
  { labels, recipe }: RunRecord,
): Promise<PinnedSentence[]> {
  const { vocabulary, lowercase, addedPieces } = encoder;
  const tags = [...new TagSet(labels, recipe.scheme).tags];
  const annotator = createAnnotator({
    metadata: {
      ...{ vocabulary, lowercase, maxPieces: recipe.maxPieces, tags },
      ...(addedPieces ? { addedPieces } : {}),
    },
    logits: (sequences) => scorePieces(classifier, sequences),
  } satisfies PieceScorer);
  const pinned: PinnedSentence[] = [];
  for (const text of texts) {
    const { entities } = await annotator.annotate(text);
    pinned.push({ text, entities });
  }
  return pinned;
}

/** Computes the logits of sequences, padded to the longest: f32[batch, pieces, tags]. */
async function scorePieces(
  classifier: TokenClassifier,
  sequences: readonly Int32Array[],
): Promise<Logits> {
  const batch = sequences.length;
  const pieces = Math.max(...sequences.map(({ length }) => length));
  const pieceIds = new Int32Array(batch * pieces);
  const attentionMask = new Int32Array(batch * pieces);
  sequences.forEach((sequence, row) => {
    pieceIds.set(sequence, row * pieces);
    attentionMask.fill(1, row * pieces, row * pieces + sequence.length);
  });
  const scores = classifier.logits({ batch, pieces, pieceIds, attentionMask });
  const logits = await scores.data<'float32'>();
  scores.dispose();
  return { logits, batch, pieces, tags: classifier.tagCount };
}
