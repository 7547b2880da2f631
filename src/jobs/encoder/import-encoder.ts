import { keptTokenizer } from '../../storage/kept-tokenizer';
import { createTokenizer, type KeptTokenizer } from '../../tokenizer/tokenizer-kinds';
import type { Tokenizer } from '../../tokenizer/tokenizer';
import { readEncoderWeights } from '../../model/encoder-folder';
import { readSafetensors } from '../../model/safetensors/safetensors';
import type { Weights } from '../../model/weights';
import { findSameEncoder, readEncoderFile, saveEncoder } from '../../storage/encoders';
import { createId } from '../../storage/ids';
import type { EncoderRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import type { JobContext } from '../job-context';
import type { NamedBlob } from './named-blob';
import { readEncoderFolder } from './read-encoder-folder';

/**
 * Checks all files of a Hugging Face folder and stores the encoder: its record, and the safetensors file unchanged. The same folder is stored
 * once, whatever its name: the encoder that is here already is returned then.
 *
 * @throws an error naming everything that is missing or does not fit; nothing is stored then.
 */
export async function importEncoder(
  { database, report, signal }: JobContext,
  files: readonly NamedBlob[],
  name: string,
  bundled: string | false = false,
): Promise<EncoderRecord> {
  report({ stage: 'Checking the encoder', done: 0, total: 0 });
  const folder = await readEncoderFolder(files);
  signal.throwIfAborted();
  const leftOut = partsOf(folder.passedOver);
  const record: EncoderRecord = {
    id: createId(),
    name: name || `BERT of ${folder.config.layers} layers, ${folder.config.hidden} wide`,
    createdAt: Date.now(),
    config: folder.config,
    ...keptTokenizer({ ...folder, vocabulary: [...folder.pieces] }),
    ...(leftOut.length > 0 ? { leftOut } : {}),
    ...(folder.doubts ? { doubts: folder.doubts } : {}),
    bytes: folder.safetensors.size,
    ...(folder.licence ? { licence: folder.licence } : {}),
    bundled,
  };
  const same = await findSameEncoder(database, record, folder.safetensors);
  if (same) return same;
  report({ stage: 'Storing the encoder', done: 0, total: 0 });
  await saveEncoder(database, record, folder.safetensors);
  return record;
}

/** Makes the tokenizer of a stored encoder. */
export function tokenizerOf(encoder: Pick<EncoderRecord, keyof KeptTokenizer>): Tokenizer {
  return createTokenizer(encoder);
}

/** Names the parts that the weights' file holds beside the encoder, each once: `classifier`, `crf`, `pooler`. */
function partsOf(tensors: readonly string[]): string[] {
  const parts = tensors.map((name) => {
    const path = name.split('.');
    const own = path.findIndex((part) => !/^(?:model|module|bert|embeddings)$/.test(part));
    return path[Math.max(0, own)] ?? name;
  });
  return [...new Set(parts)].filter((part) => part !== 'position_ids').slice(0, 20);
}

/** Loads the weights of a stored encoder, under their Hugging Face keys. */
export async function loadEncoderWeights(
  database: Database,
  encoder: EncoderRecord,
): Promise<Weights> {
  const file = new Blob([await readEncoderFile(database, encoder.id)]);
  return readEncoderWeights(await readSafetensors(file), encoder.config);
}
