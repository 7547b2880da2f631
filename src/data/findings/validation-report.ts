import { FILE_LIMITS } from '../../ner/file-limits';
import type { TagScheme } from '../../ner/tag-scheme';
import { FINDING_KINDS, FINDING_LEVELS, type Finding } from './finding';
import { groupKey, type FindingGroup } from './finding-collector';
import { titleOf, type FixRule } from '../fixes/fix-rule';
import { nearestLabel, nearestTag, type LabelCounts } from '../read/nearest-label';
import { SPLIT_NAMES, type SplitName } from '../../ner/sentence';
import { TagNotation } from '../format/tag-notation';

/** A fix that is offered, with the words on its button. */
export interface FixOffer {
  rule: FixRule;
  title: string;
}

/** Findings of all files that the same fix mends. */
export interface ReportGroup extends FindingGroup {
  /** The most likely one first. */
  fixes: FixOffer[];
}

/** Facts about a corpus that decide which fixes are offered. */
export interface CorpusLabels {
  /** Entities of each label, over all splits. */
  counts: LabelCounts;
  trainLabels: ReadonlySet<string>;
  scheme: TagScheme;
  /** Notation of the first file's tags. */
  notation?: TagNotation;
  /** Tells whether a fix can be made in every file; absent where any can. */
  allows?: (rule: FixRule) => boolean;
}

/** Groups of one kind that stand alone; the rest of a kind stands together. */
const MOST_OF_A_KIND = 60;
const MOST_FIRST = 20;
/** Characters that are offered in place of a label that is too long for a model. */
const SHORTER_CHARACTERS = 60;

/** Merges the groups of all files into one report: errors, then warnings, then notes; in each level by kind, the largest group first. */
export function makeReport(
  files: readonly (readonly FindingGroup[])[],
  labels: CorpusLabels,
): ReportGroup[] {
  const merged = merge(files.flat(), ({ about }) => about).sort(byWeight);
  const counts = new Map<string, number>();
  const folded = merge(merged, ({ level, kind, about }) => {
    const key = groupKey(level, kind, '');
    const rank = (counts.get(key) ?? 0) + 1;
    counts.set(key, rank);
    return rank > MOST_OF_A_KIND ? '' : about;
  });
  return folded.sort(byWeight).map((group) => ({ ...group, fixes: offersFor(group, labels) }));
}

function merge(
  groups: readonly FindingGroup[],
  aboutOf: (group: FindingGroup) => string,
): FindingGroup[] {
  const merged = new Map<string, FindingGroup>();
  for (const group of groups) {
    const about = aboutOf(group);
    const key = groupKey(group.level, group.kind, about);
    const same = merged.get(key);
    if (same) {
      same.count += group.count;
      same.first = [...same.first, ...group.first].slice(0, MOST_FIRST);
    } else {
      merged.set(key, { ...group, about });
    }
  }
  return [...merged.values()];
}

function byWeight(a: FindingGroup, b: FindingGroup): number {
  const level = (finding: Pick<Finding, 'level'>) => FINDING_LEVELS.indexOf(finding.level);
  const kind = (finding: Pick<Finding, 'kind'>) => FINDING_KINDS.indexOf(finding.kind);
  const isRest = ({ about }: FindingGroup) => (about === '' ? 1 : 0);
  return level(a) - level(b) || kind(a) - kind(b) || isRest(a) - isRest(b) || b.count - a.count;
}

function offersFor(group: FindingGroup, labels: CorpusLabels): FixOffer[] {
  const { allows = () => true } = labels;
  return fixesFor(group, labels)
    .filter(allows)
    .map((rule) => ({ rule, title: titleOf(rule) }));
}

function fixesFor({ kind, level, about }: FindingGroup, labels: CorpusLabels): FixRule[] {
  switch (kind) {
    case 'column-count':
      if (level === 'error') return [{ do: 'drop-rows', kind, about: '' }];
      return [{ do: 'drop-separators' }];
    case 'empty-word':
    case 'invisible-word':
      return [{ do: 'drop-rows', kind, about: '' }];
    case 'unknown-prefix': {
      const meant =
        shorterTag(about, labels.notation) ??
        nearestTag(about, labels.counts, labels.scheme, labels.notation);
      const drop: FixRule = { do: 'drop-rows', kind, about };
      return meant === undefined ? [drop] : [{ do: 'retag', from: about, to: meant }, drop];
    }
    case 'strange-blank':
      return [{ do: 'plain-blanks' }];
    case 'doubled-mark':
      return [{ do: 'one-mark' }];
    case 'hidden-character':
      return [{ do: 'drop-hidden' }];
    case 'orphan-inside':
    case 'illegal-transition':
      return [{ do: 'as-read', kind }];
    case 'doubtful-label':
      return relabel(about, labels.counts);
    case 'unseen-label': {
      const known = [...labels.counts].filter(([label]) => labels.trainLabels.has(label));
      return relabel(about, new Map(known));
    }
    case 'duplicate-sentence':
    case 'leaked-sentence': {
      const splits = splitsAbout(about);
      return splits ? [{ do: 'delete-twins', from: splits.from, to: splits.to }] : [];
    }
    case 'inconsistent-label': {
      const { phrase, label } = phraseAbout(about);
      return phrase === '' ? [] : [{ do: 'one-label', phrase, label }];
    }
    case 'file-form':
    case 'joined-label':
    case 'too-many-labels':
    case 'word-range':
    case 'no-boundary':
    case 'rare-label':
    case 'long-sentence':
    case 'malformed-json':
    case 'stale-fix':
      return [];
  }
}

/** Gives a tag whose label is too long for a model the first characters of that label; undefined where it is not too long. */
function shorterTag(tag: string, notation = new TagNotation()): string | undefined {
  const read = notation.read(tag);
  const { label } = read.parts;
  if (label.length <= FILE_LIMITS.labelCharacters) return undefined;
  return notation.withLabel(read, label.slice(0, SHORTER_CHARACTERS));
}

function relabel(from: string, counts: LabelCounts): FixRule[] {
  const own = counts.get(from) ?? 0;
  const others = new Map([...counts].filter(([label, count]) => label !== from && count > own));
  const meant = nearestLabel(from, others);
  return meant === undefined ? [] : [{ do: 'relabel', from, to: meant }];
}

/** Writes two splits as the matter of a finding: `train>test`. */
export function aboutSplits(from: SplitName, to: SplitName): string {
  return `${from}>${to}`;
}

function splitsAbout(about: string): { from: SplitName; to: SplitName } | undefined {
  const [from, to] = about.split('>').map((name) => SPLIT_NAMES.find((split) => split === name));
  return from && to ? { from, to } : undefined;
}

/** Writes a label and a phrase as the matter of a finding, a line feed between: no word holds one. */
export function aboutPhrase(phrase: string, label: string): string {
  return `${label}\n${phrase}`;
}

function phraseAbout(about: string): { phrase: string; label: string } {
  const end = about.indexOf('\n');
  return { label: about.slice(0, Math.max(0, end)), phrase: about.slice(end + 1) };
}
