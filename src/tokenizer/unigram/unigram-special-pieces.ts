import type { SpecialIds, SpecialPieces } from '../tokenizer';

/** How XLM-RoBERTa calls its special pieces, and most encoders with a SentencePiece vocabulary. */
export const USUAL_SPECIAL_PIECES: Readonly<SpecialPieces> = {
  classifier: '<s>',
  separator: '</s>',
  padding: '<pad>',
  unknown: '<unk>',
};

/**
 * Finds the special pieces of a Unigram tokenizer.
 *
 * @throws naming those that the vocabulary lacks.
 */
export function specialIdsOfUnigram(
  pieces: readonly string[],
  { classifier, separator, padding, unknown }: SpecialPieces = USUAL_SPECIAL_PIECES,
): SpecialIds {
  const missing: string[] = [];
  const idOf = (piece: string) => {
    const id = pieces.indexOf(piece);
    if (id < 0) missing.push(piece);
    return id;
  };
  const ids = {
    classifierId: idOf(classifier),
    separatorId: idOf(separator),
    paddingId: idOf(padding),
    unknownId: idOf(unknown),
  };
  if (missing.length === 0) return ids;
  throw new Error(
    `The vocabulary (${pieces.length} pieces) lacks special pieces: ${missing.join(', ')}; ` +
      'tokenizer_config.json should name them (cls_token, sep_token, pad_token, unk_token). Take all tokenizer files from the same encoder.',
  );
}
