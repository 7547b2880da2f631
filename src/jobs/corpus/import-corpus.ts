import type { ByteSource } from '../../data/format/byte-source';
import {
  formatOf,
  type ChosenFormat,
  type DetectedFormat,
} from '../../data/format/detected-format';
import { UnreadableFileError } from '../../data/format/unreadable-file-error';
import type { LineReader } from '../../data/read/line-reader';
import { detectFormat, readerOf } from '../../data/sources/source-readers';
import { CorpusCheck } from '../../data/findings/corpus-check';
import type { FindingCollector } from '../../data/findings/finding-collector';
import { FindingLedger } from '../../data/findings/finding-ledger';
import { planSplits } from '../../data/corpus/split';
import { makeReport, type ReportGroup } from '../../data/findings/validation-report';
import { listSome } from '../../messages/shorten';
import { FILE_LIMITS, labelsFault } from '../../ner/file-limits';
import { SPLIT_NAMES } from '../../ner/sentence';
import type { ReportProgress } from '../../protocol/progress';
import { writeCorpus, type CorpusWriter } from '../../storage/corpora/corpus-writer';
import type { ReadableCorpus } from '../../storage/corpora/corpus-files';
import type { CorpusRecord } from '../../storage/records';
import type { JobContext } from '../job-context';
import {
  SPLIT_SEED,
  drawCorpus,
  walkCorpus,
  type CorpusText,
  type FileReading,
  type TextFile,
} from './corpus-text';
import type { CorpusTask } from './corpus-task';
import { passOverForeignFiles } from './pass-over';
import { SplitSink } from './split-sink';

/**
 * Reads column files into a stored corpus: formats detected, splits planned, rows validated, sentences held against each other, everything
 * counted and hashed.
 *
 * @throws what makes a file unreadable, naming it; an AbortError once stopped. Nothing is stored then.
 */
export async function importCorpus(
  { database, report, signal }: JobContext,
  task: CorpusTask,
): Promise<CorpusRecord> {
  if (task.sources.length === 0) {
    throw new Error('No file was given; a corpus needs at least one column file.');
  }
  const sorted = await passOverForeignFiles(task, signal);
  return writeCorpus(
    database,
    (writer) => readCorpus(writer, { ...task, ...sorted }, report, signal),
    task.replaces?.id,
  );
}

/** Reads the files into a writer and gives the corpus' record with them. */
export async function readCorpus(
  writer: CorpusWriter,
  task: CorpusTask,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<ReadableCorpus> {
  const { name, sources, dropErrors, replaces, fixes = [], passedOver = [] } = task;
  const { text, explanation } = await openText(task, signal);
  const splits = await drawCorpus(text, report, signal);
  const sink = new SplitSink(writer, text.files.length);
  const ledgers = text.files.map(() => new FindingLedger());
  for (const { file, lines, after } of text.edits) {
    if (after === undefined) ledgers[file]?.leaveOut(lines);
  }
  const check = new CorpusCheck();
  const readers = await walkCorpus(text, splits, {
    stage: `Reading ${name}`,
    report,
    signal,
    take: async (sentences) => {
      for (const sentence of sentences) check.add(sentence);
      await sink.append(sentences);
    },
    hear: (file, line, { level, kind }) => ledgers[file]!.add(line, level, kind),
  });
  const statistics = sink.statistics();
  if (Object.keys(statistics).length === 0) {
    const { expected } = readerOf(text.files[0]!.format);
    const names = listSome(sources.map((source) => source.name));
    throw new UnreadableFileError(`${names}: no sentence could be read; ${expected}`);
  }
  await walkCorpus(text, splits, {
    stage: 'Holding the sentences against each other',
    report,
    signal,
    take: (sentences) => {
      for (const sentence of sentences) check.addAgain(sentence);
    },
  });
  check.report(
    text.files.map((file, index) => ({ name: file.name, findings: readers[index]!.findings })),
  );
  const labels = labelsOf(statistics);
  noteTooManyLabels(labels, readers[0]!.findings);
  const grouped = reportOf(text, readers, statistics); // adds findings: before the files are described
  return {
    id: writer.id,
    name,
    createdAt: replaces?.createdAt ?? Date.now(),
    report: grouped,
    files: text.files.map((file, index) => ({
      ...sink.fileOf(index, file, readers[index]!),
      findingLines: ledgers[index]!.lines(),
      leftOutLines: ledgers[index]!.leftOut(),
    })),
    sources: sink.sources,
    labels,
    statistics,
    splitExplanation: explanation,
    ...(text.shares ? { splitSeed: SPLIT_SEED } : {}),
    errorsDropped: dropErrors,
    ...(fixes.length > 0 ? { fixes: [...fixes] } : {}),
    ...(passedOver.length > 0 ? { passedOver: [...passedOver] } : {}),
    hash: sink.hash.digest(),
  };
}

/** Detects how a file is read; what the person chose is kept. */
async function detectReading(
  blob: ByteSource,
  name: string,
  choice: ChosenFormat,
  signal: AbortSignal,
): Promise<FileReading> {
  const detected = await detectFormat(blob, name, choice, signal);
  return { format: formatOf(detected), detected, choice };
}

/** Detects what the person left open. */
async function openText(
  { sources, fixes = [], limit = Infinity }: CorpusTask,
  signal: AbortSignal,
): Promise<{ text: CorpusText; explanation: string }> {
  const plan = planSplits(
    sources.map((source) => ({ name: source.name, split: source.choice.split })),
  );
  const files: TextFile[] = [];
  for (const [index, { name, blob, choice, known }] of sources.entries()) {
    const reading = known ?? (await detectReading(blob, name, choice.format ?? {}, signal));
    files.push({ name, blob, split: plan.files[index]!, ...reading });
  }
  const edits = fixes.flatMap((fix) => fix.edits);
  return { text: { files, edits, shares: plan.shares, limit }, explanation: plan.explanation };
}

/** Adds what only the whole corpus tells, and groups all findings. */
function reportOf(
  { files }: CorpusText,
  readers: readonly LineReader[],
  statistics: CorpusRecord['statistics'],
): ReportGroup[] {
  const trainLabels = new Set(Object.keys(statistics.train?.entitiesByLabel ?? {}));
  const counts = new Map<string, number>();
  for (const [index, { labels, findings }] of readers.entries()) {
    if (trainLabels.size > 0 && files[index]!.split !== 'train') {
      labels.reportUnseen(trainLabels, findings);
    }
    for (const [label, { entities }] of labels.labels) {
      counts.set(label, (counts.get(label) ?? 0) + entities);
    }
  }
  for (const [index, { findings }] of readers.entries()) {
    noteForm(findings, files[index]!.detected);
  }
  for (const { labels, findings } of readers) labels.reportRare(counts, trainLabels, findings);
  const { format } = files[0]!;
  return makeReport(
    readers.map(({ findings }) => findings.groups()),
    {
      counts,
      trainLabels,
      scheme: format.scheme,
      notation: readerOf(format).notationOf(format),
      allows: (rule) => files.every((file) => readerOf(file.format).allows(rule)),
    },
  );
}

/** Warns of a column that was taken for tags: no run begins on so many labels. */
function noteTooManyLabels(labels: readonly string[], findings: FindingCollector): void {
  const fault = labelsFault(labels);
  if (fault === undefined || labels.length <= FILE_LIMITS.labels) return;
  const reason = () => fault.replace(/\.$/, '');
  findings.add(0, 'warning', 'too-many-labels', reason, '', labels.length);
}

/** Notes what is unusual in how a file is written, as it was read. */
function noteForm(findings: FindingCollector, { evidence }: DetectedFormat): void {
  for (const aspect of ['lines', 'sentences', 'tags'] as const) {
    const reason = evidence[aspect];
    if (reason === undefined) continue;
    findings.add(0, 'note', 'file-form', () => `Read so: ${reason}`);
  }
}

/** Lists train's labels by frequency, then those that only other splits have: their entities count as gold all the same. */
function labelsOf(statistics: CorpusRecord['statistics']): string[] {
  return [
    ...new Set(
      SPLIT_NAMES.flatMap((split) => Object.keys(statistics[split]?.entitiesByLabel ?? {})),
    ),
  ];
}
