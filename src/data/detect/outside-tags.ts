import type { FormatQuestion } from '../format/detected-format';
import { quote } from '../format/hidden-characters';
import { TagNotation, type NotationDetails } from '../format/tag-notation';

/** How often each tag of a column occurs. */
export type TagCounts = ReadonlyMap<string, number>;

export interface OutsideTags {
  tags: string[];
  evidence: string[];
  question?: FormatQuestion;
}

/** Share of the rows below which a tag like O, among tags with marks, is a slip. */
const SLIP_SHARE = 0.02;
/** Rows below which a tag that is no known slip is not taken for O. */
const FEWEST_OUTSIDE = 3;
/** Tags that stand for O by a slip, or by a custom. */
const LOOKALIKES = new Set([
  '',
  '0',
  'o',
  '_',
  '-',
  '–',
  '—',
  'none',
  'null',
  'nil',
  'nan',
  'n/a',
  'out',
  'outside',
]);
/** Share of the rows that a tag without a mark must fill to mean outside, where there is no O. */
const OUTSIDE_SHARE = { marked: 0.3, bare: 0.65 };

/** Finds the tags that mean outside of entities: O, and other tags that are used instead of it or beside it. */
export function outsideOf(counts: TagCounts, rows: number, details: NotationDetails): OutsideTags {
  const usualTag = details.isLowerCase && !counts.has('O') && counts.has('o') ? 'o' : 'O';
  const notation = new TagNotation({ ...details, outside: [usualTag] });
  const unmarked = [...counts]
    .filter(([tag]) => tag !== usualTag && notation.read(tag).parts.prefix === '')
    .sort(([, a], [, b]) => b - a);
  const isMarked = [...counts.keys()].some((tag) => notation.read(tag).letter !== '');
  // Among tags with marks a rare slip is an error of its row, with its own fix.
  const fewest = isMarked ? rows * SLIP_SHARE : 1;
  const alike = unmarked
    .filter(([tag, count]) => isLookalike(tag) && tag !== '' && count >= fewest)
    .map(([tag]) => tag);
  const doubtful = new Set(alike);
  const commonest = unmarked[0];
  if (!counts.has(usualTag) && commonest) {
    const [tag, count] = commonest;
    const share = isLookalike(tag) || count >= FEWEST_OUTSIDE ? count / rows : 0;
    if (share >= (isMarked || isLookalike(tag) ? OUTSIDE_SHARE.marked : OUTSIDE_SHARE.bare)) {
      doubtful.add(tag);
    }
  }
  if (doubtful.size === 0) return { tags: [usualTag], evidence: [] };

  const found = [...doubtful];
  const tags = counts.has(usualTag) ? [usualTag, ...found] : found;
  const named = found.map((tag) => (tag === '' ? 'an empty tag' : quote(tag))).join(' and ');
  const times = sum(found.map((tag) => counts.get(tag) ?? 0)).toLocaleString('en');
  const isOne = found.length === 1;
  const evidence = `${named} ${isOne ? 'means' : 'mean'} outside of entities, in ${times} of ${rows.toLocaleString('en')} sampled rows`;
  const text =
    `${isOne ? 'Is' : 'Are'} ${named} the tag${isOne ? '' : 's'} outside of entities? ` +
    `${isOne ? 'It stands' : 'They stand'} in ${times} of ${rows.toLocaleString('en')} sampled rows and ${isOne ? 'is' : 'are'} read so.`;
  const no = isMarked ? 'No, such a tag is an error' : 'No, it is an entity type';
  return {
    tags,
    evidence: [evidence],
    question: {
      aspect: 'tags',
      text,
      readings: [
        { title: `Yes, outside of entities`, change: { outside: tags } },
        { title: no, change: { outside: [usualTag] } },
      ],
    },
  };
}

/** Tells whether a tag stands for O by a slip or by a custom. */
export function isLookalike(tag: string): boolean {
  return LOOKALIKES.has(tag.toLowerCase()) && tag !== 'O';
}

/** Sums numbers. */
export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
