import type { BertConfig } from '../../model/bert-config';
import { encoderParameters, findEncoderTensors } from '../../model/encoder-folder';
import { readBertConfig } from '../../model/read-bert-config';
import { readSafetensors, type SafetensorsFile } from '../../model/safetensors/safetensors';
import { isShardName, joinShards } from '../../model/safetensors/safetensors-shards';
import { shardFileName, WordShards } from '../../model/word-shards';
import type { AddedPiece } from '../../tokenizer/added-pieces';
import type { BytePairSettings } from '../../tokenizer/byte-level/byte-pair-settings';
import type { TextPreparation } from '../../tokenizer/preparation/text-preparation';
import type { SpecialPieces } from '../../tokenizer/tokenizer';
import type { TokenizerKindName } from '../../tokenizer/tokenizer-kinds';
import type { UnigramSettings } from '../../tokenizer/unigram/unigram-settings';
import {
  assertComplete,
  baseName,
  findFile,
  onlySafetensors,
  tokenizerSource,
} from './encoder-folder-files';
import { assertExportable } from './exportable-encoder';
import type { NamedBlob } from './named-blob';
import { assertNoPointer, readTextFile } from './read-text-file';
import { readTokenizer } from './read-tokenizer';
import { assertFitsTable } from './vocabulary-fit';

/** A Hugging Face folder of an encoder, checked whole. */
export interface EncoderFolder {
  config: BertConfig;
  pieces: string[];
  lowercase: boolean;
  /** Kind of the tokenizer; absent, it is WordPiece. */
  tokenizerKind?: TokenizerKindName;
  /** Word pieces that were added to the tokenizer after pre-training; absent where there are none. */
  addedPieces?: AddedPiece[];
  /** Names of the special pieces; absent, they are the usual ones of the tokenizer's kind. */
  specialPieces?: SpecialPieces;
  /** Scores and text preparation of a Unigram tokenizer; absent in the other kinds. */
  unigram?: UnigramSettings;
  /** Merges and text preparation of a byte-level BPE tokenizer; absent in the other kinds. */
  bytePairs?: BytePairSettings;
  /** Text preparation of a WordPiece tokenizer; absent where it is what BERT does by its case, and in the other kinds. */
  wordPiece?: TextPreparation;
  /** Sentences about what is doubtful in the tokenizer's files and how it is read; absent where there are none. */
  doubts?: string[];
  /** Weights' file unchanged, or its shards joined; `readEncoderWeights` reads it. */
  safetensors: Blob;
  /** Shards of the word table, those that are in the folder by name; absent where the weights' file has the table whole. */
  wordShards?: { names: string[]; files: ReadonlyMap<string, Blob> };
  /** Names of tensors that are not read, such as the head of another task. */
  passedOver: readonly string[];
  /** Licence as an SPDX id, e.g. `Apache-2.0`; absent where the folder does not state it. */
  licence?: string;
}

/**
 * Reads `config.json`, the files of the tokenizer, and `model.safetensors` or its shards, and checks that they belong together. Every
 * weight is checked, none is kept in memory.
 *
 * @throws one error that names every missing file, or, with all there, what does not fit.
 */
export async function readEncoderFolder(
  files: readonly NamedBlob[],
  signal?: AbortSignal,
): Promise<EncoderFolder> {
  const text = (name: string) => readTextFile(findFile(files, name));
  const configuration = await text('config.json');
  // The folder of another family lacks several files: its family's name says more than their names.
  const config = configuration === undefined ? undefined : readBertConfig(parseJson(configuration));
  assertComplete(files);

  const vocabulary = await readTokenizer(files);
  const source = tokenizerSource(files)!;
  const padding = assertFitsTable(vocabulary.pieces.length, config!.vocabularySize, source);
  const doubts = [...(vocabulary.doubts ?? []), ...(padding === undefined ? [] : [padding])];
  assertExportable({ ...vocabulary, config: config! });
  const { name, blob } = await weightsOf(files);
  const file = await readSafetensors(blob, name);
  const { passedOver } = findEncoderTensors(file, config!);
  const parameters = encoderParameters(file, config!);
  while (!(await parameters.next()).done) signal?.throwIfAborted();
  const wordShards = await readWordShards(files, file, config!);
  const licence = licenceOf(
    await text('README.md').catch(() => undefined),
    await text('LICENSE')
      .catch(() => undefined)
      .then((own) => own ?? text('LICENSE.txt').catch(() => undefined)),
  );
  return {
    ...{ config: config!, ...vocabulary, safetensors: blob, passedOver },
    ...(wordShards ? { wordShards } : {}),
    ...(doubts.length > 0 ? { doubts } : {}),
    ...(licence && { licence }),
  };
}

/** Finds the shards of the word table that are in the folder, and checks each; undefined where the table is whole. */
async function readWordShards(
  files: readonly NamedBlob[],
  weights: SafetensorsFile,
  { hidden, vocabularySize }: BertConfig,
): Promise<EncoderFolder['wordShards']> {
  const shards = await WordShards.read(weights);
  if (!shards) return undefined;
  if (shards.pieces !== vocabularySize) {
    throw new Error(
      `${weights.name} has ${shards.pieces} word pieces in shards, and config.json says vocab_size ${vocabularySize}; take both from the same encoder.`,
    );
  }
  const found = new Map<string, Blob>();
  for (const name of shards.names) {
    const file = findFile(files, shardFileName(name));
    if (!file) continue; // it is told once a corpus needs it
    await assertNoPointer(file.blob, shardFileName(name));
    await shards.check(name, await readSafetensors(file.blob, shardFileName(name)), hidden);
    found.set(name, file.blob);
  }
  return { names: [...shards.names], files: found };
}

async function weightsOf(files: readonly NamedBlob[]): Promise<NamedBlob> {
  const found = findFile(files, 'model.safetensors') ?? onlySafetensors(files);
  if (found) {
    const name = baseName(found.name);
    await assertNoPointer(found.blob, name);
    return { name, blob: found.blob };
  }
  const shards = files
    .map(({ name, blob }) => ({ name: baseName(name), blob }))
    .filter(({ name }) => isShardName(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, blob } of shards) await assertNoPointer(blob, name);
  return { name: 'model.safetensors in shards', blob: await joinShards(shards) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('config.json is not valid JSON; get the file again.', { cause: error });
  }
}

/** Finds the licence in the model card's `license:`, else in the first lines of the licence itself. */
function licenceOf(card: string | undefined, licence: string | undefined): string | undefined {
  const named = /^---\r?\n[\s\S]*?^license:\s*["']?([\w.+-]{1,60})/m.exec(card ?? '')?.[1];
  if (named) return named.toLowerCase() === 'apache-2.0' ? 'Apache-2.0' : named;
  const head = (licence ?? '').slice(0, 200);
  if (/Apache License\s+Version 2\.0/.test(head)) return 'Apache-2.0';
  return /MIT License/.test(head) ? 'MIT' : undefined;
}
