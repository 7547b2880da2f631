import { readCorpus } from '../../src/jobs/corpus/import-corpus';
import type { CorpusFix } from '../../src/data/fixes/fix-rule';
import type { ColumnFormat } from '../../src/data/format/column-format';
import type { SplitName, Sentence } from '../../src/ner/sentence';
import type { ReadableCorpus } from '../../src/storage/corpora/corpus-files';
import type { CorpusRecord } from '../../src/storage/records';

export interface ReadInMemory {
  corpus: ReadableCorpus;
  sentences: Record<SplitName, Sentence[]>;
}

/** Too few rows tell no format; most made files here have this one. */
export const twoTabs: Partial<ColumnFormat> = {
  separator: 'tab',
  columns: 2,
  wordColumn: 0,
  tagColumn: 1,
  scheme: 'IOB2',
};

/** Reads a corpus as the data worker does, its sentences kept in memory instead of in the database. */
export async function readInMemory(
  files: Record<string, string | Blob>,
  fixes: readonly CorpusFix[] = [],
  format?: Partial<ColumnFormat>,
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
    choice: format ? { format } : {},
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
export function briefReport({ report = [] }: Pick<CorpusRecord, 'report'>): string[] {
  return report.map(
    ({ level, kind, count, fixes }) =>
      `${level} ${kind} ${count}: ${fixes.map(({ title }) => title).join(' | ')}`,
  );
}
