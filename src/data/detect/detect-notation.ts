import { shorten } from '../../messages/shorten';
import type { ColumnFormat } from '../format/column-format';
import type { FormatQuestion } from '../format/detected-format';
import { quote } from '../format/hidden-characters';
import { isLookalike, outsideOf, sum, type TagCounts } from './outside-tags';
import {
  TagNotation,
  isMarkLetter,
  plainNotation,
  type NotationDetails,
} from '../format/tag-notation';

export interface NotationVerdict {
  details: NotationDetails;
  /** Rows whose tag has a position mark. */
  marked: number;
  /** Rows whose tag means outside of any entity. */
  outside: number;
  /** e.g. `tags are written B_PER`; undefined where they are written as CoNLL-2003 does. */
  evidence?: string;
  questions: FormatQuestion[];
}

/** Share of the tags that must have a mark, for a notation other than `B-PER` to be believed. */
const CLEAR_SHARE = 0.8;
/** Share of the tags that carry a second mark where the first was put on twice. */
const DOUBLED_SHARE = 0.8;
/** Characters that people put between mark and label. */
const JOINTS = new Set([
  '-',
  '_',
  ':',
  '.',
  '/',
  '|',
  '#',
  '+',
  '~',
  '=',
  '\u2010',
  '\u2011',
  '\u2013',
  '\u2212',
]);

/** Detects how the tags of a column are written; parts that `choice` states are kept. */
export function detectNotation(
  counts: TagCounts,
  choice: Partial<ColumnFormat> = {},
): NotationVerdict {
  const rows = sum(counts.values());
  const labelled = new Map([...counts].filter(([tag]) => tag !== 'O' && !isLookalike(tag)));
  const marks = {
    ...likeliestMarks(labelled),
    ...pick(choice, ['markSide', 'isLowerCase', 'joint']),
  };
  const unnamed: NotationDetails = {
    ...plainNotation,
    ...marks,
    ...pick(choice, ['doubledMark', 'outside', 'typeName']),
  };
  const doubled = choice.doubledMark === undefined ? doubledMarkOf(labelled, unnamed) : undefined;
  const withMarks = { ...unnamed, doubledMark: doubled?.counts ?? unnamed.doubledMark };
  const outsideFound = choice.outside ? undefined : outsideOf(counts, rows, withMarks);
  const details = { ...withMarks, outside: outsideFound?.tags ?? withMarks.outside };

  const notation = new TagNotation(details);
  const total = { marked: 0, outside: 0 };
  for (const [tag, count] of counts) {
    const { parts } = notation.read(tag);
    if (parts.prefix === 'O') total.outside += count;
    else if (parts.prefix !== '') total.marked += count;
  }
  const evidence = [
    ...spellingEvidence(details),
    ...(doubled ? [doubled.evidence] : []),
    ...(outsideFound?.evidence ?? []),
  ];
  const questions = [
    ...(outsideFound?.question ? [outsideFound.question] : []),
    ...(doubled?.question ? [doubled.question] : []),
    ...(details.markSide === 'alone' && choice.typeName === undefined
      ? [typeQuestion(details)]
      : []),
  ];
  return {
    details,
    ...total,
    questions,
    ...(evidence.length > 0 ? { evidence: evidence.join('; ') } : {}),
  };
}

type Marks = Pick<NotationDetails, 'markSide' | 'isLowerCase' | 'joint'>;

const USUAL: Marks = { markSide: 'before', isLowerCase: false, joint: '-' };

/** Finds the notation that reads most of the tags; the usual one where none does. */
function likeliestMarks(labelled: TagCounts): Marks {
  const total = sum(labelled.values());
  const tallies = tallyMarks(labelled);
  const share = (marks: Marks) => (tallies.get(keyOf(marks))?.rows ?? 0) / total;
  if (total === 0 || share(USUAL) >= 0.5) return USUAL;
  const clear = [...tallies.values()].filter(
    ({ rows, letters }) => rows >= total * CLEAR_SHARE && /[BSIU]/.test(letters),
  );
  const best = clear.reduce<MarkTally | undefined>(
    (most, each) => (most && most.rows >= each.rows ? most : each),
    undefined,
  );
  return best?.marks ?? USUAL;
}

interface MarkTally {
  marks: Marks;
  rows: number;
  /** Letters that stand as marks, in upper case. */
  letters: string;
}

/** Counts the rows that each notation could read, by what stands at either end of their tags. */
function tallyMarks(labelled: TagCounts): Map<string, MarkTally> {
  const tallies = new Map<string, MarkTally>();
  const add = (mark: string, markSide: Marks['markSide'], joint: string, rows: number) => {
    const letter = mark.toUpperCase();
    if (!isMarkLetter(letter)) return;
    const marks = { markSide, isLowerCase: mark !== letter, joint };
    const key = keyOf(marks);
    const tally = tallies.get(key);
    if (!tally) tallies.set(key, { marks, rows, letters: letter });
    else {
      tally.rows += rows;
      tally.letters += letter;
    }
  };
  for (const [tag, rows] of labelled) {
    if (tag.length === 1 || (tag.length === 2 && tag.endsWith('-'))) {
      add(tag.charAt(0), 'alone', '-', rows);
    }
    if (tag.length < 3) continue;
    const [second, secondLast] = [tag.charAt(1), tag.charAt(tag.length - 2)];
    if (JOINTS.has(second)) add(tag.charAt(0), 'before', second, rows);
    if (JOINTS.has(secondLast)) add(tag.charAt(tag.length - 1), 'after', secondLast, rows);
  }
  return tallies;
}

function keyOf({ markSide, isLowerCase, joint }: Marks): string {
  return `${markSide} ${isLowerCase} ${joint}`;
}

interface DoubledMark {
  counts: 'first' | 'second';
  evidence: string;
  question?: FormatQuestion;
}

/** Finds which of two marks counts, if nearly all tags have two: the one that is not always the same letter. */
function doubledMarkOf(labelled: TagCounts, details: NotationDetails): DoubledMark | undefined {
  if (details.markSide === 'alone') return undefined;
  const outer = new TagNotation({ ...details, doubledMark: null });
  const pairs: { first: string; second: string; count: number }[] = [];
  let [marked, example] = [0, ''];
  for (const [tag, count] of labelled) {
    const { letter, parts } = outer.read(tag);
    if (letter === '') continue;
    marked += count;
    const second = outer.read(parts.label).letter;
    if (second === '') continue;
    pairs.push({ first: letter, second, count });
    example = tag;
  }
  const doubled = sum(pairs.map(({ count }) => count));
  if (doubled === 0 || doubled < marked * DOUBLED_SHARE) return undefined;
  const firsts = new Set(pairs.map(({ first }) => first));
  const seconds = new Set(pairs.map(({ second }) => second));
  const areAlike = pairs.every(({ first, second }) => first === second);
  const counts = firsts.size === 1 && seconds.size > 1 ? 'second' : 'first';
  const reason = areAlike
    ? 'both say the same'
    : counts === 'second'
      ? `the first is always ${[...firsts][0]!}`
      : seconds.size === 1
        ? `the second is always ${[...seconds][0]!}`
        : 'the file does not say which is meant';
  const evidence = `tags have two marks (${shorten(example)}), and the ${counts} counts, because ${reason}`;
  if (areAlike || Math.min(firsts.size, seconds.size) === 1) return { counts, evidence };
  const readings = (['first', 'second'] as const).map((doubledMark) => ({
    title: `The ${doubledMark} mark counts`,
    change: { doubledMark },
  }));
  const text = `Which of two marks counts in tags such as ${quote(example)}? The first is read.`;
  return { counts, evidence, question: { aspect: 'tags', text, readings } };
}

function spellingEvidence(details: NotationDetails): string[] {
  const { markSide, joint, isLowerCase } = details;
  if (markSide === 'alone') return ['tags are marks without an entity type'];
  if (markSide === 'before' && joint === '-' && !isLowerCase) return [];
  const example = new TagNotation(details).write('B', 'LABEL');
  return [`tags are written as ${example}`];
}

function typeQuestion({ typeName }: NotationDetails): FormatQuestion {
  return {
    aspect: 'tags',
    text: `The tags name no entity type. What is it called? "${typeName}" is written for it; another name can be given by hand.`,
    readings: [{ title: `Call it ${typeName}`, change: { typeName } }],
  };
}

function pick<Key extends keyof ColumnFormat>(
  choice: Partial<ColumnFormat>,
  keys: readonly Key[],
): Partial<Pick<ColumnFormat, Key>> {
  return Object.fromEntries(
    keys.flatMap((key) => (choice[key] === undefined ? [] : [[key, choice[key]]])),
  ) as Partial<Pick<ColumnFormat, Key>>;
}
