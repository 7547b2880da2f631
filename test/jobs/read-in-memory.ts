import { readCorpus, type CorpusSource } from '../../src/jobs/import-corpus';
import type { CorpusFix } from '../../src/data/fix-rule';
import type { SplitName, Sentence } from '../../src/ner/sentence';
import type { CorpusRecord } from '../../src/storage/records';

export interface ReadInMemory {
  corpus: CorpusRecord;
  sentences: Record<SplitName, Sentence[]>;
}

/** Reads a corpus as the data worker does, its sentences kept in memory instead of in the database. */
export async function readInMemory(
  files: Record<string, string | Blob>,
  fixes: readonly CorpusFix[] = [],
  choice: CorpusSource['choice'] = {},
): Promise<ReadInMemory> {
  const sentences: ReadInMemory['sentences'] = { train: [], dev: [], test: [] };
  const writer = {
    id: 'in memory',
    append: (split: SplitName, more: readonly Sentence[]) => {
      for (const sentence of more) sentences[split].push(sentence);
      return Promise.resolve();
    },
  };
  const sources = Object.entries(files).map(([name, text]) => ({
    name,
    blob: new Blob([text]),
    choice,
  }));
  const corpus = await readCorpus(
    writer,
    { name: 'made', sources, dropErrors: false, fixes },
    () => undefined,
    new AbortController().signal,
  );
  return { corpus, sentences };
}

/** `level kind count: fix | fix` of each group of the report. */
export function briefReport({ report = [] }: CorpusRecord): string[] {
  return report.map(
    ({ level, kind, count, fixes }) =>
      `${level} ${kind} ${count}: ${fixes.map(({ title }) => title).join(' | ')}`,
  );
}
