import { findingKinds, type Finding, type FindingKind } from './finding';

/** Findings shown for a file; all are counted. */
export const KEPT_FINDINGS = 200;
/** So that a thousand findings of one kind leave room for the others. */
const KEPT_OF_EACH_KIND = Math.floor(KEPT_FINDINGS / findingKinds.length);

/** Counts every finding of one file and keeps the first ones of each kind. */
export class FindingCollector {
  readonly file: string;
  readonly #kept = new Map<FindingKind, Finding[]>();
  readonly #counts = new Map<FindingKind, number>();
  #errors = 0;
  #warnings = 0;

  constructor(file: string) {
    this.file = file;
  }

  get errors(): number {
    return this.#errors;
  }

  get warnings(): number {
    return this.#warnings;
  }

  /** `reason` is only asked for a finding that is kept. */
  add(line: number, level: Finding['level'], kind: FindingKind, reason: () => string): void {
    if (level === 'error') this.#errors++;
    else this.#warnings++;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    let kept = this.#kept.get(kind);
    if (!kept) this.#kept.set(kind, (kept = []));
    if (kept.length < KEPT_FINDINGS) {
      kept.push({ file: this.file, line, level, kind, reason: reason() });
    }
  }

  /** How many findings of a kind the file has. */
  count(kind: FindingKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  /**
   * At most 200 findings in order of line: the first of every kind, then as many errors, then as many warnings as there is
   * room for.
   */
  kept(): Finding[] {
    const all = [...this.#kept.values()];
    const chosen = all.flatMap((findings) => findings.slice(0, KEPT_OF_EACH_KIND));
    const others = all
      .flatMap((findings) => findings.slice(KEPT_OF_EACH_KIND))
      .sort((a, b) => levelOrder(a) - levelOrder(b) || a.line - b.line);
    return [...chosen, ...others]
      .slice(0, KEPT_FINDINGS)
      .sort((a, b) => a.line - b.line || levelOrder(a) - levelOrder(b));
  }
}

function levelOrder({ level }: Finding): number {
  return level === 'error' ? 0 : 1;
}
