import { listSome, shorten } from '../../messages/shorten';

/** Share of the pieces from which on repetitions are damage. */
const DAMAGE_SHARE = 0.01;
/** Share of the pieces with capitals from which on a vocabulary is a cased one. */
const CASED_SHARE = 0.05;

/** Pieces as a folder's files have them, before those that were added. */
export interface OwnPieces {
  /** Pieces in the order of their ids; empty where an id has none. */
  pieces: readonly string[];
  file: 'vocab.txt' | 'tokenizer.json';
  /** Pieces of `vocab.txt`, where it stands beside a `tokenizer.json`. */
  besides?: readonly string[] | undefined;
}

/**
 * Finds what is doubtful in a vocabulary that can be used all the same: a sentence each, with how it is read.
 *
 * @throws where so many pieces are repeated that the file is damaged.
 */
export function findVocabularyDoubts(own: OwnPieces, lowercase: boolean): string[] {
  const { pieces, file, besides } = own;
  return [
    repetitions(own),
    file === 'tokenizer.json' ? holes(pieces) : undefined,
    lostLetters(own),
    besides && disagreement(pieces, besides),
    lowercase ? capitals(pieces) : undefined,
  ].filter((doubt) => doubt !== undefined);
}

function repetitions({ pieces, file }: OwnPieces): string | undefined {
  const lines = new Map<string, number[]>();
  const first = new Map<string, number>();
  pieces.forEach((piece, id) => {
    if (piece === '') return;
    const before = first.get(piece);
    if (before === undefined) first.set(piece, id);
    else if (!lines.has(piece)) lines.set(piece, [before + 1, id + 1]);
    else lines.get(piece)!.push(id + 1);
  });
  if (lines.size === 0) return undefined;
  const named = [...lines].map(
    ([piece, at]) => `“${shorten(piece, 30)}” (lines ${listSome(at.map(String), { most: 4 })})`,
  );
  const some = listSome(named, { most: 3, show: (text) => text });
  const repeated = pieces.length - first.size;
  if (repeated > pieces.length * DAMAGE_SHARE && lines.size > 1) {
    throw new Error(
      `${file} has ${lines.size.toLocaleString('en')} pieces on several lines: ${some}; the file is damaged: get it again.`,
    );
  }
  return `${file} has ${lines.size === 1 ? 'a piece' : `${lines.size} pieces`} on several lines: ${some}. The last line counts, as in Hugging Face.`;
}

function holes(pieces: readonly string[]): string | undefined {
  const ids = pieces.flatMap((piece, id) => (piece === '' ? [String(id)] : []));
  if (ids.length === 0) return undefined;
  return `tokenizer.json has no piece for ${ids.length === 1 ? 'the id' : 'the ids'} ${listSome(ids)}, so the encoder never looks their rows up.`;
}

function lostLetters({ pieces, file }: OwnPieces): string | undefined {
  const lost = pieces.filter((piece) => piece.includes('\uFFFD') && piece.length > 1);
  if (lost.length === 0) return undefined;
  return `${file} has ${lost.length === 1 ? 'a piece' : `${lost.length} pieces`} with U+FFFD, the sign for a letter that was lost in an earlier conversion: ${listSome(lost)}. No text has ${lost.length === 1 ? 'it' : 'them'}.`;
}

function disagreement(pieces: readonly string[], besides: readonly string[]): string | undefined {
  const differing = pieces.flatMap((piece, id) =>
    piece === (besides[id] ?? '')
      ? []
      : [`${id} (“${shorten(piece, 30)}” and “${shorten(besides[id] ?? '', 30)}”)`],
  );
  const more = Math.max(0, besides.length - pieces.length);
  if (differing.length === 0) return undefined;
  const where = listSome(differing, { most: 2, show: (text) => text });
  const sizes = more === 0 ? '' : ` and vocab.txt has ${more} pieces more`;
  return `tokenizer.json and vocab.txt differ at id ${where}${sizes}; tokenizer.json counts, as in Hugging Face.`;
}

function capitals(pieces: readonly string[]): string | undefined {
  const cased = pieces.filter((piece) => !/^\[.+\]$/.test(piece) && piece !== piece.toLowerCase());
  if (cased.length <= pieces.length * CASED_SHARE) return undefined;
  return `The tokenizer turns text into lower case, but ${cased.length.toLocaleString('en')} of its ${pieces.length.toLocaleString('en')} pieces have capitals and will never be used: ${listSome(cased, { most: 3 })}. If the encoder is cased, set do_lower_case to false in tokenizer_config.json.`;
}
