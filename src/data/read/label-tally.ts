import { listSome } from '../../messages/shorten';
import { FILE_LIMITS } from '../../ner/file-limits';
import type { FindingCollector } from '../findings/finding-collector';
import { quote } from '../format/hidden-characters';
import { TagNotation, type ReadTag } from '../format/tag-notation';
import { nearestLabel, slipsBetween, type LabelCounts } from './nearest-label';

interface LabelEntry {
  entities: number;
  firstLine: number;
}

const plainNotation = new TagNotation();
const readPlainly = (label: string) => plainNotation.read(label);

/** A label this many times rarer than one that is spelt almost alike is asked about. */
const RARER = 50;
/** A label of at most so many entities is named where the corpus is not as small itself: nothing is learned of it. */
const RARE = 2;

/** The entity types of one file: how many entities each has, and where it first stands. */
export class LabelTally {
  readonly #labels = new Map<string, LabelEntry>();
  readonly #doubtful = new Set<string>();

  add(label: string, line: number): void {
    const entry = this.#labels.get(label);
    if (entry) entry.entities++;
    else this.#labels.set(label, { entities: 1, firstLine: line });
  }

  get labels(): ReadonlyMap<string, Readonly<LabelEntry>> {
    return this.#labels;
  }

  /**
   * Warns of each rare label that is one slip of the pen away from a frequent one, such as `PEr` beside `PER`, and of each that is another one
   * behind a second position mark (`B-PER` beside `PER`), which `readMark` tells.
   */
  reportDoubtful(
    findings: FindingCollector,
    readMark: (label: string) => Pick<ReadTag, 'parts' | 'letter'> = readPlainly,
  ): void {
    const byFrequency = [...this.#labels].sort(([, a], [, b]) => b.entities - a.entities);
    const frequent = byFrequency.length > FILE_LIMITS.labels ? [] : byFrequency; // else they are no labels
    for (const [label, { entities, firstLine }] of byFrequency) {
      const { letter, parts } = readMark(label);
      if (letter !== '' && this.#labels.has(parts.label)) {
        const reason = () =>
          `Label ${quote(label)} looks like ${quote(parts.label)} behind a second position mark; if so, change it, else it is learned as a type of its own`;
        findings.add(firstLine, 'warning', 'doubtful-label', reason, label, entities);
        this.#doubtful.add(label);
        continue;
      }
      const likely = frequent.find(
        ([other, { entities: often }]) =>
          often >= entities * RARER && slipsBetween(label, other) !== undefined,
      );
      if (!likely) continue;
      const [meant, { entities: often }] = likely;
      const reason = () =>
        `Label ${quote(label)} names ${entities} of the entities and ${quote(meant)} ${often}; ` +
        `if ${quote(meant)} was meant, correct the file, else it is learned as a type of its own`;
      findings.add(firstLine, 'warning', 'doubtful-label', reason, label, entities);
      this.#doubtful.add(label);
    }
  }

  /** Notes each label that names one or two entities of a whole corpus, unless it was reported for another reason. */
  reportRare(
    counts: LabelCounts,
    trainLabels: ReadonlySet<string>,
    findings: FindingCollector,
  ): void {
    const total = [...counts.values()].reduce((sum, entities) => sum + entities, 0);
    if (total < RARE * RARER) return;
    for (const [label, { firstLine, entities }] of this.#labels) {
      const all = counts.get(label) ?? entities;
      if (all > RARE || this.#doubtful.has(label) || !trainLabels.has(label)) continue;
      const reason = () =>
        `Label ${quote(label)} names ${all} of ${total.toLocaleString('en')} entities, too few to learn it from; ` +
        'correct it, or leave it if it is meant';
      findings.add(firstLine, 'note', 'rare-label', reason, label, entities);
    }
  }

  /** Warns of each label that no training sentence carries, for a model can never predict it. */
  reportUnseen(trainLabels: ReadonlySet<string>, findings: FindingCollector): void {
    const counts = new Map([...trainLabels].map((known) => [known, 1]));
    const known = listSome([...trainLabels], { most: 8 });
    for (const [label, { entities, firstLine }] of this.#labels) {
      if (trainLabels.has(label)) continue;
      const reason = () => {
        const meant = nearestLabel(label, counts);
        return (
          `Label ${quote(label)} is not in the training data {${known}}, so ${entities === 1 ? 'its entity counts' : `its ${entities} entities count`} as missed; ` +
          `${meant === undefined ? 'correct the label' : `write ${quote(meant)} if that was meant`} or add training sentences that have it`
        );
      };
      findings.add(firstLine, 'warning', 'unseen-label', reason, label, entities);
    }
  }
}
