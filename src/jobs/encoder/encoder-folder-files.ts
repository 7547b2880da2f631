import { Failure } from '../../messages/failure';
import { listSome } from '../../messages/shorten';
import { isShardName, missingShards } from '../../model/safetensors/safetensors-shards';
import type { NamedBlob } from './named-blob';

/** Returns the last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Finds the file of this name nearest to the folder's top: `1_Pooling/config.json` is not the encoder's. */
export function findFile(files: readonly NamedBlob[], name: string): NamedBlob | undefined {
  const depth = (file: NamedBlob) => file.name.split('/').length;
  return files
    .filter((file) => baseName(file.name) === name)
    .sort((a, b) => depth(a) - depth(b))[0];
}

/** Finds the one safetensors file of a folder, which counts as the weights whatever its name; undefined where there are more or none. */
export function onlySafetensors(files: readonly NamedBlob[]): NamedBlob | undefined {
  const found = files.filter(({ name }) => name.endsWith('.safetensors'));
  return found.length === 1 && !isShardName(baseName(found[0]!.name)) ? found[0] : undefined;
}

/** A file that is missing, with what is there instead and the way out of that; undefined where the folder itself is the way out. */
interface Missing {
  what: string;
  wayOut?: string;
}

/** Checks that no file of an encoder is missing. @throws Failure that names every missing file and what is there instead. */
export function assertComplete(files: readonly NamedBlob[]): void {
  const names = files.map(({ name }) => baseName(name));
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const missing: Missing[] = [];
  if (!has(/^config\.json$/)) missing.push({ what: 'config.json' });
  if (!tokenizerSource(files)) missing.push({ what: missingVocabulary(has) });
  const weights = missingWeights(files, names);
  if (weights !== undefined) missing.push(weights);
  if (missing.length === 0) return;
  throw new Failure(
    `The folder is not a whole encoder; missing: ${missing.map(({ what }) => what).join('; ')}.`,
    missing.find(({ wayOut }) => wayOut)?.wayOut ??
      'Drop the folder of an encoder as Hugging Face keeps it: config.json, tokenizer.json or vocab.txt, model.safetensors.',
  );
}

/** Name of a model file of SentencePiece. */
const SENTENCE_PIECE = /^(?:spiece|sentencepiece(?:\.bpe)?)\.model$/;

/** Finds the model file of SentencePiece nearest to the folder's top. */
export function findSentencePiece(files: readonly NamedBlob[]): NamedBlob | undefined {
  const named = files.find(({ name }) => SENTENCE_PIECE.test(baseName(name)));
  return named && findFile(files, baseName(named.name));
}

/** Finds the file that a folder's pieces are read from, by its name: Hugging Face's own order. Undefined where no kind of tokenizer is whole. */
export function tokenizerSource(files: readonly NamedBlob[]): string | undefined {
  const has = (name: string) => findFile(files, name) !== undefined;
  const packed = ['tokenizer.json', 'tokenizer.json.gz'].find(has);
  if (packed !== undefined) return packed;
  if (has('vocab.txt')) return 'vocab.txt';
  const sentencePiece = findSentencePiece(files);
  if (sentencePiece) return baseName(sentencePiece.name);
  return has('vocab.json') && has('merges.txt') ? 'vocab.json' : undefined;
}

function missingVocabulary(has: (pattern: RegExp) => boolean): string {
  if (has(/^vocab\.json$/)) return 'merges.txt, which belongs to vocab.json';
  if (has(/^merges\.txt$/)) return 'vocab.json, which belongs to merges.txt';
  return 'a tokenizer (tokenizer.json, vocab.txt, vocab.json with merges.txt, or sentencepiece.bpe.model)';
}

/** Other formats of weights, each with the way to safetensors. */
const OTHER_FORMS: readonly [name: RegExp, what: string, wayOut: string][] = [
  [
    /\.ckpt(?:\.|$)/,
    'the weights are a TensorFlow checkpoint',
    'Take the folder that Hugging Face has of the same model, or write it with BertModel.from_pretrained("bert_model.ckpt.index", from_tf=True, config=BertConfig.from_json_file("bert_config.json")).save_pretrained(FOLDER) in Python, with TensorFlow beside transformers 4.',
  ],
  [
    /^(?:pytorch_model.*\.bin|tf_model\.h5|flax_model\.msgpack|.*\.pth?)$/,
    'the weights are in an older format, which can run code',
    'Write safetensors with AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER) in Python.',
  ],
  [
    /\.gguf$/,
    'the weights are a GGUF file, rounded so that they can only be run',
    'Take the folder that they were made from.',
  ],
  [
    /\.onnx$/,
    'the weights are an ONNX file, which can be run but not trained further',
    'Take the folder with model.safetensors that it was made from.',
  ],
];

/** Names what is missing of the weights; undefined where they are complete, in one file or in shards. */
function missingWeights(
  files: readonly NamedBlob[],
  names: readonly string[],
): Missing | undefined {
  if (findFile(files, 'model.safetensors') ?? onlySafetensors(files)) return undefined;
  const shards = names.filter(isShardName);
  if (shards.length > 0 || names.some((name) => name.endsWith('.safetensors.index.json'))) {
    const absent = missingShards(shards);
    if (shards.length > 0 && absent.length === 0) return undefined;
    const which = absent.length === 0 ? 'all of them' : listSome(absent, { most: 3 });
    return {
      what: `${which} (the weights are in shards)`,
      wayOut:
        'Drop all shards, or write them as one with AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER, max_shard_size="10GB") in Python.',
    };
  }
  const form = OTHER_FORMS.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (form) return { what: `model.safetensors (${form[1]})`, wayOut: form[2] };
  const hasOthers = names.some((name) => name.endsWith('.safetensors'));
  return {
    what: `model.safetensors${hasOthers ? ' (several .safetensors files, none of this name)' : ''}`,
  };
}
