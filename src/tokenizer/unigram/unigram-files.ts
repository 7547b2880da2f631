import type { AddedPiece } from '../added-pieces';
import { briefly, type JsonObject, objectOf, orNull, parseObject } from '../json-object';
import { normalizerSteps, turnsLowercase } from '../preparation/normalizer-steps';
import { preTokenizerSteps } from '../preparation/pre-tokenizer-steps';
import { readAddedPieces } from '../read-added-pieces';
import { sentencePieceJson } from '../sentence-piece/sentence-piece-json';
import type { PieceLayout } from '../sentence-piece/sentence-piece-layouts';
import { findSpecialIds, readSpecialPieces, unusualPieces } from '../special-pieces';
import type { SpecialPieces } from '../tokenizer';
import { parseTokenizerFiles, type TokenizerFiles } from '../tokenizer-files';
import { TokenizerProblems } from '../tokenizer-problems';
import type { UnigramSettings } from './unigram-settings';

/** A Unigram tokenizer, as its files describe it. */
export interface UnigramDescription {
  /** Pieces in the order of their ids, added ones among them. */
  pieces: string[];
  lowercase: boolean;
  addedPieces?: AddedPiece[];
  /** Names of the special pieces where they are not the usual ones. */
  specialPieces?: SpecialPieces;
  unigram: UnigramSettings;
}

/**
 * Reads a Unigram tokenizer (SentencePiece's, as XLM-RoBERTa, CamemBERT and multilingual BERTs have it) from `tokenizer.json`, or from a
 * model file of SentencePiece, and the files beside it.
 *
 * @throws when it has a setting that would give other pieces than ours; all that are found are named.
 */
export function readUnigramFiles(files: TokenizerFiles): UnigramDescription {
  const { tokenizer, layout }: { tokenizer: JsonObject; layout?: PieceLayout } =
    files.tokenizer === undefined
      ? sentencePieceJson(files)
      : { tokenizer: parseObject(files.tokenizer, 'tokenizer.json') };
  const parsed = parseTokenizerFiles(files, tokenizer);
  const model = objectOf(tokenizer['model']);
  const { pieces: own, scores } = piecesAndScores(model['vocab']);

  const problems = new TokenizerProblems();
  const normalizer = problems.attempt(() => normalizerSteps(tokenizer['normalizer'])) ?? [];
  const steps = problems.attempt(() => preTokenizerSteps(tokenizer['pre_tokenizer']));
  if (steps?.length === 0) problems.add('tokenizer.json: pre_tokenizer is missing');
  const specialPieces = readSpecialPieces(parsed.settings, parsed.specials, layout?.specialPieces);
  const added = readAddedPieces(own, parsed, Object.values(specialPieces), layout?.mask);
  problems.add(...added.problems);
  const ids = problems.attempt(() => findSpecialIds(added.pieces, specialPieces));
  const unknownId = model['unk_id'];
  if (ids && unknownId !== ids.unknownId) {
    problems.add(
      `tokenizer.json: model.unk_id is ${briefly(unknownId)}, and ${specialPieces.unknown} stands at ${ids.unknownId}`,
    );
  }
  problems.assertNone();
  return {
    ...{ pieces: added.pieces, lowercase: turnsLowercase(normalizer) },
    ...(added.added.length > 0 ? { addedPieces: added.added } : {}),
    ...unusualPieces(specialPieces),
    unigram: {
      scores,
      byteFallback: model['byte_fallback'] === true,
      normalizer: orNull(tokenizer['normalizer']),
      preTokenizer: orNull(tokenizer['pre_tokenizer']),
    },
  };
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
