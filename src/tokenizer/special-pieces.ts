import type { JsonObject } from './json-object';
import { contentOf } from './read-added-pieces';
import type { SpecialIds, SpecialPieces } from './tokenizer';

/** How RoBERTa and XLM-RoBERTa call their special pieces, and most encoders with a vocabulary of BPE or SentencePiece. */
export const USUAL_SPECIAL_PIECES: Readonly<SpecialPieces> = {
  classifier: '<s>',
  separator: '</s>',
  padding: '<pad>',
  unknown: '<unk>',
};

/** Names of the roles in `tokenizer_config.json` and `special_tokens_map.json`. */
const ROLES: Readonly<Record<keyof SpecialPieces, string>> = {
  classifier: 'cls_token',
  separator: 'sep_token',
  padding: 'pad_token',
  unknown: 'unk_token',
};
const ROLE_NAMES = Object.keys(ROLES) as (keyof SpecialPieces)[];

/** Reads the names of the special pieces: those that the files state, else the usual ones. */
export function readSpecialPieces(
  settings: JsonObject,
  specials: JsonObject,
  usual = USUAL_SPECIAL_PIECES,
): SpecialPieces {
  return Object.fromEntries(
    ROLE_NAMES.map((role) => {
      const key = ROLES[role];
      const stated = contentOf(settings[key]) ?? contentOf(specials[key]);
      return [role, stated ?? usual[role]];
    }),
  ) as unknown as SpecialPieces;
}

/** Returns special pieces as they are kept: nothing where all have their usual names. */
export function unusualPieces(
  specialPieces: SpecialPieces,
  usual = USUAL_SPECIAL_PIECES,
): { specialPieces?: SpecialPieces } {
  const isUsual = ROLE_NAMES.every((role) => specialPieces[role] === usual[role]);
  return isUsual ? {} : { specialPieces };
}

/**
 * Finds the special pieces in a vocabulary of BPE or Unigram.
 *
 * @throws naming those that the vocabulary lacks.
 */
export function findSpecialIds(
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
