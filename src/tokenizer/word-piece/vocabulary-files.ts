import { Failure } from '../../messages/failure';
import type { AddedPiece } from '../added-pieces';
import { briefly, type JsonObject, objectOf, parseObject } from '../json-object';
import type { TextPreparation } from '../preparation/text-preparation';
import { readAddedPieces } from '../read-added-pieces';
import { listProblems } from '../setting-types';
import { readSpecialPieces, unusualPieces } from '../special-pieces';
import type { SpecialPieces } from '../tokenizer';
import { parseTokenizerFiles, type TokenizerFiles } from '../tokenizer-files';
import { piecesByIds } from '../vocabulary-ids';
import { readPreparation } from './read-preparation';
import { BERT_SPECIAL_PIECES, specialIdsOfWordPiece, specialNamesOf } from './vocabulary';
import { findVocabularyDoubts, type OwnPieces } from './vocabulary-doubts';

/** A WordPiece tokenizer, as much of it as differs between encoders. */
export interface WordPieceDescription {
  /** Pieces in the order of their ids; empty where an id has no piece. */
  pieces: string[];
  lowercase: boolean;
  /** Pieces that were added after training; absent where there are none. */
  addedPieces?: AddedPiece[];
  /** Names of the special pieces where they are not BERT's. */
  specialPieces?: SpecialPieces;
  /** Preparation of a text where it is not what BERT does by its case. */
  wordPiece?: TextPreparation;
  /** Sentences about what is doubtful in the files and how it is read; absent where there are none. */
  doubts?: string[];
}

/**
 * Reads which pieces a WordPiece encoder has (BERT, DistilBERT, ELECTRA) and what is done to a text before.
 *
 * `tokenizer.json` counts before `vocab.txt`; for the case, `tokenizer_config.json` counts before `tokenizer.json` (as
 * Hugging Face resolves them), and where both are silent a vocabulary with capital letters is cased.
 *
 * @throws when the tokenizer is not WordPiece, a file is damaged, or a setting would give other pieces than ours; each is named.
 */
export function readVocabularyFiles(files: TokenizerFiles): WordPieceDescription {
  const tokenizer =
    files.tokenizer === undefined ? undefined : parseObject(files.tokenizer, 'tokenizer.json');
  if (tokenizer) assertWordPiece(tokenizer);
  const parsed = parseTokenizerFiles(files, tokenizer);
  const { settings, specials } = parsed;
  const own = ownPiecesOf(files, tokenizer);
  const { specialPieces } = unusualPieces(
    readSpecialPieces(settings, specials, BERT_SPECIAL_PIECES),
    BERT_SPECIAL_PIECES,
  );
  const { pieces, added, problems } = readAddedPieces(
    own.pieces,
    parsed,
    specialNamesOf(specialPieces),
  );
  specialIdsOfWordPiece(pieces, specialPieces); // throws where a special piece is missing

  if (tokenizer) problems.push(...unsupportedParts(tokenizer, specialPieces));
  const { lowercase, wordPiece, doubts, ...unread } = readPreparation(
    tokenizer,
    settings,
    hasCapitals(pieces),
  );
  problems.push(...unread.problems);
  if (problems.length > 0) {
    throw new Failure(
      `The tokenizer differs from those that are read, so its pieces would not be the ones the encoder learned: ${listProblems(problems, PROBLEM_CHARACTERS)}.`,
      'Choose an encoder with BERT’s own tokenizer.',
    );
  }
  const allDoubts = [...findVocabularyDoubts(own, lowercase), ...doubts];
  return {
    ...{ pieces, lowercase },
    ...(added.length > 0 ? { addedPieces: added } : {}),
    ...(specialPieces ? { specialPieces } : {}),
    ...(wordPiece ? { wordPiece } : {}),
    ...(allDoubts.length > 0 ? { doubts: allDoubts } : {}),
  };
}

/** Characters of a problem: a step that is not known is named with those that are. */
const PROBLEM_CHARACTERS = 300;

function ownPiecesOf(files: TokenizerFiles, tokenizer: JsonObject | undefined): OwnPieces {
  const listed = files.vocabulary === undefined ? undefined : piecesOfList(files.vocabulary);
  return tokenizer
    ? {
        pieces: piecesByIds(objectOf(objectOf(tokenizer['model'])['vocab']), 'tokenizer.json'),
        file: 'tokenizer.json',
        besides: listed,
      }
    : { pieces: listed ?? [], file: 'vocab.txt' };
}

function assertWordPiece(tokenizer: JsonObject): void {
  const type = objectOf(tokenizer['model'])['type'];
  // Old files leave the type out; WordPiece's prefix tells it then.
  if (
    type === 'WordPiece' ||
    (type === undefined && objectOf(tokenizer['model'])['continuing_subword_prefix'] === '##')
  )
    return;
  throw new Error(
    `tokenizer.json: the tokenizer is ${typeof type === 'string' ? type : 'of an unknown kind'}; WordPiece, Unigram and byte-level BPE are read. ` +
      'Choose a BERT encoder, such as bert-base-cased, bert-base-german-cased or all-MiniLM-L6-v2.',
  );
}

/** Lists what in the model of `tokenizer.json` would make other pieces than ours. */
function unsupportedParts(tokenizer: JsonObject, specialPieces?: SpecialPieces): string[] {
  const model = objectOf(tokenizer['model']);
  const { unknown } = specialPieces ?? BERT_SPECIAL_PIECES;
  const expected = {
    ...{ continuing_subword_prefix: '##', unk_token: unknown, max_input_chars_per_word: 100 },
  };
  return Object.entries(expected).flatMap(([key, value]) =>
    model[key] === undefined || model[key] === value
      ? []
      : [`tokenizer.json: model.${key} is ${briefly(model[key])}`],
  );
}

/** Reads one piece a line; its line is its id. Only line feeds end lines: pieces may be other white space. Empty lines at the end are none. */
function piecesOfList(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function hasCapitals(pieces: readonly string[]): boolean {
  return pieces.some((piece) => !/^\[.+\]$/.test(piece) && piece !== piece.toLowerCase());
}
