import type { FindingCollector } from './finding-collector';

interface LabelEntry {
  entities: number;
  firstLine: number;
}

/** A label this many times rarer than one that is spelt almost alike is asked about. */
const RARER = 50;

/** The entity types of one file: how many entities each has, and where it first stands. */
export class LabelTally {
  readonly #labels = new Map<string, LabelEntry>();

  add(label: string, line: number): void {
    const entry = this.#labels.get(label);
    if (entry) entry.entities++;
    else this.#labels.set(label, { entities: 1, firstLine: line });
  }

  get labels(): ReadonlyMap<string, Readonly<LabelEntry>> {
    return this.#labels;
  }

  /** Warns of each rare label that is one slip of the pen away from a frequent one, such as `PEr` beside `PER`. */
  reportDoubtful(findings: FindingCollector): void {
    const byFrequency = [...this.#labels].sort(([, a], [, b]) => b.entities - a.entities);
    for (const [label, { entities, firstLine }] of byFrequency) {
      const likely = byFrequency.find(
        ([other, { entities: often }]) => often >= entities * RARER && isSlipOf(label, other),
      );
      if (!likely) continue;
      const [meant, { entities: often }] = likely;
      findings.add(
        firstLine,
        'warning',
        'doubtful-label',
        () =>
          `Label "${label}" names ${entities} of the entities and "${meant}" ${often}; ` +
          `if "${meant}" was meant, correct the file, else it is learned as a type of its own`,
      );
    }
  }

  /** Warns of each label that no training sentence carries, for a model can never predict it. */
  reportUnseen(trainLabels: ReadonlySet<string>, findings: FindingCollector): void {
    for (const [label, { entities, firstLine }] of this.#labels) {
      if (trainLabels.has(label)) continue;
      findings.add(
        firstLine,
        'warning',
        'unseen-label',
        () =>
          `Label "${label}" is not in the training data {${[...trainLabels].join(', ')}}, so ${entities === 1 ? 'its entity counts' : `its ${entities} entities count`} as missed; ` +
          'correct the label or add training sentences that have it',
      );
    }
  }
}

/** Up to one edit between short labels, two between longer ones, upper and lower case being the same. */
function isSlipOf(label: string, other: string): boolean {
  const longer = Math.max(label.length, other.length);
  return editDistance(label.toLowerCase(), other.toLowerCase()) <= (longer > 3 ? 2 : 1);
}

/** The fewest insertions, deletions and substitutions that make `b` of `a` (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[b.length]!;
}
