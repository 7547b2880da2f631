import { linesOf, type FileEdits } from '../../data/fixes/line-edits';
import { titleOf, type CorpusFix, type FixPreview, type FixRule } from '../../data/fixes/fix-rule';
import { planSplits } from '../../data/corpus/split';
import type { ReportProgress } from '../../protocol/progress';
import {
  openFiles,
  type ReadableCorpus,
  type ReadableFile,
} from '../../storage/corpora/corpus-files';
import type { CorpusId, CorpusRecord } from '../../storage/records';
import type { JobContext } from '../job-context';
import { drawCorpus, type CorpusText, type FileReading } from '../corpus/corpus-text';
import { foreseeEntities } from './fix-effect';
import { importCorpus } from '../corpus/import-corpus';
import { requireRecord } from '../../storage/require';
import { planFix } from './plan-fix';

/** Lines of a preview. */
const PREVIEWED = 6;

/** Foresees what a fix would change in a stored corpus, and changes nothing. */
export async function previewFix(
  { database, report, signal }: JobContext,
  id: CorpusId,
  rule: FixRule,
): Promise<FixPreview> {
  const corpus = openFiles(database, await requireRecord(database, 'corpora', id));
  return foreseeFix(corpus, rule, report, signal);
}

/** Foresees what a fix would change in a corpus whose files are open. */
export async function foreseeFix(
  corpus: ReadableCorpus,
  rule: FixRule,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<FixPreview> {
  const text = textOf(corpus);
  const splits = await drawCorpus(text, report, signal);
  const edits = await planFix(text, splits, rule, report, signal);
  const effect = await foreseeEntities(corpus, text, splits, edits, report, signal);
  const first = edits.flatMap((each) =>
    linesOf(each)
      .slice(0, PREVIEWED)
      .map(({ line, before, after }) => ({
        file: corpus.files[each.file]!.name,
        line,
        before,
        ...(after === undefined ? {} : { after }),
      })),
  );
  return {
    title: titleOf(rule),
    lines: countLines(edits),
    first: first.slice(0, PREVIEWED),
    ...effect,
  };
}

/**
 * Makes a fix and reads the corpus anew with it; the files stay as they are.
 *
 * @throws where the fix would change nothing; an AbortError once stopped. The corpus is as before then.
 */
export async function applyFix(
  job: JobContext,
  id: CorpusId,
  rule: FixRule,
): Promise<CorpusRecord> {
  const { database, report, signal } = job;
  const corpus = openFiles(database, await requireRecord(database, 'corpora', id));
  const edits = await planEdits(corpus, rule, report, signal);
  if (edits.length === 0) {
    throw new Error(
      `"${titleOf(rule)}" would change no line of ${corpus.name}; maybe it was made already, in another tab.`,
    );
  }
  const fix = {
    rule,
    title: titleOf(rule),
    madeAt: Date.now(),
    lines: countLines(edits),
    edits,
  };
  return readWith(job, corpus, [...(corpus.fixes ?? []), fix]);
}

/** Keeps the first fixes of a corpus and takes back those made after them, by reading it anew. */
export async function undoFixes(
  job: JobContext,
  id: CorpusId,
  keep: number,
): Promise<CorpusRecord> {
  const corpus = openFiles(job.database, await requireRecord(job.database, 'corpora', id));
  return readWith(job, corpus, (corpus.fixes ?? []).slice(0, keep));
}

function readWith(
  job: JobContext,
  corpus: ReadableCorpus,
  fixes: readonly CorpusFix[],
): Promise<CorpusRecord> {
  const { id, createdAt, name, files, errorsDropped, splitSeed, passedOver = [] } = corpus;
  const isDrawn = ({ split }: ReadableFile) => splitSeed !== undefined && split === 'train';
  const sources = files.map((file) => ({
    name: file.name,
    blob: file.source,
    choice: isDrawn(file) ? {} : { split: file.split },
    known: readingOf(file),
  }));
  return importCorpus(job, {
    ...{ replaces: { id, createdAt }, name, sources, dropErrors: errorsDropped },
    ...{ fixes, passedOver },
  });
}

/** Plans the edits that a rule makes in a stored corpus, as the fixes made before leave it. */
export async function planEdits(
  corpus: ReadableCorpus,
  rule: FixRule,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<FileEdits[]> {
  const text = textOf(corpus);
  const splits = await drawCorpus(text, report, signal);
  return planFix(text, splits, rule, report, signal);
}

/** Returns the text of a stored corpus, read as its record says. */
function textOf({ files, fixes = [], splitSeed }: ReadableCorpus): CorpusText {
  return {
    files: files.map((file) => ({
      name: file.name,
      blob: file.source,
      split: file.split,
      ...readingOf(file),
    })),
    edits: fixes.flatMap(({ edits }) => edits),
    shares: splitSeed === undefined ? undefined : planSplits(files).shares,
    limit: Infinity,
  };
}

/** Returns how a stored file is read, which no fix changes. */
function readingOf({ format, detected, choice }: ReadableFile): FileReading {
  return { format, detected, ...(choice ? { choice } : {}) };
}

function countLines(edits: readonly FileEdits[]): number {
  return edits.reduce((sum, { lines }) => sum + lines.length, 0);
}
