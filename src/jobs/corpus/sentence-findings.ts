import type { Finding, FindingKind } from '../../data/findings/finding';
import { firstAtLeast, type LineRange } from '../../data/read/sentence-lines';
import { readerOf } from '../../data/sources/source-readers';
import type { SourceFormat } from '../../data/format/source-format';
import type { SplitName } from '../../ner/sentence';
import type { CorpusFile, CorpusRecord, SourceRun } from '../../storage/records';

/** A sentence as findings are looked up for it: its index in its split, and its line in its file. */
export interface SentenceLines {
  split: SplitName;
  index: number;
  line: number;
  words: number;
}

/** Finds the sentences that findings are about. A finding knows its file and line, a sentence its index in a split. */
export class SentenceFindings {
  readonly #files: readonly FileFindings[];
  readonly #runs: Partial<Record<SplitName, readonly SourceRun[]>>;

  constructor(corpus: CorpusRecord) {
    this.#files = corpus.files.map((file) => new FileFindings(file));
    this.#runs = corpus.sources ?? {};
  }

  /** Returns the name of a sentence's file; undefined where the corpus does not know it. */
  fileOf(split: SplitName, index: number): string | undefined {
    return this.#find(split, index)?.name;
  }

  /** Tells whether a line of the sentence has a finding, of a kind or of any. */
  has({ split, index, line, words }: SentenceLines, kind: FindingKind | 'any'): boolean {
    return this.#find(split, index)?.has(line, words, kind) ?? false;
  }

  /** Returns the findings of the sentence's lines, as far as their reasons are kept. */
  of({ split, index, line, words }: SentenceLines): Finding[] {
    return this.#find(split, index)?.of(line, words) ?? [];
  }

  #find(split: SplitName, index: number): FileFindings | undefined {
    let end = 0;
    for (const { file, sentences } of this.#runs[split] ?? []) {
      end += sentences;
      if (index < end) return this.#files[file];
    }
    return undefined;
  }
}

/** The findings of one file by line. */
class FileFindings {
  readonly name: string;
  readonly #findings: readonly Finding[];
  readonly #leftOut: ReadonlySet<number>;
  readonly #lines = new Map<FindingKind | 'any', Uint32Array>();
  readonly #format: SourceFormat;

  constructor(file: CorpusFile) {
    const { name, format, findings, findingLines = {}, leftOutLines = new Uint32Array() } = file;
    this.name = name;
    this.#format = format;
    this.#findings = findings;
    this.#leftOut = new Set(leftOutLines);
    const any = new Set<number>();
    for (const [kind, lines] of Object.entries(findingLines)) {
      this.#lines.set(kind as FindingKind, lines);
      for (const line of lines) any.add(line);
    }
    this.#lines.set('any', Uint32Array.from(any).sort());
  }

  has(line: number, words: number, kind: FindingKind | 'any'): boolean {
    const lines = this.#lines.get(kind);
    if (!lines) return false;
    const { first, last } = this.#linesOf(line, words);
    return (lines[firstAtLeast(lines, first)] ?? Infinity) <= last;
  }

  of(line: number, words: number): Finding[] {
    const { first, last } = this.#linesOf(line, words);
    return this.#findings.filter((finding) => finding.line >= first && finding.line <= last);
  }

  #linesOf(line: number, words: number): LineRange {
    return readerOf(this.#format).linesOf(line, words, this.#leftOut);
  }
}
