import type { BertConfig } from '../model/bert-config';
import { encoderParameters, findEncoderTensors } from '../model/encoder-folder';
import { readBertConfig } from '../model/read-bert-config';
import { readSafetensors } from '../model/safetensors';
import { readVocabularyFiles } from '../tokenizer/vocabulary-files';

/** A file with its name or its path in the folder. */
export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/** A Hugging Face folder of a BERT encoder, checked whole. */
export interface EncoderFolder {
  config: BertConfig;
  pieces: string[];
  lowercase: boolean;
  /** The weights' file as it came; `readEncoderWeights` reads it. */
  safetensors: Blob;
  /** Tensors that are passed over, such as the head of another task. */
  passedOver: readonly string[];
  /** As an SPDX id where the folder says it, e.g. `Apache-2.0`. */
  licence?: string;
}

/**
 * Reads `config.json`, `vocab.txt` or `tokenizer.json`, and `model.safetensors`, and checks that they belong together; every
 * weight is looked at, none is kept.
 *
 * @throws one error that names every missing file, or, with all there, what does not fit.
 */
export async function readEncoderFolder(
  files: readonly NamedBlob[],
  signal?: AbortSignal,
): Promise<EncoderFolder> {
  const find = (name: string) => findFile(files, name);
  const text = async (name: string) => find(name)?.blob.text();
  assertComplete(files);

  const config = readBertConfig(parseJson((await text('config.json'))!));
  const { pieces, lowercase } = readVocabularyFiles({
    vocabulary: await text('vocab.txt'),
    tokenizer: await text('tokenizer.json'),
    settings: await text('tokenizer_config.json'),
  });
  if (pieces.length > config.vocabularySize) {
    throw new Error(
      `The vocabulary has ${pieces.length} pieces, but config.json says vocab_size ${config.vocabularySize}; ` +
        'take both from the same model.',
    );
  }
  const { name, blob } = find('model.safetensors') ?? onlySafetensors(files)!;
  const file = await readSafetensors(blob, baseName(name));
  const { passedOver } = findEncoderTensors(file, config);
  const parameters = encoderParameters(file, config);
  while (!(await parameters.next()).done) signal?.throwIfAborted();
  const licence = licenceOf(
    await text('README.md'),
    (await text('LICENSE')) ?? (await text('LICENSE.txt')),
  );
  return { config, pieces, lowercase, safetensors: blob, passedOver, ...(licence && { licence }) };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The file nearest to the folder's top: `1_Pooling/config.json` is not the encoder's. */
function findFile(files: readonly NamedBlob[], name: string): NamedBlob | undefined {
  const depth = (file: NamedBlob) => file.name.split('/').length;
  return files
    .filter((file) => baseName(file.name) === name)
    .sort((a, b) => depth(a) - depth(b))[0];
}

/** A single safetensors file counts as the weights, whatever it is called. */
function onlySafetensors(files: readonly NamedBlob[]): NamedBlob | undefined {
  const found = files.filter(({ name }) => name.endsWith('.safetensors'));
  return found.length === 1 && !/-\d+-of-\d+\./.test(found[0]!.name) ? found[0] : undefined;
}

function assertComplete(files: readonly NamedBlob[]): void {
  const names = files.map(({ name }) => baseName(name));
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const missing: string[] = [];
  if (!has(/^config\.json$/)) missing.push('config.json');
  if (!has(/^(?:vocab\.txt|tokenizer\.json)$/)) missing.push(missingVocabulary(has));
  if (!findFile(files, 'model.safetensors') && !onlySafetensors(files))
    missing.push(missingWeights(has));
  if (missing.length === 0) return;
  throw new Error(
    `The folder is not a whole encoder; missing: ${missing.join('; ')}. ` +
      'Drop the folder of a BERT encoder as Hugging Face keeps it: config.json, vocab.txt or tokenizer.json, model.safetensors.',
  );
}

function missingVocabulary(has: (pattern: RegExp) => boolean): string {
  const isOther =
    has(/^(?:merges\.txt|vocab\.json)$/) || has(/^(?:spiece|sentencepiece.*|spm)\.model$/);
  return isOther
    ? 'vocab.txt (the folder has the tokenizer of another family of models, BPE or SentencePiece; only BERT encoders are read)'
    : 'vocab.txt or tokenizer.json';
}

function missingWeights(has: (pattern: RegExp) => boolean): string {
  const save = (argument: string) =>
    `AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER${argument})`;
  if (has(/\.safetensors\.index\.json$/) || has(/-\d+-of-\d+\.safetensors$/)) {
    return `model.safetensors in one piece (the weights are in shards; write them as one with ${save(', max_shard_size="10GB"')} in Python)`;
  }
  if (has(/^pytorch_model.*\.bin$/) || has(/^model.*\.ckpt/) || has(/^tf_model\.h5$/)) {
    return `model.safetensors (the weights are in an older format, which can run code; write safetensors with ${save('')} in Python)`;
  }
  return has(/\.safetensors$/)
    ? 'model.safetensors (several .safetensors files, none of this name)'
    : 'model.safetensors';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('config.json is not valid JSON; get the file again.', { cause: error });
  }
}

/** From the model card's `license:`, else from the first lines of the licence itself. */
function licenceOf(card: string | undefined, licence: string | undefined): string | undefined {
  const named = /^---\r?\n[\s\S]*?^license:\s*["']?([\w.+-]+)/m.exec(card ?? '')?.[1];
  if (named) return named.toLowerCase() === 'apache-2.0' ? 'Apache-2.0' : named;
  const head = (licence ?? '').slice(0, 200);
  if (/Apache License\s+Version 2\.0/.test(head)) return 'Apache-2.0';
  return /MIT License/.test(head) ? 'MIT' : undefined;
}
