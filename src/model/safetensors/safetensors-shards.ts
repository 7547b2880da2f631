import { shorten } from '../../messages/shorten';
import { readSafetensors, writeHeader } from './safetensors';

/** A shard with its name in the folder. */
export interface Shard {
  name: string;
  blob: Blob;
}

const SHARD_NAME = /^(.*)-(\d+)-of-(\d+)\.safetensors$/;

/** Lists the shards that the others' names promise and that are not among them. */
export function missingShards(names: readonly string[]): string[] {
  const [, stem = '', number = '', total = ''] = SHARD_NAME.exec(names[0] ?? '') ?? [];
  const all = Array.from({ length: Math.min(Number(total), 10_000) }, (_, index) => {
    const own = String(index + 1).padStart(number.length, '0');
    return `${stem}-${own}-of-${total}.safetensors`;
  });
  return all.filter((name) => !names.includes(name));
}

/** Says whether a file is one of several, as `model-00001-of-00002.safetensors` is. */
export function isShardName(name: string): boolean {
  return SHARD_NAME.test(name);
}

/**
 * Joins shards to one safetensors file: a header of all their tensors before their data, of which nothing is read.
 *
 * @throws where a shard is damaged, or two hold a tensor of one name.
 */
export async function joinShards(shards: readonly Shard[]): Promise<Blob> {
  const header = new Map<string, unknown>();
  const sections: Blob[] = [];
  let offset = 0;
  for (const { name, blob } of shards) {
    const { tensors, dataStart } = await readSafetensors(blob, name);
    for (const [tensor, { dtype, shape, begin, end }] of tensors) {
      if (header.has(tensor)) {
        throw new Error(
          `${name}: the tensor "${shorten(tensor)}" stands in another shard too; get the shards again, all from one model.`,
        );
      }
      header.set(tensor, { dtype, shape, data_offsets: [offset + begin, offset + end] });
    }
    sections.push(blob.slice(dataStart));
    offset += blob.size - dataStart;
  }
  return new Blob([writeHeader(Object.fromEntries(header)), ...sections]);
}
