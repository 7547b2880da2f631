import { shorten } from '../../messages/shorten';
import type { AddedPiece } from '../added-pieces';
import { briefly, type JsonObject, objectOf, orNull, parseObject } from '../json-object';
import { normalizerSteps, turnsLowercase } from '../preparation/normalizer-steps';
import { readAddedPieces } from '../read-added-pieces';
import { findSpecialIds, readSpecialPieces, unusualPieces } from '../special-pieces';
import type { SpecialPieces } from '../tokenizer';
import { parseTokenizerFiles, type TokenizerFiles } from '../tokenizer-files';
import { TokenizerProblems } from '../tokenizer-problems';
import { piecesByIds } from '../vocabulary-ids';
import { readByteLevelParts } from './byte-level-parts';
import type { BytePairSettings } from './byte-pair-settings';
import { mergeLines, readMerges } from './merges';
import { robertaJson } from './roberta-json';

/** A byte-level BPE tokenizer, as its files describe it. */
export interface ByteLevelDescription {
  /** Pieces in the order of their ids, added ones among them. */
  pieces: string[];
  lowercase: boolean;
  addedPieces?: AddedPiece[];
  /** Names of the special pieces where they are not the usual ones. */
  specialPieces?: SpecialPieces;
  bytePairs: BytePairSettings;
}

/** Settings of a BPE model, each with the values that are read here; others give other pieces. */
const EXPECTED: Readonly<Record<string, readonly unknown[]>> = {
  dropout: [null, 0],
  continuing_subword_prefix: [null, ''],
  end_of_word_suffix: [null, ''],
  byte_fallback: [null, false],
  ignore_merges: [null, false],
};

/** Mask of a RoBERTa whose files do not name it. */
const ROBERTA_MASK = '<mask>';

/**
 * Reads a byte-level BPE tokenizer (GPT-2's, as RoBERTa has it) from `tokenizer.json`, or from `vocab.json` and `merges.txt`, and the files
 * beside them.
 *
 * @throws when it has a setting that would give other pieces than ours; all that are found are named.
 */
export function readByteLevelFiles(files: TokenizerFiles): ByteLevelDescription {
  const isWritten = files.tokenizer !== undefined;
  const tokenizer = isWritten
    ? parseObject(files.tokenizer!, 'tokenizer.json')
    : robertaJson(files);
  const parsed = parseTokenizerFiles(files, tokenizer);
  const model = objectOf(tokenizer['model']);
  const own = piecesByIds(objectOf(model['vocab']), isWritten ? 'tokenizer.json' : 'vocab.json');
  const { settings, specials } = parsed;

  const problems = new TokenizerProblems();
  for (const [key, allowed] of Object.entries(EXPECTED)) {
    if (!allowed.includes(model[key] ?? null))
      problems.add(`tokenizer.json: model.${key} is ${briefly(model[key])}`);
  }
  const normalizer = problems.attempt(() => normalizerSteps(tokenizer['normalizer'])) ?? [];
  const parts = problems.attempt(() => readByteLevelParts(tokenizer, settings));
  const specialPieces = readSpecialPieces(settings, specials);
  const names = Object.values(specialPieces);
  const added = readAddedPieces(own, parsed, names, isWritten ? undefined : ROBERTA_MASK);
  problems.add(...added.problems);
  problems.attempt(() => findSpecialIds(added.pieces, specialPieces));
  const unknown = model['unk_token'] ?? null;
  if (unknown !== null && unknown !== specialPieces.unknown) {
    problems.add(
      `tokenizer.json: model.unk_token is ${briefly(unknown)}, and unk_token is ${JSON.stringify(shorten(specialPieces.unknown))}`,
    );
  }
  const merges = problems.attempt(() => mergeLines(model['merges'])) ?? '';
  problems.attempt(() => readMerges(merges, own));
  problems.assertNone();
  return {
    ...{ pieces: added.pieces, lowercase: turnsLowercase(normalizer) },
    ...(added.added.length > 0 ? { addedPieces: added.added } : {}),
    ...unusualPieces(specialPieces),
    bytePairs: {
      merges,
      unknownBytes: unknownBytesOf(unknown, model),
      normalizer: orNull(tokenizer['normalizer']),
      ...parts!,
    },
  };
}

function unknownBytesOf(unknown: unknown, model: JsonObject): BytePairSettings['unknownBytes'] {
  if (unknown === null) return 'dropped';
  return model['fuse_unk'] === true ? 'fused' : 'each';
}
