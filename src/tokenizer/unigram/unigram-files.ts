import { contentOf, readAddedPieces } from '../read-added-pieces';
import type { AddedPiece } from '../added-pieces';
import type { SpecialPieces } from '../tokenizer';
import type { VocabularyFiles } from '../word-piece/vocabulary-files';
import { normalizerSteps } from './normalizer-steps';
import { preTokenizerSteps } from './pre-tokenizer-steps';
import { briefly, type JsonObject, objectOf } from './json-object';
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
const ROLE_NAMES = Object.keys(ROLES) as (keyof SpecialPieces)[];

/**
 * Reads a Unigram tokenizer (SentencePiece's, as XLM-RoBERTa and its kin have it) from `tokenizer.json` and the files beside it.
 *
 * @throws when it has a setting that would give other pieces than ours; all that are found are named.
 */
export function readUnigramFiles(files: VocabularyFiles): UnigramDescription {
  const parse = (text: string | undefined, file: string) =>
    text === undefined ? {} : parseObject(text, file);
  const tokenizer = parse(files.tokenizer, 'tokenizer.json');
  const settings = parse(files.settings, 'tokenizer_config.json');
  const specials = parse(files.specials, 'special_tokens_map.json');
  const model = objectOf(tokenizer['model']);
  const { pieces: own, scores } = piecesAndScores(model['vocab']);

  const problems: string[] = [];
  const attempt = <Result>(read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  attempt(() => normalizerSteps(tokenizer['normalizer']));
  const steps = attempt(() => preTokenizerSteps(tokenizer['pre_tokenizer']));
  if (steps?.length === 0) problems.push('tokenizer.json: pre_tokenizer is missing');
  const specialPieces = specialPiecesOf(own, settings, specials);
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
    throw new Error(
      `The tokenizer cannot be read as the encoder learned it: ${problems.join('; ')}. ` +
        'Choose another encoder, such as xlm-roberta-base, or one with a WordPiece vocabulary.',
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

function parseObject(text: string, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON; get the file again.`, { cause: error });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error(`${file} must be a JSON object.`);
  return json as Record<string, unknown>;
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
function specialPiecesOf(
  pieces: readonly string[],
  settings: JsonObject,
  specials: JsonObject,
): SpecialPieces {
  const known = new Set(pieces);
  return Object.fromEntries(
    ROLE_NAMES.map((role) => {
      const stated = [settings, specials].map((holder) => contentOf(holder[ROLES[role]]));
      return [role, stated.find((name) => name && known.has(name)) ?? USUAL_SPECIAL_PIECES[role]];
    }),
  ) as unknown as SpecialPieces;
}
