import { importCorpus } from '../../src/jobs/corpus/import-corpus';
import { importEncoder } from '../../src/jobs/encoder/import-encoder';
import { packCorpus } from '../../src/jobs/corpus/pack-corpus';
import type { Database } from '../../src/storage/schema';
import { smallCorpus } from '../e2e/small-corpus';
import { makeTinyEncoder } from '../e2e/tiny-encoder-files';

const nobody = new AbortController().signal;
const noReport = () => undefined;

/** Stores the small corpus and a tiny encoder, and packs the one for the other. */
export async function stockDatabase(database: Database, maxPieces: number) {
  const sources = Object.entries(smallCorpus).map(([name, rows]) => ({
    ...{ name, blob: new Blob([rows]), choice: {} },
  }));
  const task = { name: 'letters', sources, dropErrors: false };
  const corpus = await importCorpus(database, task, noReport, nobody);
  const files = Object.entries(makeTinyEncoder()).map(([name, content]) => ({
    ...{ name, blob: new Blob([content].flat()) },
  }));
  const encoder = await importEncoder(database, files, 'tiny', noReport, nobody);
  await packCorpus(database, corpus.id, encoder.id, maxPieces, noReport, nobody);
  return { corpusId: corpus.id, encoderId: encoder.id };
}
