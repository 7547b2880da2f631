import type { FixPreview } from '../../data/fixes/fix-rule';
import { linesOf, type FileEdits } from '../../data/fixes/line-edits';
import { readerOf } from '../../data/sources/source-readers';
import type { DrawnSplits } from '../../data/corpus/drawn-splits';
import type { ReportProgress } from '../../protocol/progress';
import type { ReadableCorpus } from '../../storage/corpora/corpus-files';
import { walkCorpus, type CorpusText } from '../corpus/corpus-text';

/** Counts what a fix would do to the entities of a corpus: reads once with its edits, stores nothing, and compares with the record's counts. */
export async function foreseeEntities(
  corpus: Pick<ReadableCorpus, 'statistics' | 'files'>,
  text: CorpusText,
  splits: DrawnSplits | undefined,
  edits: readonly FileEdits[],
  report: ReportProgress,
  signal: AbortSignal,
): Promise<Pick<FixPreview, 'entities' | 'unread'>> {
  const counts = new Map<string, { before: number; after: number }>();
  const count = (label: string, side: 'before' | 'after', entities: number) => {
    const both = counts.get(label) ?? { before: 0, after: 0 };
    both[side] += entities;
    counts.set(label, both);
  };
  for (const { entitiesByLabel } of Object.values(corpus.statistics)) {
    for (const [label, entities] of Object.entries(entitiesByLabel)) {
      count(label, 'before', entities);
    }
  }
  await walkCorpus({ ...text, edits: [...text.edits, ...edits] }, splits, {
    stage: 'Counting what it would leave',
    report,
    signal,
    take: (sentences) => {
      for (const { sentence } of sentences) {
        for (const { label } of sentence.spans) count(label, 'after', 1);
      }
    },
  });
  return {
    entities: Object.fromEntries(counts),
    unread: Object.fromEntries(countRemoved(corpus, edits)),
  };
}

/** Counts the entities that removed rows would hold and no sentence holds today. */
function countRemoved(
  { files }: Pick<ReadableCorpus, 'files'>,
  edits: readonly FileEdits[],
): Map<string, number> {
  const removed = new Map<string, number>();
  for (const edit of edits) {
    const { format, leftOutLines = new Uint32Array() } = files[edit.file]!;
    const leftOut = new Set(leftOutLines);
    const lines = linesOf(edit)
      .filter(({ line, after }) => after === undefined && leftOut.has(line))
      .map(({ line, before }) => ({ line, text: before }));
    for (const [label, entities] of readerOf(format).countUnread(lines, format)) {
      removed.set(label, (removed.get(label) ?? 0) + entities);
    }
  }
  return removed;
}
