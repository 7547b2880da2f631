import type { ColumnFormat, Separator } from '../format/column-format';
import type { FormatQuestion } from '../format/detected-format';
import type { SampleRow } from './column-profile';
import type { ColumnRoles } from './column-roles';
import type { FoundLayout } from './found-layout';
import { pluralOfSeparator, separatorEvidence } from './layout-evidence';
import { LONGEST_SENTENCE, endsSentence } from '../read/sentence-builder';

/** Findings about a file's layout, and the rows they come from. */
export interface LayoutFacts {
  layout: FoundLayout;
  roles: ColumnRoles;
  table: readonly SampleRow[];
  /** Share of the rows that fit the layout. */
  fit: number;
  rows: number;
  /** Rows with a TAB. */
  withTab: number;
}

/** The share of rows that must agree before a choice goes without question. */
const CLEAR_SHARE = 0.8;
/** Rows from which on single letters are no accident. */
const TELLING_ROWS = 20;
/** Full stops inside each block, on average, from which on it is asked whether a block is a sentence. */
const DOUBTED_FULL_STOPS = 2;

/** Asks what a file's layout leaves open. */
export function layoutQuestions(
  facts: LayoutFacts,
  choice: Partial<ColumnFormat>,
): FormatQuestion[] {
  return [
    separatorQuestion(facts),
    fitQuestion(facts),
    denseQuestion(facts),
    letterQuestion(facts),
    ...(choice.sentenceEnd === undefined ? [boundaryQuestion(facts)] : []),
  ].flatMap((question) => question ?? []);
}

function separatorQuestion({ layout, rows, withTab }: LayoutFacts): FormatQuestion | undefined {
  const { separator, isPadded, columns } = layout;
  const share = withTab / rows;
  const isMixed = Math.min(share, 1 - share) > 1 - CLEAR_SHARE;
  const others: Partial<Record<Separator, readonly Separator[]>> = {
    blank: ['tab', 'space'],
    ...(isPadded ? {} : { tab: ['space'], space: ['tab'] }),
  };
  if (!isMixed || !others[separator]) return undefined;
  return {
    aspect: 'separator',
    text: `What stands between the columns? ${separatorEvidence(layout, withTab, rows, columns)}.`,
    readings: [separator, ...others[separator]].map((each) => ({
      title: pluralOfSeparator(each),
      change: { separator: each },
    })),
  };
}

function fitQuestion({ layout, roles, fit }: LayoutFacts): FormatQuestion | undefined {
  if (fit < CLEAR_SHARE) {
    const share = Math.floor(fit * 100);
    return keep(
      layout,
      `Are there ${layout.columns} columns? Only ${share} % of the rows have as many; the others are left out as errors.`,
    );
  }
  if (roles.certainty !== 'doubtful') return undefined;
  return keep(
    layout,
    `Does column ${layout.tagColumn + 1} hold the tags? Many of its fields are none.`,
  );
}

function denseQuestion({ layout, roles }: LayoutFacts): FormatQuestion | undefined {
  if (roles.certainty !== 'dense' || roles.tag.outsideShare > 0) return undefined;
  return keep(
    layout,
    `Are the labels in column ${layout.tagColumn + 1} entity types? No word stands outside of an entity, as none would where they are parts of speech.`,
  );
}

function letterQuestion({ layout, roles, table }: LayoutFacts): FormatQuestion | undefined {
  if (table.length < TELLING_ROWS) return undefined;
  const letters = table.filter(({ fields }) =>
    /^\p{Script=Latin}$/u.test(fields[roles.word] ?? ''),
  );
  if (letters.length <= table.length * CLEAR_SHARE) return undefined;
  return keep(
    layout,
    'Is every letter meant to be a word of its own? Nearly all words are single letters; a model for words learns little from them.',
  );
}

function boundaryQuestion({ layout, roles, table }: LayoutFacts): FormatQuestion | undefined {
  const { sentenceColumn, sentenceEnd } = layout;
  if (sentenceColumn !== null || sentenceEnd !== 'empty-line') return undefined;
  const blocks = Math.max(1, table.filter(({ beginsBlock }) => beginsBlock).length);
  const words = table.map(({ fields }) => fields[roles.word] ?? '');
  const stops = table.filter(
    ({ beginsBlock }, index) =>
      index > 0 && !beginsBlock && endsSentence(words[index - 1]!, words[index - 2] ?? ''),
  ).length;
  const isCutAnyway = table.length > blocks * LONGEST_SENTENCE;
  if (stops < blocks * DOUBTED_FULL_STOPS || isCutAnyway) return undefined;
  const found = blocks === 1 ? 'one block' : `${blocks.toLocaleString('en')} blocks`;
  return {
    aspect: 'sentences',
    text: `Where does a sentence end? Empty lines part ${table.length.toLocaleString('en')} rows into ${found}, each read as a sentence, though ${stops.toLocaleString('en')} full stops stand inside.`,
    readings: [
      { title: 'At an empty line alone', change: { sentenceEnd: 'empty-line' } },
      { title: 'After each full stop', change: { sentenceEnd: 'full-stop' } },
    ],
  };
}

function keep({ columns, wordColumn, tagColumn }: FoundLayout, text: string): FormatQuestion {
  const change = { columns, wordColumn, tagColumn };
  return { aspect: 'columns', text, readings: [{ title: 'Yes, read it so', change }] };
}
