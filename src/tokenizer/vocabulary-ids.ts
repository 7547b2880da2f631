import { shorten } from '../messages/shorten';
import type { JsonObject } from './json-object';

/**
 * Puts pieces in the order of their ids, as `vocab.json` and `model.vocab` of `tokenizer.json` state them. Ids without a piece, at most an
 * eighth of them, stay empty: the encoder has rows for them that nothing looks up.
 *
 * @throws naming the first piece whose id is none, is another's or lies far away.
 */
export function piecesByIds(vocabulary: JsonObject, file: string): string[] {
  const entries = Object.entries(vocabulary);
  const limit = entries.length + Math.floor(entries.length / 8);
  const pieces: string[] = [];
  for (const [piece, id] of entries) {
    const isId = Number.isInteger(id) && (id as number) >= 0 && (id as number) < limit;
    if (!isId || pieces[id as number]) {
      throw new Error(
        `${file}: the vocabulary has ${entries.length} pieces, but "${shorten(piece)}" has the id ${shorten(JSON.stringify(id))}; ` +
          'ids must count from 0 without gaps. Get the file again.',
      );
    }
    while (pieces.length < (id as number)) pieces.push('');
    pieces[id as number] = piece;
  }
  return pieces;
}
