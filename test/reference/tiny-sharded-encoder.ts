import { gzipSync } from 'fflate';
import { randomBert } from '../../src/model/random-bert';
import { writeHeader } from '../../src/model/safetensors/safetensors';
import { splitMix } from '../../src/random/split-mix';
import golden from './golden/unigram.json';

/** A tensor of a file: its element type, its shape and its bytes. */
type Tensor = [dtype: string, shape: readonly number[], bytes: Uint8Array<ArrayBuffer>];

const SHARDS: readonly [name: string, pieces: RegExp][] = [
  ['latin', /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}<>/]*$/u],
  ['cyrillic-greek', /\p{Script=Cyrillic}|\p{Script=Greek}/u],
  ['cjk', /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u],
  ['rest', /^/u],
];
const HIDDEN = 32;
const BLOCK = 32;
/** 2⁻⁷ in half precision. */
const SCALE = 0x2000;

const allPieces = golden.tokenizer.model.vocab.map(([piece]) => piece as string);

/** Returns the shard of each piece, as an index into the names. */
export function shardsOfPieces(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(allPieces, (piece) =>
    SHARDS.findIndex(([, pattern]) => pattern.test(piece)),
  );
}

/**
 * A random BERT of two layers as docs/encoder-files.md describes the multilingual encoder: a Unigram tokenizer that is packed, weights without a
 * word table, and the table in shards of 4 bits. By file name.
 */
export function makeTinyShardedEncoder(): Record<string, Uint8Array<ArrayBuffer>> {
  const sizes = {
    ...{ vocabularySize: allPieces.length, hidden: HIDDEN, layers: 2, heads: 2 },
    ...{ intermediate: 64, maxPositions: 64, tokenTypes: 2, layerNormEpsilon: 1e-12 },
  };
  const config = {
    ...{ model_type: 'bert', vocab_size: sizes.vocabularySize, hidden_size: sizes.hidden },
    ...{ num_hidden_layers: sizes.layers, num_attention_heads: sizes.heads, hidden_act: 'gelu' },
    ...{ intermediate_size: sizes.intermediate, max_position_embeddings: sizes.maxPositions },
    ...{ type_vocab_size: sizes.tokenTypes, layer_norm_eps: sizes.layerNormEpsilon },
  };
  const weights = randomBert({ ...sizes, hiddenDropout: 0.1, attentionDropout: 0.1 }, 7);
  weights.delete('bert.embeddings.word_embeddings.weight');
  const shardOf = shardsOfPieces();
  const tensors: Record<string, Tensor> = {
    'embeddings.word_embeddings.shards': ['U8', [shardOf.length], shardOf],
  };
  for (const [key, { shape, data }] of weights) {
    const bytes = new Uint8Array(data.slice().buffer);
    tensors[key.replace(/^bert\./, '')] = ['F32', shape, bytes];
  }
  const text = (content: string) => new TextEncoder().encode(content);
  const names = SHARDS.map(([name]) => name);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    'config.json': text(JSON.stringify(config)),
    'tokenizer.json.gz': new Uint8Array(gzipSync(text(JSON.stringify(golden.tokenizer)))),
    'model.safetensors': safetensors(tensors, { shards: names.join(' ') }),
    LICENSE: text('MIT License'),
  };
  for (const [index, name] of names.entries()) {
    const rows = shardOf.filter((shard) => shard === index).length;
    files[`words-${name}.safetensors`] = wordShard(rows, index);
  }
  return files;
}

/** Random rows of 4 bits, all with one scale. */
function wordShard(rows: number, seed: number): Uint8Array<ArrayBuffer> {
  const random = splitMix(seed + 1);
  const nibbles = Uint8Array.from({ length: (rows * HIDDEN) / 2 }, () => 256 * random());
  const scales = new Uint16Array((rows * HIDDEN) / BLOCK).fill(SCALE);
  const name = 'embeddings.word_embeddings.weight';
  return safetensors(
    {
      [`${name}.q4`]: ['U8', [rows, HIDDEN / 2], nibbles],
      [`${name}.scales`]: ['F16', [rows, HIDDEN / BLOCK], new Uint8Array(scales.buffer)],
    },
    { quantization: 'Q4_0' },
  );
}

function safetensors(
  tensors: Record<string, Tensor>,
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let length = 0;
  for (const [name, [dtype, shape, bytes]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [length, length + bytes.length] };
    length += bytes.length;
  }
  const start = writeHeader(header);
  const file = new Uint8Array(start.length + length);
  file.set(start);
  let at = start.length;
  for (const [, , bytes] of Object.values(tensors)) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
