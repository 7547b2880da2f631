import type { FormatChoice, FileReport } from '../protocol/automation';
import { UsageError } from './usage-error';

/** Options that say how column files are to be read; what is not said is detected. */
export const FORMAT_OPTIONS = {
  columns: { type: 'string' },
  separator: { type: 'string' },
  'file-scheme': { type: 'string' },
  encoding: { type: 'string' },
  outside: { type: 'string' },
  'type-name': { type: 'string' },
  'sentence-end': { type: 'string' },
} as const;

export type FormatValues = { [Option in keyof typeof FORMAT_OPTIONS]?: string | undefined };

const separators = allOf<NonNullable<FileReport['separator']>>({
  ...{ tab: 1, space: 1, comma: 1, semicolon: 1, pipe: 1, blank: 1 },
});
const schemes = allOf<FileReport['scheme']>({ IOB1: 1, IOB2: 1, IOBES: 1, IO: 1 });
const encodings = allOf<FileReport['encoding']>({
  ...{ 'utf-8': 1, 'windows-1252': 1, 'utf-16le': 1, 'utf-16be': 1 },
});
const sentenceEnds = allOf<NonNullable<FormatChoice['sentenceEnd']>>({
  ...{ 'empty-line': 1, 'full-stop': 1, index: 1 },
});

/** The part of a format that options state. `@throws UsageError` naming the option, what was expected and what came. */
export function readFormat(values: FormatValues): FormatChoice {
  const separator = readOneOf('--separator', values.separator, separators);
  const scheme = readOneOf('--file-scheme', values['file-scheme'], schemes);
  const encoding = readOneOf('--encoding', values.encoding, encodings);
  const sentenceEnd = readOneOf('--sentence-end', values['sentence-end'], sentenceEnds);
  return {
    ...(values.columns === undefined ? {} : readColumns(values.columns)),
    ...(separator === undefined ? {} : { separator }),
    ...(scheme === undefined ? {} : { scheme }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(sentenceEnd === undefined ? {} : { sentenceEnd }),
    ...(values.outside === undefined ? {} : { outside: readOutside(values.outside) }),
    ...(values['type-name'] === undefined ? {} : { typeName: readTypeName(values['type-name']) }),
  };
}

/** @throws UsageError unless `text` is one of the choices. */
export function readOneOf<Choice extends string>(
  option: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((each) => each === text);
  if (choice === undefined) {
    throw new UsageError(`${option} expects one of ${choices.join(', ')}, got "${text}"`);
  }
  return choice;
}

/** `index,word,_,tag`: one role a column; anything else than a role is a column that is not used. */
function readColumns(text: string): FormatChoice {
  const roles = text.split(',').map((role) => role.trim().toLowerCase());
  const placeOf = (role: string) => {
    const place = roles.indexOf(role);
    if (place !== roles.lastIndexOf(role)) {
      throw new UsageError(`--columns expects one column of "${role}" at most, got "${text}"`);
    }
    return place < 0 ? null : place;
  };
  const [wordColumn, tagColumn] = [placeOf('word'), placeOf('tag')];
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
    indexColumn: placeOf('index'),
    sentenceColumn: placeOf('sentence'),
  };
}

/** O is outside in any file; a file may have other tags that mean the same. */
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

/** The choices of an option; the compiler sees that none is missing. */
function allOf<Choice extends string>(choices: Record<Choice, 1>): Choice[] {
  return Object.keys(choices) as Choice[];
}
