import type { FormatChoice, FileReport } from '../protocol/automation';
import { onlyGiven, readOneOf, type Given, type OptionTable } from './option-table';
import { UsageError } from './usage-error';

const SEPARATORS = allOf<NonNullable<FileReport['separator']>>({
  ...{ tab: 1, space: 1, comma: 1, semicolon: 1, pipe: 1, blank: 1 },
});
const SCHEMES = allOf<FileReport['scheme']>({ IOB1: 1, IOB2: 1, IOBES: 1, IO: 1 });
const ENCODINGS = allOf<FileReport['encoding']>({
  ...{ 'utf-8': 1, 'windows-1252': 1, 'utf-16le': 1, 'utf-16be': 1 },
});
const SENTENCE_ENDS = allOf<NonNullable<FormatChoice['sentenceEnd']>>({
  ...{ 'empty-line': 1, 'full-stop': 1, index: 1 },
});

/** Options that say how column files are to be read; what is not said is detected. */
export const FORMAT_OPTIONS = {
  columns: {
    value: 'ROLE,ROLE,...',
    text: 'One role a column: word, tag, index (numbers the words), sentence (marks where one begins), or _ for a column that is not used; such as index,word,_,tag.',
  },
  separator: {
    value: SEPARATORS.join('|'),
    text: 'What stands between two columns; blank is any blank, U+00A0 too.',
  },
  'file-scheme': {
    value: SCHEMES.join('|'),
    text: "Scheme that the files' tags are written in.",
  },
  encoding: { value: ENCODINGS.join('|'), text: 'Encoding of the files.' },
  outside: {
    value: 'TAG,TAG,...',
    text: 'Tags besides O that mean outside of any entity, such as 0,_.',
  },
  'type-name': {
    value: 'NAME',
    text: 'Entity type where tags are marks without a label (B, I, O).',
  },
  'sentence-end': {
    value: SENTENCE_ENDS.join('|'),
    text: 'What ends a sentence: an empty line alone, a full stop as well, or an index that begins again.',
  },
} as const satisfies OptionTable;

/** Reads the part of a format that options state. @throws UsageError naming the option, what was expected and what came. */
export function readFormat(given: Given<keyof typeof FORMAT_OPTIONS>): FormatChoice {
  const columns = given.text('columns');
  const outside = given.text('outside');
  const typeName = given.text('type-name');
  return {
    ...(columns === undefined ? {} : readColumns(columns)),
    ...onlyGiven({
      separator: readOneOf('--separator', given.text('separator'), SEPARATORS),
      scheme: readOneOf('--file-scheme', given.text('file-scheme'), SCHEMES),
      encoding: readOneOf('--encoding', given.text('encoding'), ENCODINGS),
      sentenceEnd: readOneOf('--sentence-end', given.text('sentence-end'), SENTENCE_ENDS),
    }),
    ...(outside === undefined ? {} : { outside: readOutside(outside) }),
    ...(typeName === undefined ? {} : { typeName: readTypeName(typeName) }),
  };
}

/** Reads the roles of columns, such as `index,word,_,tag`; a name that is no role stands for a column that is not used. */
function readColumns(text: string): FormatChoice {
  const roles = text.split(',').map((role) => role.trim().toLowerCase());
  const columnOf = (role: string) => {
    const column = roles.indexOf(role);
    if (column !== roles.lastIndexOf(role)) {
      throw new UsageError(`--columns expects one column of "${role}" at most, got "${text}"`);
    }
    return column < 0 ? null : column;
  };
  const [wordColumn, tagColumn] = [columnOf('word'), columnOf('tag')];
  if (wordColumn === null || tagColumn === null) {
    const missing = wordColumn === null ? 'word' : 'tag';
    throw new UsageError(
      `--columns expects a role for each column, such as word,_,tag, got "${text}" without a "${missing}"`,
    );
  }
  return {
    columns: roles.length,
    wordColumn,
    tagColumn,
    indexColumn: columnOf('index'),
    sentenceColumn: columnOf('sentence'),
  };
}

/** Reads the tags that mean outside of any entity; O always does. */
function readOutside(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim());
  const stated = tags.filter((tag) => tag !== '');
  if (stated.length === 0) {
    throw new UsageError(`--outside expects tags such as 0,_, got "${text}"`);
  }
  return [...new Set([...stated, 'O'])];
}

function readTypeName(text: string): string {
  const name = text.trim();
  if (name === '') throw new UsageError('--type-name expects the name of a type, got nothing');
  return name;
}

/** Lists the choices of an option; the compiler sees that none is missing. */
function allOf<Choice extends string>(choices: Record<Choice, 1>): Choice[] {
  return Object.keys(choices) as Choice[];
}
