import { FINDING_KINDS, FINDING_LEVELS, type Finding, type FindingKind } from './finding';

/** Findings shown for a file; all are counted. */
export const KEPT_FINDINGS = 200;
/** So that a thousand findings of one kind leave room for the others. */
const KEPT_OF_EACH_KIND = Math.floor(KEPT_FINDINGS / FINDING_KINDS.length);
/** First findings of a group, for its list. */
const KEPT_OF_EACH_GROUP = 20;
/** Groups of a file: where every tag is another unknown one, the rest stands together. */
const MOST_GROUPS = 400;

/** Findings of one file that the same step mends: of one kind, level and matter. */
export interface FindingGroup {
  kind: FindingKind;
  level: Finding['level'];
  /** Matter of the findings: a tag, a label, a phrase; empty where the kind says it all. */
  about: string;
  count: number;
  /** First findings of the group, at most 20, in the order they came. */
  first: Finding[];
}

/** Hears of every finding, kept or not. */
export type FindingListener = (
  line: number,
  level: Finding['level'],
  kind: FindingKind,
  about: string,
) => void;

/** Counts every finding of one file and keeps the first ones of each kind, and of each group. */
export class FindingCollector {
  readonly file: string;
  readonly #listener: FindingListener | undefined;
  readonly #kept = new Map<FindingKind, Finding[]>();
  readonly #counts = new Map<FindingKind, number>();
  readonly #groups = new Map<string, FindingGroup>();
  readonly #levels = { error: 0, warning: 0, note: 0 };

  constructor(file: string, listener?: FindingListener) {
    this.file = file;
    this.#listener = listener;
  }

  get errors(): number {
    return this.#levels.error;
  }

  get warnings(): number {
    return this.#levels.warning;
  }

  get notes(): number {
    return this.#levels.note;
  }

  /** `reason` is only asked for a finding that is kept; `times` counts for its group, where one finding stands for several rows. */
  add(
    line: number,
    level: Finding['level'],
    kind: FindingKind,
    reason: () => string,
    about = '',
    times = 1,
  ): void {
    this.#levels[level]++;
    this.#listener?.(line, level, kind, about);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    const group = this.#groupOf(level, kind, about);
    group.count += times;
    let kept = this.#kept.get(kind);
    if (!kept) this.#kept.set(kind, (kept = []));
    if (kept.length >= KEPT_FINDINGS && group.first.length >= KEPT_OF_EACH_GROUP) return;
    const finding = { file: this.file, line, level, kind, reason: reason() };
    if (kept.length < KEPT_FINDINGS) kept.push(finding);
    if (group.first.length < KEPT_OF_EACH_GROUP) group.first.push(finding);
  }

  /** Counts the findings of one kind in the file. */
  count(kind: FindingKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  groups(): readonly FindingGroup[] {
    return [...this.#groups.values()];
  }

  /**
   * Returns at most 200 findings in order of line: the first of every kind, then errors, then warnings and notes, as far as there is
   * room.
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

  #groupOf(level: Finding['level'], kind: FindingKind, about: string): FindingGroup {
    const known = this.#groups.get(groupKey(level, kind, about));
    if (known) return known;
    const wanted = this.#groups.size < MOST_GROUPS ? about : '';
    const key = groupKey(level, kind, wanted);
    const group = this.#groups.get(key) ?? { kind, level, about: wanted, count: 0, first: [] };
    this.#groups.set(key, group);
    return group;
  }
}

/** Tells groups apart, over files too. */
export function groupKey(level: Finding['level'], kind: FindingKind, about: string): string {
  return `${level} ${kind} ${about}`;
}

function levelOrder({ level }: Finding): number {
  return FINDING_LEVELS.indexOf(level);
}
