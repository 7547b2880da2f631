import { DataService } from '../../src/jobs/services/data-service';
import type { Database } from '../../src/storage/schema';
import { smallCorpus } from '../e2e/small-corpus';
import { makeTinyEncoder } from '../e2e/tiny-encoder-files';

const noReport = () => undefined;

/** Stores the small corpus and a tiny encoder, and packs the one for the other. */
export async function stockDatabase(database: Database, maxPieces: number) {
  const data = new DataService(Promise.resolve(database));
  const files = Object.entries(smallCorpus).map(([name, rows]) => ({
    file: new File([rows], name),
  }));
  const corpus = await data.importCorpus({ name: 'letters', files }, noReport);
  const folder = Object.entries(makeTinyEncoder()).map(([path, content]) => ({
    ...{ path, file: new File([content].flat(), path) },
  }));
  const encoder = await data.importEncoder(folder, 'tiny', noReport);
  await data.packCorpus(corpus.id, encoder.id, maxPieces, noReport);
  return { corpusId: corpus.id, encoderId: encoder.id };
}
