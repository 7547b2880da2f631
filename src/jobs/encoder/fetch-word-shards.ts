import { Failure } from '../../messages/failure';
import { readSafetensors } from '../../model/safetensors/safetensors';
import { shardFileName, WordShards } from '../../model/word-shards';
import { addWordShard, readEncoderFile } from '../../storage/encoder-files';
import type { EncoderRecord } from '../../storage/records';
import type { JobContext } from '../job-context';
import { fetchBlob } from './fetch-encoder';

/**
 * Fetches the shards of an encoder's word table that hold the rows of some pieces, and stores them; each is fetched once. An encoder whose
 * table is whole has none.
 *
 * @param pieceIds gives the pieces of a corpus; it is called only where a shard is missing
 * @throws PageFileError where one cannot be fetched; a Failure where it was not in the folder that a person dropped
 */
export async function fetchWordShards(
  job: JobContext,
  encoder: EncoderRecord,
  pieceIds: () => Promise<ReadonlySet<number>>,
): Promise<void> {
  const { database } = job;
  const { wordShards, config } = encoder;
  if (!wordShards?.names.some((name) => !wordShards.stored[name])) return;
  const shards = (await WordShards.read(
    await readSafetensors(await readEncoderFile(database, encoder.id)),
  ))!;
  const pieces = await pieceIds();
  for (const name of shards.needed(pieces)) {
    if (wordShards.stored[name]) continue;
    const file = shardFileName(name);
    const needs = `${shards.countAmong(pieces, name)} word pieces of this corpus need`;
    if (wordShards.source === undefined) {
      throw new Failure(
        `The embeddings that ${needs} are in ${file}, which was not in the folder of “${encoder.name}”.`,
        'Drop that folder again with this file in it, or leave out the sentences in its scripts.',
      );
    }
    const url = new URL(file, wordShards.source);
    const what = `the file ${file}, whose embeddings ${needs},`;
    const blob = await fetchBlob(job, what, url, `Fetching ${file}`);
    await shards.check(name, await readSafetensors(blob, file), config.hidden);
    await addWordShard(database, encoder.id, name, blob);
  }
}
