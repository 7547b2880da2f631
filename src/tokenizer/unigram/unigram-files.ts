import { Failure } from '../../messages/failure';
import type { AddedPiece } from '../added-pieces';
import { briefly, type JsonObject, objectOf, parseObject } from '../json-object';
import { contentOf, readAddedPieces } from '../read-added-pieces';
import { assertSettingTypes, listProblems } from '../setting-types';
import type { SpecialPieces } from '../tokenizer';
import type { VocabularyFiles } from '../word-piece/vocabulary-files';
import { normalizerSteps } from './normalizer-steps';
import { preTokenizerSteps } from './pre-tokenizer-steps';
import type { UnigramSettings } from './unigram-settings';
import { specialIdsOfUnigram, USUAL_SPECIAL_PIECES } from './unigram-special-pieces';

/** A Unigram tokenizer, as its files describe it. */
export interface UnigramDescription {
  /** Pieces in the order of their ids, added ones among them. */
  pieces: string[];
  lowercase: false;
  addedPieces?: AddedPiece[];
  /** Names of the special pieces where they are not the usual ones. */
  specialPieces?: SpecialPieces;
  unigram: UnigramSettings;
}

/** Names of the special pieces in `tokenizer_config.json` and `special_tokens_map.json`. */
const ROLES: Readonly<Record<keyof SpecialPieces, string>> = {
  classifier: 'cls_token',
  separator: 'sep_token',
  padding: 'pad_token',
  unknown: 'unk_token',
};
/** Characters of a problem: a step that is not known is named with those that are. */
const PROBLEM_CHARACTERS = 300;
const ROLE_NAMES = Object.keys(ROLES) as (keyof SpecialPieces)[];

/**
 * Reads a Unigram tokenizer (SentencePiece's, as multilingual BERTs with XLM-RoBERTa's vocabulary have it) from `tokenizer.json` and the files beside it.
 *
 * @throws when it has a setting that would give other pieces than ours; all that are found are named.
 */
export function readUnigramFiles(files: VocabularyFiles): UnigramDescription {
  const parse = (text: string | undefined, file: string) =>
    text === undefined ? {} : parseObject(text, file);
  const tokenizer = parse(files.tokenizer, 'tokenizer.json');
  const settings = parse(files.settings, 'tokenizer_config.json');
  const specials = parse(files.specials, 'special_tokens_map.json');
  assertSettingTypes({ tokenizer, settings, specials });
  const model = objectOf(tokenizer['model']);
  const { pieces: own, scores } = piecesAndScores(model['vocab']);

  const problems: string[] = [];
  const attempt = <Result>(read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message.replace(/\.$/, ''));
      return undefined;
    }
  };
  attempt(() => normalizerSteps(tokenizer['normalizer']));
  const steps = attempt(() => preTokenizerSteps(tokenizer['pre_tokenizer']));
  if (steps?.length === 0) problems.push('tokenizer.json: pre_tokenizer is missing');
  const specialPieces = specialPiecesOf(settings, specials);
  const added = readAddedPieces(
    own,
    { tokenizer, settings, specials, added: parse(files.added, 'added_tokens.json') },
    { names: Object.values(specialPieces), roles: {} },
  );
  problems.push(...added.problems);
  const ids = attempt(() => specialIdsOfUnigram(added.pieces, specialPieces));
  const unknownId = model['unk_id'];
  if (ids && unknownId !== ids.unknownId) {
    problems.push(
      `tokenizer.json: model.unk_id is ${briefly(unknownId)}, and ${specialPieces.unknown} stands at ${ids.unknownId}`,
    );
  }
  if (problems.length > 0) {
    throw new Failure(
      `The tokenizer cannot be read as the encoder learned it: ${listProblems(problems, PROBLEM_CHARACTERS)}.`,
      'Choose another encoder, such as multilingual-e5-small, or one with a WordPiece vocabulary.',
    );
  }
  const isUsual = ROLE_NAMES.every((role) => specialPieces[role] === USUAL_SPECIAL_PIECES[role]);
  return {
    ...{ pieces: added.pieces, lowercase: false },
    ...(added.added.length > 0 ? { addedPieces: added.added } : {}),
    ...(isUsual ? {} : { specialPieces }),
    unigram: {
      scores,
      byteFallback: model['byte_fallback'] === true,
      normalizer: orNull(tokenizer['normalizer']),
      preTokenizer: orNull(tokenizer['pre_tokenizer']),
    },
  };
}

function orNull(value: unknown): JsonObject | null {
  return value === undefined || value === null ? null : objectOf(value);
}

/** Reads `model.vocab`: pairs of a piece and its score, in the order of the ids. */
function piecesAndScores(vocabulary: unknown): { pieces: string[]; scores: Float64Array } {
  const entries: unknown[] = Array.isArray(vocabulary) ? vocabulary : [];
  if (entries.length === 0) {
    throw new Error(
      'tokenizer.json: model.vocab should list pieces with their scores, and is empty; get the file again.',
    );
  }
  const pieces: string[] = [];
  const scores = new Float64Array(entries.length);
  entries.forEach((entry, id) => {
    const [piece, score] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof piece !== 'string' || typeof score !== 'number') {
      throw new Error(
        `tokenizer.json: model.vocab has ${briefly(entry)} at ${id}; expected is a piece with its score, as ["▁a", -4.2]. Get the file again.`,
      );
    }
    pieces.push(piece);
    scores[id] = score;
  });
  return { pieces, scores };
}

/** Finds the names of the special pieces: those that the files state, else XLM-RoBERTa's. */
function specialPiecesOf(settings: JsonObject, specials: JsonObject): SpecialPieces {
  return Object.fromEntries(
    ROLE_NAMES.map((role) => {
      const key = ROLES[role];
      const stated = contentOf(settings[key]) ?? contentOf(specials[key]);
      return [role, stated ?? USUAL_SPECIAL_PIECES[role]];
    }),
  ) as unknown as SpecialPieces;
}
