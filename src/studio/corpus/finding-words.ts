import type { FindingKind, FindingLevel } from '../../data/findings/finding';
import type { ReportGroup } from '../../data/findings/validation-report';
import type { SplitName } from '../../ner/sentence';
import type { CutSentence } from '../../tokenizer/pack/pack-split';

/** Title of each kind of finding, as a heading and in a choice. */
export const KIND_TITLES: Record<FindingKind, string> = {
  'file-form': 'How the file is written',
  'strange-blank': 'Rows with unusual spaces between their columns',
  'joined-label': 'Labels with a space in them',
  'word-range': 'Rows of multiword tokens',
  'doubled-mark': 'Tags with two prefixes',
  'no-boundary': 'A file without sentence ends',
  'column-count': 'Rows with a different number of columns',
  'unknown-prefix': 'Tags that cannot be read',
  'empty-word': 'Rows without a word',
  'orphan-inside': 'Entities that begin with I-',
  'illegal-transition': 'Tags that cannot follow each other',
  'unseen-label': 'Labels that are not in train',
  'invisible-word': 'Words that are invisible',
  'hidden-character': 'Words with hidden characters',
  'too-many-labels': 'More labels than a model holds',
  'doubtful-label': 'Labels that may be misspelt',
  'rare-label': 'Labels too rare to learn',
  'long-sentence': 'Text without empty lines',
  'malformed-json': 'Lines that are not JSON',
  'leaked-sentence': 'Sentences in more than one split',
  'duplicate-sentence': 'Duplicate sentences',
  'inconsistent-label': 'Phrases with inconsistent labels',
  'stale-fix': 'Fixes that no longer fit',
};

export const LEVEL_NAMES: Record<FindingLevel, string> = {
  error: 'Error',
  warning: 'Warning',
  note: 'Note',
};

/** Groups of one kind and level under one heading. */
export interface ReportSection {
  key: string;
  kind: FindingKind;
  level: FindingLevel;
  title: string;
  count: number;
  groups: ReportGroup[];
}

/** Puts the report's groups under their headings, in the report's order: errors, warnings, notes. */
export function sectionsOf(report: readonly ReportGroup[]): ReportSection[] {
  const sections = new Map<string, ReportSection>();
  for (const group of report) {
    const key = `${group.level} ${group.kind}`;
    let section = sections.get(key);
    if (!section) {
      const isTidy = group.kind === 'column-count' && group.level !== 'error';
      const title = isTidy ? 'Rows with an extra separator' : KIND_TITLES[group.kind];
      section = { key, kind: group.kind, level: group.level, title, count: 0, groups: [] };
      sections.set(key, section);
    }
    section.count += group.count;
    section.groups.push(group);
  }
  return [...sections.values()];
}

/** Words and entities beyond the max length, over all splits of a tokenized corpus. */
export interface WindowLoss {
  maxPieces: number;
  encoderId: string;
  words: number;
  entities: number;
  /** First sentences of each split that lose words. */
  sentences: (CutSentence & { split: SplitName })[];
}

/** Sums the losses for every encoder and max length that a corpus was tokenized for; none where everything fits. */
export function windowLosses(
  packs: readonly {
    encoderId: string;
    maxPieces: number;
    split: SplitName;
    wordsBeyondWindow: number;
    entitiesBeyondWindow: number;
    cutSentences?: readonly CutSentence[];
  }[],
): WindowLoss[] {
  const losses = new Map<string, WindowLoss>();
  for (const { encoderId, maxPieces, split, cutSentences = [], ...counts } of packs) {
    const key = `${maxPieces} ${encoderId}`;
    const loss = losses.get(key) ?? { maxPieces, encoderId, words: 0, entities: 0, sentences: [] };
    loss.words += counts.wordsBeyondWindow;
    loss.entities += counts.entitiesBeyondWindow;
    loss.sentences.push(...cutSentences.map((cut) => ({ ...cut, split })));
    losses.set(key, loss);
  }
  return [...losses.values()].filter(({ words }) => words > 0);
}
