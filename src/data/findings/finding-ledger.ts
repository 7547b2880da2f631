import type { FindingKind, FindingLevel } from './finding';

/** The lines of all findings of one file by kind, ascending. */
export type FindingLines = Partial<Record<FindingKind, Uint32Array>>;

/** Notes the line of every finding of one file, also of those whose reasons are not kept. */
export class FindingLedger {
  readonly #byKind = new Map<FindingKind, Set<number>>();
  readonly #leftOut = new Set<number>();

  /** `line` is 1-based; 0, the whole file, is nobody's line. */
  add(line: number, level: FindingLevel, kind: FindingKind): void {
    if (line === 0) return;
    let lines = this.#byKind.get(kind);
    if (!lines) this.#byKind.set(kind, (lines = new Set()));
    lines.add(line);
    if (level === 'error' || kind === 'word-range') this.#leftOut.add(line);
  }

  /** Notes rows that a fix has removed. */
  leaveOut(lines: Iterable<number>): void {
    for (const line of lines) this.#leftOut.add(line);
  }

  lines(): FindingLines {
    return Object.fromEntries([...this.#byKind].map(([kind, lines]) => [kind, ascending(lines)]));
  }

  /** Returns the lines of rows that no sentence holds, ascending. */
  leftOut(): Uint32Array {
    return ascending(this.#leftOut);
  }
}

function ascending(lines: Iterable<number>): Uint32Array {
  return Uint32Array.from(lines).sort();
}
