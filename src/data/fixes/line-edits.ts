/**
 * Lines of one file that are read otherwise than they stand there. `before` and `after` hold a line each, LF between, in the order of
 * `lines` (1-based, ascending); without `after` the lines are removed.
 */
export interface FileEdits {
  /** Index of the file in its corpus. */
  file: number;
  lines: Uint32Array;
  before: string;
  after?: string;
}

/** A line as it is read, or undefined where it was removed. */
export type EditedLine = string | undefined;

interface LineEdit {
  line: number;
  before: string;
  after: EditedLine;
}

/** Lays fixes over the lines of one file as they stream by. An edit whose line is not what it was made for is passed over. */
export class LineEdits {
  /** Edits in order of line; those of the same line in the order they were made. */
  readonly #edits: readonly LineEdit[];
  readonly #stale: number[] = [];
  #line = 0;
  #next = 0;

  /** `edits` of one file, in the order they were made. */
  constructor(edits: readonly FileEdits[]) {
    this.#edits = edits.flatMap(linesOf).sort((a, b) => a.line - b.line); // a stable sort
  }

  /** Lines whose edits did not fit, so far. */
  get stale(): readonly number[] {
    return this.#stale;
  }

  /** Applies the fixes to the next lines of the file. */
  apply(lines: readonly string[]): readonly EditedLine[] {
    const first = this.#line + 1;
    this.#line += lines.length;
    if ((this.#edits[this.#next]?.line ?? Infinity) > this.#line) return lines;
    const edited: EditedLine[] = [...lines];
    for (; this.#next < this.#edits.length; this.#next++) {
      const { line, before, after } = this.#edits[this.#next]!;
      if (line > this.#line) break;
      if (edited[line - first] === before) edited[line - first] = after;
      else this.#stale.push(line);
    }
    return edited;
  }
}

/** Returns the single edits of a file, in order of line. */
export function linesOf({ lines, before, after }: FileEdits): LineEdit[] {
  const olds = before.split('\n');
  const news = after?.split('\n');
  return Array.from(lines, (line, index) => ({
    line,
    before: olds[index]!,
    after: news?.[index],
  }));
}

/** Collects the edits of one file, in order of line. */
export class EditList {
  readonly #lines: number[] = [];
  readonly #before: string[] = [];
  readonly #after: string[] = [];
  readonly #removes: boolean;

  /** Either all its lines are removed, or all are written anew. */
  constructor(removes: boolean) {
    this.#removes = removes;
  }

  get length(): number {
    return this.#lines.length;
  }

  add(line: number, before: string, after: EditedLine): void {
    this.#lines.push(line);
    this.#before.push(before);
    if (after !== undefined) this.#after.push(after);
  }

  edits(file: number): FileEdits {
    const edits: FileEdits = {
      file,
      lines: Uint32Array.from(this.#lines),
      before: this.#before.join('\n'),
    };
    return this.#removes ? edits : { ...edits, after: this.#after.join('\n') };
  }
}
