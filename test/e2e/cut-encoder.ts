import { openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/process.mjs';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors/safetensors';

import type { Weights, WeightTensor } from '../../src/model/weights';
import { standInLayers } from './bundled-stand-in';

const folder = join(root, 'public/models/minilm-l6');
const layers = standInLayers;
const frequentPieces = 4000;

/**
 * MiniLM's lower layers, with the pieces that are most frequent or stand in `words`: taught as well as the whole, and about a
 * third of its size. By file name.
 */
export async function cutEncoder(
  words: ReadonlySet<string>,
): Promise<Record<string, string | Uint8Array>> {
  const pieces = readFileSync(join(folder, 'vocab.txt'), 'utf8').trimEnd().split('\n');
  const kept = [...pieces.keys()].filter((id) => id < frequentPieces || words.has(pieces[id]!));
  const whole = await readSafetensors(await openAsBlob(join(folder, 'model.safetensors')));
  const weights: Weights = new Map();
  for (const name of whole.tensors.keys()) {
    const [, layer = '0'] = /\.layer\.(\d+)\./u.exec(name) ?? [];
    if (Number(layer) >= layers) continue;
    const tensor = await whole.read(name);
    weights.set(name, name.endsWith('word_embeddings.weight') ? rowsOf(tensor, kept) : tensor);
  }
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
  return {
    'config.json': JSON.stringify({
      ...config,
      num_hidden_layers: layers,
      vocab_size: kept.length,
    }),
    'vocab.txt': `${kept.map((id) => pieces[id]).join('\n')}\n`,
    'model.safetensors': Buffer.concat(writeSafetensors(weights, 'F16')),
  };
}

/** @param table f32[rows, width] */
function rowsOf({ shape, data }: WeightTensor, rows: readonly number[]): WeightTensor {
  const width = shape[1]!;
  const chosen = new Float32Array(rows.length * width);
  rows.forEach((row, i) => chosen.set(data.subarray(row * width, (row + 1) * width), i * width));
  return { shape: [rows.length, width], data: chosen };
}
