import { tagsToSpans } from '../ner/tag-scheme';
import { findBestTag } from './best-tag';
import { scoreSequences } from './score-sequences';
import type { Session } from './session';

/** A sentence with the trained model's logits. */
export interface ParityReference {
  /** Name of the sentence in errors, such as its first words. */
  text: string;
  /** Piece ids of `[CLS] pieces [SEP]`. */
  pieceIds: Int32Array;
  /** Index of each word's first piece, i32[words]; -1 where there is none. */
  firstPieces: Int32Array;
  /** Logits of the trained model, f32[pieces, tags]. */
  logits: Float32Array;
}

export interface ParityReport {
  /** Largest |exported − trained| over all logits. */
  largestDifference: number;
  sentences: number;
}

/** Error of a file whose logits or entities differ from those of the model that it was exported from. */
export class ParityError extends Error {
  override readonly name = 'ParityError';
}

/**
 * Compares an exported file with the model that it came from: every logit and every entity of the reference sentences.
 *
 * @throws ParityError naming the sentence, the piece and the difference; a file without a reference is no verified file either.
 */
export async function checkParity(
  reference: readonly ParityReference[],
  session: Session,
  tolerance: number,
): Promise<ParityReport> {
  if (reference.length === 0)
    throw new ParityError('There is no sentence to hold the file against.');
  const { tags } = session.metadata;
  let worst = { difference: 0, sentence: 0, at: 0, exported: 0 };
  const differingSpans: string[] = [];
  const sequences = reference.map(({ pieceIds }) => pieceIds);
  await scoreSequences(session, sequences, (sentence, scores) => {
    const { text, logits, firstPieces } = reference[sentence]!;
    if (logits.length !== scores.length) {
      throw new ParityError(
        `"${text}": the trained model gave ${logits.length} logits and the file ${scores.length}.`,
      );
    }
    logits.forEach((trained, at) => {
      const difference = Math.abs(scores[at]! - trained);
      // A NaN is no smaller than anything: it must not slip through.
      if (!(difference <= worst.difference)) {
        worst = { difference, sentence, at, exported: scores[at]! };
      }
    });
    const trainedSpans = describeSpans(logits, firstPieces, tags);
    const exportedSpans = describeSpans(scores, firstPieces, tags);
    if (trainedSpans !== exportedSpans) {
      differingSpans.push(`"${text}": ${exportedSpans} instead of ${trainedSpans}`);
    }
  });
  if (!(worst.difference <= tolerance)) {
    const { text, logits } = reference[worst.sentence]!;
    const piece = Math.floor(worst.at / tags.length);
    throw new ParityError(
      `The exported file differs from the trained model by ${worst.difference.toExponential(1)} (at most ` +
        `${tolerance.toExponential(0)} is allowed): in "${text}", piece ${piece}, tag ${tags[worst.at % tags.length]}, ` +
        `it says ${worst.exported.toFixed(5)} instead of ${logits[worst.at]!.toFixed(5)}. Nothing was saved; export again.`,
    );
  }
  if (differingSpans.length > 0) {
    throw new ParityError(
      `The exported file finds other entities than the trained model: ${differingSpans[0]}. Nothing was saved; export again.`,
    );
  }
  return { largestDifference: worst.difference, sentences: reference.length };
}

function describeSpans(
  scores: Float32Array,
  firstPieces: Int32Array,
  tags: readonly string[],
): string {
  const predicted = Array.from(firstPieces, (piece) =>
    piece < 0 ? 'O' : tags[findBestTag(scores, piece, tags.length).tagId]!,
  );
  const spans = tagsToSpans(predicted).map(({ start, end, label }) => `${label} ${start}–${end}`);
  return spans.length === 0 ? 'none' : spans.join(', ');
}
