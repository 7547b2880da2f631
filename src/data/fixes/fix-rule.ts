import { shorten } from '../../messages/shorten';
import type { SplitName } from '../../ner/sentence';
import { quote } from '../format/hidden-characters';
import type { FindingKind } from '../findings/finding';
import type { FileEdits } from './line-edits';
import { UNMARKED } from '../findings/phrase-labels';

/** Rule of a fix: one click mends all that it fits, everywhere in the corpus. */
export type FixRule =
  /** Rows with a finding; `about` narrows it to one tag, '' takes all of the kind. */
  | { do: 'drop-rows'; kind: FindingKind; about: string }
  | { do: 'drop-separators' }
  /** Other blanks between columns become the file's separator. */
  | { do: 'plain-blanks' }
  | { do: 'drop-hidden' }
  /** A tag that cannot be read becomes another. */
  | { do: 'retag'; from: string; to: string }
  /** A label becomes another in every tag that has it. */
  | { do: 'relabel'; from: string; to: string }
  /** Tags with two position marks keep the one that counts. */
  | { do: 'one-mark' }
  /** Tags that a scheme forbids become those of the entities that are read from them. */
  | { do: 'as-read'; kind: 'orphan-inside' | 'illegal-transition' }
  /** Sentences of `from` go that stand in `to` as well; within one split, all but the first. */
  | { do: 'delete-twins'; from: SplitName; to: SplitName }
  /** A phrase gets one label everywhere. */
  | { do: 'one-label'; phrase: string; label: string };

/** A fix that was made: `edits` lie over the original files whenever they are read. */
export interface CorpusFix {
  rule: FixRule;
  title: string;
  madeAt: number;
  /** Lines it changed. */
  lines: number;
  edits: FileEdits[];
}

/** A few of the lines that a fix would change. */
export interface FixPreview {
  title: string;
  /** Lines it would change. */
  lines: number;
  first: { file: string; line: number; before: string; after?: string }[];
  /** Entities of the corpus by type, as it is read now and with the fix; a type that has none any more is 0. */
  entities: Record<string, { before: number; after: number }>;
  /** Entities, by type, that the tags of removed rows would be which no sentence holds today. */
  unread: Record<string, number>;
}

/** Returns the text on a fix's button. */
export function titleOf(rule: FixRule): string {
  switch (rule.do) {
    case 'drop-rows':
      return rule.about === ''
        ? 'Leave the rows out'
        : `Leave the rows with ${quote(rule.about)} out`;
    case 'drop-separators':
      return 'Take out the separators that are too many';
    case 'plain-blanks':
      return 'Put the usual separator in their place';
    case 'drop-hidden':
      return 'Take out the hidden characters';
    case 'retag':
      return `Change ${quote(rule.from)} to ${quote(rule.to)}`;
    case 'relabel':
      return `Change label ${quote(rule.from)} to ${quote(rule.to)}`;
    case 'one-mark':
      return 'Take away the mark that does not count';
    case 'as-read':
      return rule.kind === 'orphan-inside'
        ? 'Make each orphan I- a B-'
        : 'Write the tags as they are read';
    case 'delete-twins':
      return rule.from === rule.to
        ? `Keep the first of each in ${rule.from}`
        : `Delete from ${rule.from} what ${rule.to} has too`;
    case 'one-label':
      return rule.label === UNMARKED
        ? `Unmark ${quote(rule.phrase)} everywhere`
        : `Mark ${quote(rule.phrase)} as ${shorten(rule.label)} everywhere`;
  }
}
