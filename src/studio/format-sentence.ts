import type { CorpusFile } from '../storage/records';
import { joinWords } from './quantities';

const choices = ['columns', 'scheme', 'separator', 'encoding'] as const;
type Choice = (typeof choices)[number];
const choiceNames: Record<Choice, string> = {
  columns: 'which columns hold word and tag',
  separator: 'what separates the columns',
  scheme: 'the tag scheme',
  encoding: 'the text encoding',
};

/** How a file was read and why, as one sentence: `Four columns, word first and tag last; IOB1, because …; UTF-8.` */
export function describeFormat(file: CorpusFile): string {
  const [columns, scheme, separator, encoding] = choices.map((choice) =>
    isOverruled(file, choice)
      ? `${describeChoice(file, choice)}, as you chose`
      : file.detected.evidence[choice].trim().replace(/\.$/, ''),
  );
  return `${capitalise(columns)}; ${scheme ?? ''}. ${capitalise(separator)}; ${encoding ?? ''}.`;
}

/** What a file leaves open, and what was taken; undefined where it decides everything. */
export function describeAmbiguity(file: CorpusFile): string | undefined {
  const open = file.detected.ambiguous.filter((choice) => !isOverruled(file, choice));
  if (open.length === 0) return undefined;
  const taken = open.map((choice) => describeChoice(file, choice));
  return `${file.name} does not decide ${joinWords(open.map((choice) => choiceNames[choice]))}: it was read as ${joinWords(taken)}. Overrule it below if you know better.`;
}

function describeChoice(file: CorpusFile, choice: Choice): string {
  const { format } = file;
  switch (choice) {
    case 'columns':
      return `${format.columns} columns, word in column ${format.wordColumn + 1} and tag in column ${format.tagColumn + 1}`;
    case 'separator':
      return format.separator === 'tab' ? 'separated by tabs' : 'separated by spaces';
    case 'scheme':
      return format.scheme;
    case 'encoding':
      return encodingNames[format.encoding];
  }
}

function isOverruled({ format, detected }: CorpusFile, choice: Choice): boolean {
  const keys = choice === 'columns' ? (['columns', 'wordColumn', 'tagColumn'] as const) : [choice];
  return keys.some((key) => format[key] !== detected[key]);
}

function capitalise(text = ''): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

export const encodingNames = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Latin-1 (Windows-1252)',
  'utf-16le': 'UTF-16, little endian',
  'utf-16be': 'UTF-16, big endian',
} as const;
