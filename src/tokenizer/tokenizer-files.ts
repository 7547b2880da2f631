import { type JsonObject, parseObject } from './json-object';
import type { AddedPieceFiles } from './read-added-pieces';
import { assertSettingTypes } from './setting-types';

/** The tokenizer files of a Hugging Face folder, as text; those of at least one kind of tokenizer. */
export interface TokenizerFiles {
  /** `vocab.txt` */
  vocabulary?: string | undefined;
  /** `tokenizer.json` */
  tokenizer?: string | undefined;
  /** `vocab.json`, which counts with `merges.txt` only. */
  pieceIds?: string | undefined;
  /** `merges.txt` */
  merges?: string | undefined;
  /** Model file of SentencePiece. */
  sentencePiece?: { name: string; bytes: Uint8Array } | undefined;
  /** `tokenizer_config.json` */
  settings?: string | undefined;
  /** `special_tokens_map.json` */
  specials?: string | undefined;
  /** `added_tokens.json` */
  added?: string | undefined;
  /** `config.json`, whose family tells how SentencePiece's pieces are numbered. */
  configuration?: string | undefined;
}

/**
 * Parses the files that stand beside a vocabulary, and checks the types of their settings.
 *
 * @param tokenizer content of `tokenizer.json`, or what stands for it.
 * @throws naming the file that is no JSON, or the settings of another type than Hugging Face writes.
 */
export function parseTokenizerFiles(
  files: TokenizerFiles,
  tokenizer: JsonObject | undefined,
): AddedPieceFiles {
  const parse = (text: string | undefined, file: string) =>
    text === undefined ? {} : parseObject(text, file);
  const settings = parse(files.settings, 'tokenizer_config.json');
  const specials = parse(files.specials, 'special_tokens_map.json');
  assertSettingTypes({ tokenizer, settings, specials });
  return { tokenizer, settings, specials, added: parse(files.added, 'added_tokens.json') };
}
