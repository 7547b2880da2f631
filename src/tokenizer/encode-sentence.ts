import type { EncodedSentence } from './encoding';
import type { WordTokenizer } from './tokenizer';

/**
 * Encodes a pre-split sentence as `[CLS] pieces [SEP]`, cut to `maxPieces` as Hugging Face truncates: pieces count one by one,
 * so the last word inside the window may be there with its first pieces only.
 *
 * @throws RangeError when `maxPieces` leaves no room for a piece.
 */
export function encodeSentence(
  tokenizer: WordTokenizer,
  words: readonly string[],
  maxPieces: number,
): EncodedSentence {
  if (!Number.isInteger(maxPieces) || maxPieces < 3) {
    const { pieces, classifierId, separatorId } = tokenizer.vocabulary;
    throw new RangeError(
      `The window must hold at least 3 pieces (${pieces[classifierId]}, one piece, ${pieces[separatorId]}), not ${maxPieces}.`,
    );
  }
  const firstPieces = new Int32Array(words.length).fill(-1);
  const pieceIds = [tokenizer.vocabulary.classifierId];
  for (let word = 0; word < words.length && pieceIds.length < maxPieces - 1; word++) {
    const wordPieces = tokenizer.encodeWord(words[word]!);
    if (wordPieces.length > 0) firstPieces[word] = pieceIds.length;
    for (const id of wordPieces) pieceIds.push(id);
  }
  if (pieceIds.length > maxPieces - 1) pieceIds.length = maxPieces - 1;
  pieceIds.push(tokenizer.vocabulary.separatorId);
  return { pieceIds: Int32Array.from(pieceIds), firstPieces };
}
