import type { ColumnFormat } from '../data/format/column-format';
import type { DetectedFormat } from '../data/format/detected-format';
import type { FixPreview, FixRule } from '../data/fixes/fix-rule';
import type { PassedOver } from '../data/findings/passed-over';
import type { SplitName } from '../ner/sentence';
import type { CorpusId, CorpusRecord, EncoderId, EncoderRecord } from '../storage/records';
import type { CorpusReadingCalls } from './corpus-reading';
import type { DroppedFile } from './dropped-file';
import type { ReportProgress } from './progress';

/** Decisions of the person about a file; what is absent is detected. */
export interface ImportChoice {
  split?: SplitName;
  format?: Partial<ColumnFormat>;
}

export interface CorpusImport {
  name: string;
  /** Files to read. `path` names a file in its corpus, and may state its split; where it is absent, the file's own name does. */
  files: { file: File; path?: string; choice?: ImportChoice }[];
  /** Files that were dropped beside these and are not part of the corpus. */
  passedOver?: PassedOver[];
  /** Number of sentences to read of each split, from its beginning; all where it is absent. */
  limit?: number;
  /** Whether rows with error-level findings are left out, instead of waiting for the person. */
  dropErrors?: boolean;
}

/** Contents of a `.zip` or `.gz`. */
export interface UnpackedArchive {
  path: string;
  /** Whether it is a zip, whose paths are its own; the one file of a gzip has the archive's path. */
  isZip: boolean;
  files: { path: string; blob: Blob }[];
}

/** A preview of how a file would be read, for a person who chooses its columns by hand. */
export interface FormatPreview {
  /** First rows of the file as the separator cuts them; an empty line is an empty array, and a comment is one cell. */
  rows: string[][];
  /** Entities of these rows: rows `[start, end)` of `rows`. */
  marks: { start: number; end: number; label: string }[];
  /** Encoding and separator that these rows were cut by; no separator where the kind of file has none. */
  cut: Pick<ColumnFormat, 'encoding'> & Partial<Pick<ColumnFormat, 'separator'>>;
  /** Format by which the file is read: the chosen parts, the rest detected. Absent where it cannot be read so. */
  format?: DetectedFormat;
  /** Reason for which it cannot be read; absent where it can. */
  problem?: string;
  /** Counts of sentences, words and entities in the lines that were looked at. */
  sentences: number;
  words: number;
  entities: Record<string, number>;
  /** Rows with errors, which no sentence holds. */
  errors: number;
  /** Number of lines that were looked at. */
  lines: number;
  /** Whether these are all lines of the file. */
  isWhole: boolean;
}

/** A file that was dropped, or one that a corpus holds. */
export type PreviewSource = File | { corpusId: CorpusId; file: number };

/** Calls of `data.worker`: everything that touches corpus text in bulk. */
export interface DataCalls extends CorpusReadingCalls {
  /** Unpacks archives, within bounds of size; archives inside them stay packed. `@throws` naming one that is damaged, encrypted or a bomb. */
  unpackArchives(
    archives: readonly DroppedFile[],
    report: ReportProgress,
  ): Promise<UnpackedArchive[]>;
  /** Reads, validates and stores a corpus. `@throws` an AbortError once `stop` was called. */
  importCorpus(request: CorpusImport, report: ReportProgress): Promise<CorpusRecord>;
  /** Reads the stored files again with other choices, by the files' names in the corpus. */
  rereadCorpus(
    id: CorpusId,
    choices: Record<string, ImportChoice>,
    dropErrors: boolean,
    report: ReportProgress,
  ): Promise<CorpusRecord>;
  /**
   * Reads the start of a file by a format whose open parts are detected, and stores nothing. `@throws` an AbortError where a newer
   * preview was asked for meanwhile.
   */
  previewFormat(source: PreviewSource, format: Partial<ColumnFormat>): Promise<FormatPreview>;
  /** Finds the first lines that a fix would change, before and after, and how many there are; changes nothing. */
  previewFix(id: CorpusId, rule: FixRule, report: ReportProgress): Promise<FixPreview>;
  /** Adds a fix to the corpus and reads its files anew with it. */
  applyFix(id: CorpusId, rule: FixRule, report: ReportProgress): Promise<CorpusRecord>;
  /** Keeps the first `keep` fixes, takes back the later ones, and reads the files anew. */
  undoFixes(id: CorpusId, keep: number, report: ReportProgress): Promise<CorpusRecord>;
  /** Stores an encoder from a Hugging Face folder's files, all checked. */
  importEncoder(
    files: readonly DroppedFile[],
    name: string,
    report: ReportProgress,
  ): Promise<EncoderRecord>;
  /** Fetches the bundled encoder from the page's own origin, once. */
  fetchBundledEncoder(
    name: string,
    baseUrl: string,
    report: ReportProgress,
  ): Promise<EncoderRecord>;
  /** Tokenizes every split for an encoder and a maximum length, and stores the pieces; a split that is stored already is not done again. */
  packCorpus(
    corpusId: CorpusId,
    encoderId: EncoderId,
    maxPieces: number,
    report: ReportProgress,
  ): Promise<PackSummary>;
  /** Stops the job of this worker, within 2 s. */
  stop(): Promise<void>;
}

export interface PackSummary {
  splits: Partial<
    Record<
      SplitName,
      { sentences: number; pieces: number; wordsBeyondWindow: number; entitiesBeyondWindow: number }
    >
  >;
}
