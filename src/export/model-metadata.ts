import { ACTIVATIONS } from '../engine/ops/activations';
import type { BertConfig } from '../model/bert-config';
import { FAMILY_NAMES } from '../model/families';
import { FILE_LIMITS } from '../ner/file-limits';
import type { EntityScore, ScoreReport } from '../ner/scores';
import { TAG_SCHEMES, type TagScheme } from '../ner/tag-scheme';
import { TagSet } from '../ner/tag-set';
import type { AddedPiece } from '../tokenizer/added-pieces';
import type { BytePairSettings } from '../tokenizer/byte-level/byte-pair-settings';
import type { TextPreparation } from '../tokenizer/preparation/text-preparation';
import type { SpecialPieces } from '../tokenizer/tokenizer';
import {
  specialIdsOf,
  TOKENIZER_KIND_NAMES,
  type TokenizerKindName,
} from '../tokenizer/tokenizer-kinds';
import type { UnigramSettings } from '../tokenizer/unigram/unigram-settings';
import {
  boolean,
  integer,
  listOf,
  number,
  object,
  oneOf,
  parseChecked,
  recordOf,
  text,
  type Check,
} from './checked-json';
import { CHECKSUMS_KEY } from './checksums';
import type { ModelCard } from './model-card';
import { checkRecipe } from './recipe-check';
import {
  checkAddedPieces,
  checkBytePairSettings,
  checkKindSettings,
  checkSpecialPieces,
  checkTextPreparation,
  MAX_ADDED_SIGNS,
} from './tokenizer-metadata';
import { checkScores, checkUnigramSettings, writeUnigramSettings } from './unigram-metadata';
import { assertBlocksFit, checkWordBlocks, type WordBlocks } from './word-blocks';

/**
 * Version of the metadata; it is raised when an older reader would misread a new file, or would miss what a new one must have. Older versions
 * stay readable. Version 2 has checksums.
 */
export const METADATA_VERSION = 2;
const VERSION_BEFORE_CHECKSUMS = 1;

/** Metadata of a model: all that it needs to tag text except its weights, and where it comes from. */
export interface ModelMetadata {
  /** Tags in the order of the logits. */
  tags: string[];
  /** Entity types, without a scheme's prefixes. */
  labels: string[];
  scheme: TagScheme;
  /** Pieces in the order of their ids. */
  vocabulary: string[];
  lowercase: boolean;
  /** Kind of the tokenizer; absent, it is WordPiece. */
  tokenizerKind?: TokenizerKindName;
  /** Pieces of the vocabulary that are looked for as a whole; absent where there are none, and in files from before they were kept. */
  addedPieces?: AddedPiece[];
  /** Names of the special pieces; absent, they are the usual ones of the kind. */
  specialPieces?: SpecialPieces;
  /** Scores and text preparation of a Unigram tokenizer; absent in the other kinds. */
  unigram?: UnigramSettings;
  /** Merges and text preparation of a byte-level BPE tokenizer; absent in the other kinds. */
  bytePairs?: BytePairSettings;
  /** Text preparation of a WordPiece tokenizer; absent where it is what BERT does by its case, and in the other kinds. */
  wordPiece?: TextPreparation;
  /** Window in pieces, [CLS] and [SEP] included. */
  maxPieces: number;
  config: BertConfig;
  /** Sizes of the word table where the file holds it in blocks; absent, it is whole and f32. */
  words?: WordBlocks;
  card: ModelCard;
}

/** Limits beyond which nothing is read. The largest BERT vocabulary in use, LaBSE's, takes 5.2 MB. */
export const METADATA_LIMITS = { entries: 20, keyBytes: 100, valueBytes: 8 * 2 ** 20 };

const MAX_LABELS = FILE_LIMITS.labels;

const name = text(FILE_LIMITS.nameCharacters);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const rate = number(0, 1);

const config = object<BertConfig>(
  {
    vocabularySize: integer(1, 2 ** 20),
    hidden: integer(1, 2 ** 14),
    layers: integer(1, 200),
    heads: integer(1, 2 ** 10),
    intermediate: integer(1, 2 ** 16),
    maxPositions: integer(1, 2 ** 16),
    tokenTypes: integer(0, 2 ** 8),
    layerNormEpsilon: number(0, 1),
    hiddenDropout: rate,
    attentionDropout: rate,
  },
  {
    family: oneOf(FAMILY_NAMES),
    embeddingWidth: integer(1, 2 ** 14),
    activation: oneOf(ACTIVATIONS),
    unusedPositions: integer(1, 2 ** 16),
  },
);

const entityScore = object<EntityScore>(
  { correct: count, predicted: count, gold: count, precision: rate, recall: rate, f1: rate },
  {},
);

const scoreReport = object<ScoreReport>(
  {
    entity: entityScore,
    byLabel: recordOf(entityScore, MAX_LABELS),
    tagF1: rate,
    tokenAccuracy: rate,
    sentences: count,
    words: count,
    wordsBeyondWindow: count,
    entitiesBeyondWindow: count,
  },
  { unreadableWords: count },
  'dropped',
);

/** Fields that a newer version added to a card are passed over: the card tells where a model comes from, and decides nothing. */
const card = object<ModelCard>(
  {
    name,
    createdAt: number(0, 8.64e15), // the last moment a Date can hold
    encoder: name,
    corpus: name,
    corpusHash: name,
    recipe: checkRecipe,
  },
  { dev: scoreReport, test: scoreReport, licence: name },
  'dropped',
);

/** Check of each field. The vocabulary is written as a `vocab.txt`, the rest as JSON. */
const fields: { [K in keyof ModelMetadata]-?: Check<NonNullable<ModelMetadata[K]>> } = {
  tags: listOf(text(FILE_LIMITS.tagCharacters), 4 * MAX_LABELS + 1),
  labels: listOf(text(FILE_LIMITS.tagCharacters), MAX_LABELS),
  scheme: oneOf(TAG_SCHEMES),
  vocabulary: (value, path) => text(METADATA_LIMITS.valueBytes)(value, path).split('\n'),
  lowercase: boolean,
  tokenizerKind: oneOf(TOKENIZER_KIND_NAMES),
  addedPieces: checkAddedPieces,
  specialPieces: checkSpecialPieces,
  unigram: checkUnigramSettings,
  bytePairs: checkBytePairSettings,
  wordPiece: checkTextPreparation,
  maxPieces: integer(3, 2 ** 16),
  config,
  words: checkWordBlocks,
  card,
};
const fieldNames = Object.keys(fields) as (keyof ModelMetadata)[];
/** Fields that a file may lack. */
const OPTIONAL_FIELDS: ReadonlySet<keyof ModelMetadata> = new Set([
  'addedPieces',
  'tokenizerKind',
  'specialPieces',
  'unigram',
  'bytePairs',
  'wordPiece',
  'words',
]);
const VERSION_KEY = 'tagwerk.format';
const OTHER_KEYS: ReadonlySet<string> = new Set([VERSION_KEY, CHECKSUMS_KEY]);
const keyOf = (field: keyof ModelMetadata): string => `tagwerk.${field}`;

/** Key of the entry that holds the training card. */
export const CARD_KEY = keyOf('card');

/** Tells whether an entry is the one that marks a file as ours. */
export function isVersionKey(key: string): boolean {
  return key === VERSION_KEY;
}

/** Tells whether a file is of the version that had no checksums yet. */
export function isFromBeforeChecksums(entries: ReadonlyMap<string, string>): boolean {
  return entries.get(VERSION_KEY) === String(VERSION_BEFORE_CHECKSUMS);
}

/** Refuses a version that is not known here. */
export function assertKnownVersion(entries: ReadonlyMap<string, string>): void {
  const version = entries.get(VERSION_KEY);
  if (version === String(METADATA_VERSION) || isFromBeforeChecksums(entries)) return;
  throw new Error(
    `${VERSION_KEY} should be ${METADATA_VERSION} and is ${version?.slice(0, 60) ?? 'missing'}; a newer Tagwerk may have written the file`,
  );
}

/**
 * Writes the metadata as an ONNX file's `metadata_props`, without their checksums.
 *
 * @throws where `readModelMetadata` would refuse what was written.
 */
export function writeModelMetadata(metadata: ModelMetadata): Map<string, string> {
  const entries = new Map([[VERSION_KEY, String(METADATA_VERSION)]]);
  for (const field of fieldNames) {
    if (metadata[field] === undefined) continue;
    entries.set(keyOf(field), writeField(metadata, field));
  }
  if (metadata.vocabulary.some((piece) => piece.includes('\n'))) {
    throw new Error('a piece of the vocabulary holds a line feed, which no vocab.txt can keep');
  }
  readModelMetadata(entries);
  return entries;
}

function writeField(metadata: ModelMetadata, field: keyof ModelMetadata): string {
  if (field === 'vocabulary') return metadata.vocabulary.join('\n');
  if (field === 'unigram') return writeUnigramSettings(metadata.unigram!);
  return JSON.stringify(metadata[field]);
}

/**
 * Reads the metadata of a file of ours; every field is checked by itself, and all against each other.
 *
 * @param fileBytes the file's size: it has a weight of 4 bytes at least for every piece of its vocabulary.
 * @throws an Error that names the field, what was expected and what came.
 */
export function readModelMetadata(
  entries: ReadonlyMap<string, string>,
  fileBytes = Infinity,
): ModelMetadata {
  assertKnownVersion(entries);
  for (const key of entries.keys()) {
    const known = OTHER_KEYS.has(key) || fieldNames.some((field) => keyOf(field) === key);
    if (!known) throw new Error(`${key.slice(0, 60)} is not a known metadata entry`);
  }
  const pieces = countLines(entries.get(keyOf('vocabulary')) ?? '');
  if (4 * pieces > fileBytes) {
    throw new Error(
      `${keyOf('vocabulary')} has ${pieces} pieces, more than a file of ${fileBytes} bytes has weights for`,
    );
  }
  const metadata = Object.fromEntries(
    fieldNames
      .filter((field) => !OPTIONAL_FIELDS.has(field) || entries.has(keyOf(field)))
      .map((field) => [field, readField(entries, field)]),
  ) as unknown as ModelMetadata;
  checkTogether(metadata);
  return metadata;
}

/** Counts the lines of a text, before it is split into as many strings. */
function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function readField(entries: ReadonlyMap<string, string>, field: keyof ModelMetadata): unknown {
  const key = keyOf(field);
  const value = entries.get(key);
  if (value === undefined) throw new Error(`${key} is missing`);
  const check: Check<unknown> = fields[field];
  if (field === 'vocabulary') return check(value, key);
  return parseChecked(value, key, check, field === 'addedPieces' ? MAX_ADDED_SIGNS : undefined);
}

function checkTogether(metadata: ModelMetadata): void {
  const { tags, labels, scheme, vocabulary, addedPieces = [], maxPieces, config, words } = metadata;
  const expect = (holds: boolean, problem: string) => {
    if (!holds) throw new Error(problem);
  };
  const { hidden, heads, maxPositions, vocabularySize } = config;
  expect(hidden % heads === 0, `config.hidden ${hidden} should be a multiple of heads ${heads}`);
  expect(
    maxPieces <= maxPositions,
    `maxPieces ${maxPieces} should be at most config.maxPositions ${maxPositions}`,
  );
  expect(
    vocabulary.length <= vocabularySize,
    `vocabulary has ${vocabulary.length} pieces, more than config.vocabularySize ${vocabularySize}`,
  );
  if (words) assertBlocksFit(words, config);
  specialIdsOf(metadata);
  checkScores(metadata);
  checkKindSettings(metadata);
  for (const { content, id } of addedPieces) {
    const found = vocabulary[id];
    expect(found === content, `addedPieces has "${content}" at ${id}, where "${found}" stands`);
  }
  const expected = new TagSet(labels, scheme).tags; // the order of the logits follows from the two
  expect(
    tags.join('\n') === expected.join('\n'),
    `tags should be ${expected.join(', ').slice(0, 200)} and are ${tags.join(', ').slice(0, 200)}`,
  );
}
