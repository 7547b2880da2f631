import { Failure } from '../../messages/failure';
import { shorten } from '../../messages/shorten';
import { valueOf } from '../../ner/label-values';
import type { AddedPiece } from '../added-pieces';
import { type JsonObject, objectOf, parseObject } from '../json-object';
import { readAddedPieces } from '../read-added-pieces';
import { assertSettingTypes, listProblems } from '../setting-types';
import { Vocabulary } from './vocabulary';
import { findVocabularyDoubts, type OwnPieces } from './vocabulary-doubts';

/** The tokenizer files of a Hugging Face folder, as text; at least one of the first two. */
export interface VocabularyFiles {
  /** `vocab.txt` */
  vocabulary?: string | undefined;
  /** `tokenizer.json` */
  tokenizer?: string | undefined;
  /** `tokenizer_config.json` */
  settings?: string | undefined;
  /** `special_tokens_map.json` */
  specials?: string | undefined;
  /** `added_tokens.json` */
  added?: string | undefined;
}

/** A WordPiece tokenizer, as much of it as differs between BERT encoders. */
export interface WordPieceDescription {
  /** Pieces in the order of their ids; empty where an id has no piece. */
  pieces: string[];
  lowercase: boolean;
  /** Pieces that were added after training; absent where there are none. */
  addedPieces?: AddedPiece[];
  /** Sentences about what is doubtful in the files and how it is read; absent where there are none. */
  doubts?: string[];
}

/**
 * Reads which pieces a BERT encoder has and whether it is uncased.
 *
 * `tokenizer.json` counts before `vocab.txt`; for the case, `tokenizer_config.json` counts before `tokenizer.json` (as
 * Hugging Face resolves them), and where both are silent a vocabulary with capital letters is cased.
 *
 * @throws when the tokenizer is not BERT's WordPiece, a file is damaged, or a setting would give other pieces than ours; each is named.
 */
export function readVocabularyFiles(files: VocabularyFiles): WordPieceDescription {
  const tokenizer =
    files.tokenizer === undefined ? undefined : parseObject(files.tokenizer, 'tokenizer.json');
  const parse = (text: string | undefined, file: string) =>
    text === undefined ? {} : parseObject(text, file);
  const settings = parse(files.settings, 'tokenizer_config.json');
  const specials = parse(files.specials, 'special_tokens_map.json');
  if (tokenizer) assertWordPiece(tokenizer);
  assertSettingTypes({ tokenizer, settings, specials });
  const own = ownPiecesOf(files, tokenizer);
  const { pieces, added, ...contradictions } = readAddedPieces(own.pieces, {
    ...{ tokenizer, settings, specials },
    added: parse(files.added, 'added_tokens.json'),
  });
  new Vocabulary(pieces); // throws where a special piece is missing

  const normalizer = objectOf(tokenizer?.['normalizer']);
  const problems = [...contradictions.problems];
  if (tokenizer) problems.push(...unsupportedParts(tokenizer));
  const lowercase =
    [settings['do_lower_case'], normalizer['lowercase']].find(
      (value) => typeof value === 'boolean',
    ) ?? !hasCapitals(pieces);
  const expect = (file: string, holder: JsonObject, key: string, allowed: boolean) => {
    const value = holder[key];
    if (value !== undefined && value !== null && value !== allowed)
      problems.push(`${file}: ${key} is ${shorten(JSON.stringify(value))}`);
  };
  expect('tokenizer_config.json', settings, 'strip_accents', lowercase);
  expect('tokenizer_config.json', settings, 'tokenize_chinese_chars', true);
  expect('tokenizer_config.json', settings, 'do_basic_tokenize', true);
  expect('tokenizer.json', normalizer, 'strip_accents', lowercase);
  expect('tokenizer.json', normalizer, 'handle_chinese_chars', true);
  expect('tokenizer.json', normalizer, 'clean_text', true);
  if (problems.length > 0) {
    throw new Failure(
      `The tokenizer differs from BERT's, so its pieces would not be the ones the encoder learned: ${listProblems(problems)}.`,
      'Choose an encoder with BERT’s own tokenizer.',
    );
  }
  const doubts = findVocabularyDoubts(own, lowercase);
  const said = settings['do_lower_case'];
  if (tokenizer && said !== undefined && said !== (normalizer['lowercase'] ?? said)) {
    doubts.push(
      `tokenizer_config.json says do_lower_case ${JSON.stringify(said)} and tokenizer.json lowercase ${JSON.stringify(normalizer['lowercase'])}; the first counts, as in Hugging Face.`,
    );
  }
  return {
    ...{ pieces, lowercase },
    ...(added.length > 0 ? { addedPieces: added } : {}),
    ...(doubts.length > 0 ? { doubts } : {}),
  };
}

function ownPiecesOf(files: VocabularyFiles, tokenizer: JsonObject | undefined): OwnPieces {
  const listed = files.vocabulary === undefined ? undefined : piecesOfList(files.vocabulary);
  return tokenizer
    ? { pieces: piecesOfTokenizer(tokenizer), file: 'tokenizer.json', besides: listed }
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
  const families: Record<string, string> = {
    BPE: ' (as RoBERTa and GPT have it)',
  };
  const name = typeof type === 'string' ? type : 'of an unknown kind';
  throw new Error(
    `tokenizer.json: the tokenizer is ${name}${valueOf(families, name) ?? ''}; only WordPiece and Unigram are read. ` +
      'Choose a BERT encoder, such as bert-base-cased, bert-base-german-cased or all-MiniLM-L6-v2.',
  );
}

/** Lists what in `tokenizer.json` would make other pieces than BERT's tokenizer. */
function unsupportedParts(tokenizer: JsonObject): string[] {
  const problems: string[] = [];
  const model = objectOf(tokenizer['model']);
  const expectPart = (part: string, holder: JsonObject, key: string, value: unknown) => {
    const found = holder[key];
    if (found !== undefined && found !== value)
      problems.push(`tokenizer.json: ${part} is ${shorten(JSON.stringify(found))}`);
  };
  expectPart('model.continuing_subword_prefix', model, 'continuing_subword_prefix', '##');
  expectPart('model.unk_token', model, 'unk_token', '[UNK]');
  expectPart('model.max_input_chars_per_word', model, 'max_input_chars_per_word', 100);
  expectPart('normalizer.type', objectOf(tokenizer['normalizer']), 'type', 'BertNormalizer');
  expectPart(
    'pre_tokenizer.type',
    objectOf(tokenizer['pre_tokenizer']),
    'type',
    'BertPreTokenizer',
  );
  for (const part of ['normalizer', 'pre_tokenizer']) {
    if (tokenizer[part] === null || tokenizer[part] === undefined)
      problems.push(`tokenizer.json: ${part} is missing`);
  }
  return problems;
}

/** Reads pieces by their ids. Ids without a piece, at most an eighth of them, stay empty: the encoder has rows for them that nothing looks up. */
function piecesOfTokenizer(tokenizer: JsonObject): string[] {
  const entries = Object.entries(objectOf(objectOf(tokenizer['model'])['vocab']));
  const limit = entries.length + Math.floor(entries.length / 8);
  const pieces: string[] = [];
  for (const [piece, id] of entries) {
    const isId = Number.isInteger(id) && (id as number) >= 0 && (id as number) < limit;
    if (!isId || pieces[id as number]) {
      throw new Error(
        `tokenizer.json: the vocabulary has ${entries.length} pieces, but "${shorten(piece)}" has the id ${shorten(JSON.stringify(id))}; ` +
          'ids must count from 0 without gaps. Get the file again.',
      );
    }
    while (pieces.length < (id as number)) pieces.push('');
    pieces[id as number] = piece;
  }
  return pieces;
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
