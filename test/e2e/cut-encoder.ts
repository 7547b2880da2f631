import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/process.mjs';
import { writeHeader } from '../../src/model/safetensors/safetensors';
import { DEFAULT_ENCODER } from '../../src/recipe/bundled-encoders';
import { standInLayers } from './bundled-stand-in';

const path = `/models/${DEFAULT_ENCODER.name}`;
const read = (name: string) => readFileSync(join(root, 'public', path, name));

/**
 * The encoder that comes with the page, its lowest layers alone: taught as well as the whole in less time. Gives the files that the server has
 * in place of the build's, by path; tokenizer and word table stay the build's.
 */
export function cutEncoder(): Record<string, string | Uint8Array> {
  const config = JSON.parse(read('config.json').toString()) as object;
  return {
    [`${path}/config.json`]: JSON.stringify({ ...config, num_hidden_layers: standInLayers }),
    [`${path}/model.safetensors`]: lowestLayers(read('model.safetensors'), standInLayers),
  };
}

/** Copies a file of weights without the tensors of the layers above, every byte of the others as it was. */
function lowestLayers(file: Buffer, layers: number): Uint8Array {
  const bodyStart = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__, ...tensors } = JSON.parse(file.toString('utf8', 8, bodyStart)) as Record<
    string,
    { data_offsets: [start: number, end: number] }
  >;
  const header: Record<string, unknown> = { __metadata__ };
  const bodies: Uint8Array[] = [];
  let end = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const [, layer = '0'] = /\.layer\.(\d+)\./u.exec(name) ?? [];
    if (Number(layer) >= layers) continue;
    const [from, to] = tensor.data_offsets;
    bodies.push(file.subarray(bodyStart + from, bodyStart + to));
    header[name] = { ...tensor, data_offsets: [end, end + to - from] };
    end += to - from;
  }
  return Buffer.concat([writeHeader(header), ...bodies]);
}
