import { ColumnReader } from '../data/column-reader';
import { CorpusHash } from '../data/corpus-hash';
import { detectFormat } from '../data/detect-format';
import { readSentences } from '../data/read-sentences';
import { drawSplits, planSplits } from '../data/split';
import { SplitCounter } from '../data/statistics';
import { splitNames, type Sentence, type SplitName } from '../ner/sentence';
import type { ImportChoice } from '../protocol/data-calls';
import type { ReportProgress } from '../protocol/progress';
import { writeCorpus, type CorpusWriter } from '../storage/corpus-writer';
import type { CorpusFile, CorpusRecord } from '../storage/records';
import type { Database } from '../storage/schema';

/** A file to read, and what the person decided about it. */
export interface CorpusSource {
  name: string;
  blob: Blob;
  choice: ImportChoice;
}

export interface CorpusTask {
  name: string;
  sources: readonly CorpusSource[];
  /** Only the first sentences of each split. */
  limit?: number | undefined;
  /** Accepts that the rows with errors are left out. */
  dropErrors: boolean;
  /** The corpus whose text is read anew; undefined makes a new one. */
  replaces?: Pick<CorpusRecord, 'id' | 'createdAt'>;
}

/** Of the split that is drawn where no file names one: the same files give the same splits. */
const splitSeed = 1;

/**
 * Reads column files into a stored corpus: formats detected, rows validated, splits planned, everything counted and hashed.
 *
 * @throws what makes a file unreadable, naming it; an AbortError once stopped. Nothing is stored then.
 */
export async function importCorpus(
  database: Database,
  task: CorpusTask,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<CorpusRecord> {
  if (task.sources.length === 0) {
    throw new Error('No file was given; a corpus needs at least one column file.');
  }
  return writeCorpus(
    database,
    (writer) => readCorpus(writer, task, report, signal),
    task.replaces?.id,
  );
}

async function readCorpus(
  writer: CorpusWriter,
  { name, sources, limit = Infinity, dropErrors, replaces }: CorpusTask,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<CorpusRecord> {
  const plan = planSplits(
    sources.map((source) => ({ name: source.name, split: source.choice.split })),
  );
  const total = sources.reduce((sum, { blob }) => sum + blob.size, 0);
  const splits = new SplitSink(writer, limit);
  const toDivide: Sentence[] = [];
  const read: { file: CorpusFile; reader: ColumnReader }[] = [];
  let bytesBefore = 0;

  for (const [index, source] of sources.entries()) {
    const split = plan.files[index]!;
    const isDivided = split === 'train' && plan.shares !== undefined;
    const result = await readFile(source, split, {
      signal,
      onProgress: (bytes) =>
        report({ stage: `Reading ${source.name}`, done: bytesBefore + bytes, total }),
      take: async (sentences) => {
        if (isDivided) for (const sentence of sentences) toDivide.push(sentence);
        else await splits.append(split, sentences);
        return isDivided || !splits.isFull(split);
      },
    });
    read.push(result);
    bytesBefore += source.blob.size;
  }
  if (plan.shares) await divide(toDivide, plan.shares, splits);

  const statistics = splits.statistics();
  if (Object.keys(statistics).length === 0) {
    throw new Error(
      `${sources.map((source) => source.name).join(', ')}: no sentence could be read; expected rows of a word and a tag, an empty line after each sentence. Check the columns and the separator.`,
    );
  }
  const trainLabels = new Set(Object.keys(statistics.train?.entitiesByLabel ?? {}));
  if (trainLabels.size > 0) {
    for (const { file, reader } of read) {
      if (file.split !== 'train') reader.labels.reportUnseen(trainLabels, reader.findings);
    }
  }
  return {
    id: writer.id,
    name,
    createdAt: replaces?.createdAt ?? Date.now(),
    files: read.map(({ file, reader }) => ({
      ...file,
      errors: reader.findings.errors,
      warnings: reader.findings.warnings,
      findings: reader.findings.kept(),
    })),
    labels: labelsOf(statistics),
    statistics,
    splitExplanation: plan.explanation,
    ...(plan.shares ? { splitSeed } : {}),
    errorsDropped: dropErrors,
    hash: await splits.hash.digest(),
  };
}

interface FileReading {
  signal: AbortSignal;
  onProgress: (bytesRead: number) => void;
  /** Takes the next sentences; false when no more are wanted. */
  take: (sentences: Sentence[]) => Promise<boolean>;
}

async function readFile(
  { name, blob, choice }: CorpusSource,
  split: SplitName,
  { signal, onProgress, take }: FileReading,
): Promise<{ file: CorpusFile; reader: ColumnReader }> {
  const detected = await detectFormat(blob, name, choice.format, signal);
  const { encoding, separator, columns, wordColumn, tagColumn, scheme } = detected;
  const format = { encoding, separator, columns, wordColumn, tagColumn, scheme };
  const reader = new ColumnReader(name, format);
  const counter = new SplitCounter();
  for await (const sentences of readSentences(blob, encoding, reader, { signal, onProgress })) {
    for (const sentence of sentences) counter.add(sentence);
    if (!(await take(sentences))) break;
  }
  const counts = counter.statistics();
  const file: CorpusFile = {
    name,
    split,
    bytes: blob.size,
    source: blob,
    detected: choice.format ? await detectFormat(blob, name, {}, signal) : detected,
    format,
    sentences: counts.sentences,
    documents: counts.documents,
    errors: 0,
    warnings: 0,
    findings: [],
  };
  return { file, reader };
}

async function divide(
  sentences: readonly Sentence[],
  shares: Parameters<typeof drawSplits>[1],
  splits: SplitSink,
): Promise<void> {
  const sizes = sentences.map(({ words, startsDocument }) => ({
    words: words.length,
    startsDocument,
  }));
  const drawn = drawSplits(sizes, shares, splitSeed);
  for (const split of splitNames) {
    await splits.append(
      split,
      sentences.filter((_, index) => drawn[index] === split),
    );
  }
}

/** Appends sentences to their splits, up to the limit, and counts and hashes what it appended. */
class SplitSink {
  readonly hash = new CorpusHash();
  readonly #writer: CorpusWriter;
  readonly #limit: number;
  readonly #counters = new Map<SplitName, SplitCounter>();
  readonly #sizes = new Map<SplitName, number>();

  constructor(writer: CorpusWriter, limit: number) {
    this.#writer = writer;
    this.#limit = limit;
  }

  isFull(split: SplitName): boolean {
    return (this.#sizes.get(split) ?? 0) >= this.#limit;
  }

  async append(split: SplitName, sentences: readonly Sentence[]): Promise<void> {
    const size = this.#sizes.get(split) ?? 0;
    const wanted = sentences.slice(0, Math.max(0, this.#limit - size));
    if (wanted.length === 0) return;
    let counter = this.#counters.get(split);
    if (!counter) this.#counters.set(split, (counter = new SplitCounter()));
    for (const sentence of wanted) {
      counter.add(sentence);
      this.hash.add(split, sentence);
    }
    this.#sizes.set(split, size + wanted.length);
    await this.#writer.append(split, wanted);
  }

  statistics(): CorpusRecord['statistics'] {
    const statistics: CorpusRecord['statistics'] = {};
    for (const split of splitNames) {
      const counter = this.#counters.get(split);
      if (counter) statistics[split] = counter.statistics();
    }
    return statistics;
  }
}

/** Train's labels by frequency, then those only other splits have: their entities count as gold all the same. */
function labelsOf(statistics: CorpusRecord['statistics']): string[] {
  return [
    ...new Set(
      splitNames.flatMap((split) => Object.keys(statistics[split]?.entitiesByLabel ?? {})),
    ),
  ];
}
