import type { ByteSource } from '../../data/format/byte-source';
import type { SourceFormat } from '../../data/format/source-format';
import type { ChosenFormat, DetectedFormat } from '../../data/format/detected-format';
import type { LineReader } from '../../data/read/line-reader';
import { readerOf } from '../../data/sources/source-readers';
import { decodeLines } from '../../data/format/decode-text';
import { DrawnSplits } from '../../data/corpus/drawn-splits';
import type { Finding } from '../../data/findings/finding';
import { LineEdits, type FileEdits } from '../../data/fixes/line-edits';
import type { LocatedSentence } from '../../data/read/located-sentence';
import type { SentenceRow } from '../../data/read/sentence-builder';
import type { SplitShares } from '../../data/corpus/split';
import type { Sentence, SplitName } from '../../ner/sentence';
import type { ReportProgress } from '../../protocol/progress';

/** Seed of the splits that are drawn where no file name gives them: the same files give the same splits. */
export const SPLIT_SEED = 1;

/** How a file is read, and why. */
export interface FileReading {
  format: SourceFormat;
  detected: DetectedFormat;
  /** Parts that the person decided; absent where they were not kept. */
  choice?: ChosenFormat;
}

/** A file of a corpus and how it is read. */
export interface TextFile extends FileReading {
  name: string;
  blob: ByteSource;
  /** Split of the file; `train`, where the splits are drawn, stands for all three. */
  split: SplitName;
}

/** The files of a corpus with the fixes that lie over them: all it takes to read its sentences, as often as needed. */
export interface CorpusText {
  files: readonly TextFile[];
  edits: readonly FileEdits[];
  /** Shares by which train's sentences are divided by seed; undefined where the file names give the splits. */
  shares?: SplitShares | undefined;
  /** Number of sentences that are read of each split, from its start. */
  limit: number;
}

export interface HeardFinding extends Pick<Finding, 'kind' | 'level'> {
  about: string;
}

export interface Walk {
  stage: string;
  report: ReportProgress;
  signal: AbortSignal;
  /** Takes the next sentences, some hundred at a time, in the order of the files. */
  take: (sentences: readonly LocatedSentence[]) => Promise<void> | void;
  /** Hears of every finding in a row, kept or not. */
  hear?: (file: number, line: number, finding: HeardFinding) => void;
}

/**
 * Streams all sentences of a corpus, fixes laid over them, and gives the reader of each file with its findings. Memory holds a chunk of a file
 * and its sentences.
 *
 * @throws what makes a file unreadable; an AbortError once stopped.
 */
export async function walkCorpus(
  text: CorpusText,
  splits: DrawnSplits | undefined,
  walk: Walk,
): Promise<LineReader[]> {
  const total = text.files.reduce((sum, { blob }) => sum + blob.size, 0);
  const sizes = new Map<SplitName, number>();
  const isFull = (split: SplitName) => (sizes.get(split) ?? 0) >= text.limit;
  const readers: LineReader[] = [];
  let bytesBefore = 0;
  for (const [file, { name, blob, split, format }] of text.files.entries()) {
    let placed: LocatedSentence[] = [];
    const place = (sentence: Sentence, rows: readonly SentenceRow[]) => {
      const own = isDrawn(text, split) ? (splits?.splitOf(file, sentence.line) ?? split) : split;
      if (isFull(own)) return;
      sizes.set(own, (sizes.get(own) ?? 0) + 1);
      placed.push({ file, split: own, sentence, rows });
    };
    const reader = readerOf(format).open(name, format, {
      sentence: place,
      finding: (line, level, kind, about) => walk.hear?.(file, line, { level, kind, about }),
    });
    readers.push(reader);
    const edits = new LineEdits(text.edits.filter((each) => each.file === file));
    const handOver = async () => {
      const sentences = placed;
      placed = [];
      if (sentences.length > 0) await walk.take(sentences);
    };
    const done = (bytes: number) =>
      walk.report({ stage: walk.stage, done: bytesBefore + bytes, total });
    let isCut = false;
    const options = { signal: walk.signal, onProgress: done };
    for await (const lines of decodeLines(blob, format.encoding, options)) {
      reader.push(edits.apply(lines));
      await handOver();
      isCut = !isDrawn(text, split) && isFull(split);
      if (isCut) break;
    }
    if (!isCut) reader.end();
    await handOver();
    for (const line of edits.stale) reportStale(reader, line);
    bytesBefore += blob.size;
  }
  return readers;
}

/** Draws the splits of a corpus whose file names give none; undefined where they do. */
export async function drawCorpus(
  text: CorpusText,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<DrawnSplits | undefined> {
  if (!text.shares) return undefined;
  const splits = new DrawnSplits();
  await walkCorpus({ ...text, edits: [], limit: Infinity }, undefined, {
    stage: 'Dividing the sentences into splits',
    report,
    signal,
    take: (sentences) => {
      for (const { file, split, sentence } of sentences) {
        if (isDrawn(text, split)) splits.add(file, sentence);
      }
    },
  });
  splits.draw(text.shares, SPLIT_SEED);
  return splits;
}

function isDrawn(text: CorpusText, split: SplitName): boolean {
  return text.shares !== undefined && split === 'train';
}

function reportStale(reader: LineReader, line: number): void {
  const reason = () =>
    'Expected the line as it stood when a fix was made, but it is read otherwise now, so the fix leaves it alone; undo the fix or choose the format of then';
  reader.findings.add(line, 'warning', 'stale-fix', reason);
}
