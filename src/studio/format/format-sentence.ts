import type { ColumnFormat, Separator } from '../../data/format/column-format';
import type { DetectedFormat, FormatAspect } from '../../data/format/detected-format';
import type { FileEncoding, SourceFormat } from '../../data/format/source-format';
import type { FormatPreview } from '../../protocol/data-calls';
import { asColumns, completeFormat, PLAIN_DETAILS } from '../../protocol/format-details';
import type { CorpusFile } from '../../storage/records';
import { countOf, formatCount, joinWords } from '../parts/quantities';

/** Aspects in the order of the description, one sentence a row: `columns; scheme; tags. sentences. separator; lines; encoding.` */
const SENTENCES_OF_ASPECTS: readonly (readonly FormatAspect[])[] = [
  ['columns', 'scheme', 'tags'],
  ['sentences'],
  ['separator', 'lines', 'encoding'],
];

/** Keys of a format that each aspect is about. */
const KEYS_OF_ASPECT: Record<FormatAspect, readonly (keyof ColumnFormat)[]> = {
  columns: ['columns', 'wordColumn', 'tagColumn', 'indexColumn', 'hasHeader', 'tagKey'],
  scheme: ['scheme'],
  tags: ['markSide', 'joint', 'isLowerCase', 'doubledMark', 'outside', 'typeName'],
  sentences: ['sentenceColumn', 'sentenceEnd'],
  separator: ['separator', 'isQuoted', 'isPadded'],
  lines: [],
  encoding: ['encoding'],
};

/** Describes how a file was read and why, as sentences: `Four columns, word first and tag last; IOB1, because …. Spaces …; UTF-8.` */
export function describeFileFormat(file: CorpusFile): string {
  return SENTENCES_OF_ASPECTS.map((aspects) =>
    aspects.flatMap((aspect) => describeAspect(file, aspect) ?? []),
  )
    .filter((parts) => parts.length > 0)
    .map((parts) => `${capitalise(parts.join('; '))}.`)
    .join(' ');
}

/** Lists the reasons for what was detected, a sentence each. */
export function listReasons({ evidence }: DetectedFormat): string[] {
  return SENTENCES_OF_ASPECTS.flat().flatMap((aspect) => {
    const reason = evidence[aspect];
    return reason === undefined ? [] : `${capitalise(trimmed(reason))}.`;
  });
}

/** Lists how a file was read and why, one sentence for each aspect. */
export function listEvidence(file: CorpusFile): string[] {
  return SENTENCES_OF_ASPECTS.flat()
    .flatMap((aspect) => describeAspect(file, aspect) ?? [])
    .map((text) => `${capitalise(text)}.`);
}

/** `24 sentences, 185 words, 41 entities: PER 16, LOC 14 and ORG 11.`, with what was not read or not looked at. */
export function describeCounts(preview: FormatPreview): string {
  const { sentences, words, entities, errors, lines, isWhole } = preview;
  const types = Object.entries(entities).sort(([, a], [, b]) => b - a);
  const total = types.reduce((sum, [, count]) => sum + count, 0);
  const named = types.slice(0, 8).map(([type, count]) => `${type} ${formatCount(count)}`);
  if (types.length > named.length) named.push(`${types.length - named.length} more types`);
  const counts = [
    countOf(sentences, 'sentence'),
    countOf(words, 'word'),
    countOf(total, 'entity', 'entities'),
  ].join(', ');
  const start = isWhole ? '' : `In the first ${formatCount(lines)} lines: `;
  const list = named.length > 0 ? `: ${joinWords(named)}` : '';
  const left =
    errors > 0
      ? ` ${countOf(errors, 'row')} with errors would be left out until they are fixed.`
      : '';
  return `${start}${counts}${list}.${left}`;
}

function describeAspect(file: CorpusFile, aspect: FormatAspect): string | undefined {
  const choice = describeChoice(file, aspect);
  if (choice !== undefined && isOverruled(file, aspect)) return `${choice}, as you chose`;
  const reason = file.detected.evidence[aspect];
  const chosen = KEYS_OF_ASPECT[aspect].filter((key) => file.choice?.[key] !== undefined);
  if (chosen.length === 0) return reason === undefined ? undefined : trimmed(reason);
  const plain: Partial<ColumnFormat> = PLAIN_DETAILS;
  const isUsual = chosen.every((key) => String(file.choice?.[key]) === String(plain[key]));
  if (reason === undefined && isUsual) return undefined; // nothing that is worth a word
  const read = reason === undefined ? choice : trimmed(reason);
  return read === undefined ? undefined : `${read.replace(/, as chosen$/u, '')}, as you chose`;
}

/** Says what was chosen for an aspect; undefined where the file's kind has no such aspect. */
function describeChoice({ format }: CorpusFile, aspect: FormatAspect): string | undefined {
  if (aspect === 'scheme') return format.scheme;
  if (aspect === 'encoding' || aspect === 'lines') return ENCODING_TITLES[format.encoding];
  const columns = asColumns(format);
  return columns && describeColumns(columns, aspect);
}

function describeColumns(
  format: ColumnFormat,
  aspect: Exclude<FormatAspect, 'scheme' | 'encoding' | 'lines'>,
): string {
  const { sentenceColumn, sentenceEnd, ...complete } = completeFormat(format);
  switch (aspect) {
    case 'columns':
      return `${format.columns} columns, word in column ${format.wordColumn + 1} and tag in column ${format.tagColumn + 1}`;
    case 'tags':
      return complete.markSide === 'alone'
        ? `tags without a label, so every entity is of type ${complete.typeName}`
        : `tags as in ${exampleTag(complete)}, ${joinWords(complete.outside)} outside of entities`;
    case 'sentences':
      return sentenceColumn === null
        ? SENTENCE_END_NAMES[sentenceEnd]
        : `sentences as column ${sentenceColumn + 1} marks them`;
    case 'separator':
      return `${SEPARATOR_TITLES[format.separator]} between columns`;
  }
}

/** Writes a tag in a notation: `B-PER`, `PER_B`. */
export function exampleTag({ markSide, joint }: { markSide: string; joint: string }): string {
  if (markSide === 'alone') return 'B';
  return markSide === 'before' ? `B${joint}PER` : `PER${joint}B`;
}

function isOverruled({ format, detected }: CorpusFile, aspect: FormatAspect): boolean {
  const [chosen, found] = [withDetails(format), withDetails(detected)];
  return KEYS_OF_ASPECT[aspect].some((key) => String(chosen[key]) !== String(found[key]));
}

function withDetails(format: SourceFormat): Partial<Record<keyof ColumnFormat, unknown>> {
  return { ...PLAIN_DETAILS, ...format };
}

function trimmed(reason: string): string {
  return reason.trim().replace(/\.$/u, '');
}

function capitalise(text = ''): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Sentence ends to choose from. */
export const SENTENCE_END_TITLES = {
  'empty-line': 'an empty line',
  'full-stop': 'an empty line or a full stop',
  index: 'an index that begins again',
} as const;

const SENTENCE_END_NAMES = {
  'empty-line': 'an empty line ends a sentence',
  'full-stop': 'an empty line or a full stop ends a sentence',
  index: 'an index that begins again begins a sentence',
} as const;

export const SEPARATOR_TITLES: Record<Separator, string> = {
  tab: 'TABs',
  space: 'spaces',
  comma: 'commas',
  semicolon: 'semicolons',
  pipe: 'vertical bars',
  blank: 'any blanks',
};

export const ENCODING_TITLES: Record<FileEncoding, string> = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Latin-1 (Windows-1252)',
  'utf-16le': 'UTF-16, little endian',
  'utf-16be': 'UTF-16, big endian',
};
