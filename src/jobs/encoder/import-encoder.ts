import { familyOf } from '../../model/families';
import { addWordShard } from '../../storage/encoder-files';
import { findSameEncoder, saveEncoder, type NewEncoder } from '../../storage/encoders';
import { createId } from '../../storage/ids';
import { keptTokenizer } from '../../storage/kept-tokenizer';
import type { EncoderRecord } from '../../storage/records';
import { restoreEncoder } from '../../storage/retired-encoders';
import type { JobContext } from '../job-context';
import type { NamedBlob } from './named-blob';
import { readEncoderFolder } from './read-encoder-folder';

/** Place that an encoder comes from. */
export interface EncoderOrigin {
  /** Name under which it comes with the page, or false. */
  bundled: string | false;
  /** Address of its folder, from which shards of its word table are fetched later. */
  source?: string;
}

/**
 * Checks all files of a Hugging Face folder and stores the encoder: its record, its tokenizer, the safetensors file unchanged, and the shards of
 * its word table where it has some. The same folder is stored once, whatever its name: the encoder that is here already is returned then, with
 * the shards that it had not.
 *
 * @throws an error naming everything that is missing or does not fit; nothing is stored then.
 */
export async function importEncoder(
  { database, report, signal }: JobContext,
  files: readonly NamedBlob[],
  name: string,
  { bundled, source }: EncoderOrigin = { bundled: false },
): Promise<EncoderRecord> {
  report({ stage: 'Checking the encoder', done: 0, total: 0 });
  const folder = await readEncoderFolder(files);
  signal.throwIfAborted();
  const leftOut = partsOf(folder.passedOver);
  const { layers, hidden } = folder.config;
  const { wordShards } = folder;
  const encoder: NewEncoder = {
    id: createId(),
    name: name || `${familyOf(folder.config).label} of ${layers} layers, ${hidden} wide`,
    createdAt: Date.now(),
    config: folder.config,
    tokenizer: keptTokenizer({ ...folder, vocabulary: folder.pieces }),
    ...(wordShards ? { wordShards: { ...wordShards, ...(source ? { source } : {}) } } : {}),
    ...(leftOut.length > 0 ? { leftOut } : {}),
    ...(folder.doubts ? { doubts: folder.doubts } : {}),
    bytes: folder.safetensors.size,
    ...(folder.licence ? { licence: folder.licence } : {}),
    bundled,
  };
  let same = await findSameEncoder(database, encoder, folder.safetensors);
  if (!same) {
    report({ stage: 'Storing the encoder', done: 0, total: 0 });
    return saveEncoder(database, encoder, folder.safetensors);
  }
  if (same.retired) same = await restoreEncoder(database, same.id, encoder);
  for (const [shard, file] of wordShards?.files ?? [])
    same = await addWordShard(database, same.id, shard, file);
  return same;
}

/** Names the parts that the weights' file holds beside the encoder, each once: `classifier`, `crf`, `pooler`. */
function partsOf(tensors: readonly string[]): string[] {
  const parts = tensors.map((name) => {
    const path = name.split('.');
    const own = path.findIndex(
      (part) => !/^(?:model|module|(?:distil)?bert|roberta|electra|embeddings)$/.test(part),
    );
    return path[Math.max(0, own)] ?? name;
  });
  return [...new Set(parts)]
    .filter((part) => !/^(?:position|token_type)_ids$/.test(part))
    .slice(0, 20);
}
