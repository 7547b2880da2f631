import type { ByteSource } from '../format/byte-source';
import { completeFormat, type ColumnFormat, type CompleteFormat } from '../format/column-format';
import { type DetectedColumns, type FormatQuestion } from '../format/detected-format';
import type { FileEncoding } from '../format/source-format';
import { decodeLines, type LineEnds } from '../format/decode-text';
import { detectEncoding, nameOfEncoding, type DetectedEncoding } from './detect-encoding';
import { detectLayout } from './detect-layout';
import { CommentRule, isBlank, isDocumentStart, isSentenceMark } from '../format/line-kind';
import { RowScanner } from '../format/row-scanner';
import { SchemeEvidence } from './scheme-evidence';
import { TagNotation, type ReadTag } from '../format/tag-notation';

/** Lines that tell the separator and the columns. */
const LAYOUT_LINES = 20_000;
/** Different tags that are remembered while the scheme is told. */
const MOST_TAGS = 10_000;
/** Characters that tell the scheme: the whole of most corpora. */
const SCHEME_CHARACTERS = 8_000_000;

/**
 * Detects how a column file is read, with the reasons, and with a question for each choice that the file does not decide. Parts that
 * `choice` states are kept and no longer asked; the rest is detected to fit them.
 *
 * @throws Error where the file holds no rows of words and tags, an AbortError once `signal` is aborted.
 */
export async function detectColumns(
  blob: ByteSource,
  name: string,
  choice: Partial<ColumnFormat> = {},
  signal?: AbortSignal,
): Promise<DetectedColumns> {
  const encoding: DetectedEncoding = choice.encoding
    ? {
        encoding: choice.encoding,
        evidence: `${nameOfEncoding(choice.encoding)}, as chosen`,
        ambiguous: false,
      }
    : await detectEncoding(blob, signal);
  const sample = await readSample(blob, encoding.encoding, signal);
  const found = detectLayout(sample.lines.slice(0, LAYOUT_LINES), name, choice);
  const { notation } = found.roles.tag;
  const unfinished = completeFormat({
    ...found.layout,
    ...notation.details,
    encoding: encoding.encoding,
    scheme: choice.scheme ?? 'IOB2',
  });
  const scheme = choice.scheme
    ? { scheme: choice.scheme, evidence: `${choice.scheme}, as chosen` }
    : schemeOf(sample.lines, unfinished);
  const start = sample.isWhole
    ? ''
    : ` in the first ${sample.lines.length.toLocaleString('en')} lines`;
  const lines = describeLineEnds(sample.ends);
  const questions = [
    ...found.questions,
    ...notation.questions,
    ...(scheme.question ? [scheme.question] : []),
    ...(encoding.ambiguous ? [encodingQuestion(encoding)] : []),
  ];
  return {
    ...unfinished,
    scheme: scheme.scheme,
    evidence: {
      ...found.evidence,
      encoding: encoding.evidence,
      scheme: scheme.evidence + (choice.scheme ? '' : start),
      ...(notation.evidence === undefined ? {} : { tags: notation.evidence }),
      ...(lines === undefined ? {} : { lines }),
    },
    questions: questions.filter((question) => !isSettled(question, choice)),
  };
}

/** Tells whether a choice says all that a question asks. */
function isSettled({ readings }: FormatQuestion, choice: Partial<ColumnFormat>): boolean {
  const asked = Object.keys(readings[0]?.change ?? {}) as (keyof ColumnFormat)[];
  return asked.length > 0 && asked.every((key) => choice[key] !== undefined);
}

interface Sample {
  lines: string[];
  ends: LineEnds;
  isWhole: boolean;
}

async function readSample(
  blob: ByteSource,
  encoding: ColumnFormat['encoding'],
  signal: AbortSignal | undefined,
): Promise<Sample> {
  const lines: string[] = [];
  const ends: LineEnds = { plain: 0, carriageReturn: 0, doubled: 0 };
  let characters = 0;
  for await (const batch of decodeLines(blob, encoding, { signal }, ends)) {
    for (const line of batch) {
      lines.push(line);
      characters += line.length + 1;
    }
    if (characters >= SCHEME_CHARACTERS) return { lines, ends, isWhole: false };
  }
  return { lines, ends, isWhole: true };
}

/** Describes line ends; undefined where every line ends in LF or CR LF. */
function describeLineEnds({ plain, carriageReturn, doubled }: LineEnds): string | undefined {
  const total = (plain + carriageReturn + doubled).toLocaleString('en');
  const ending = (count: number, how: string) =>
    count > 0 ? [`${count.toLocaleString('en')} of ${total} lines end in ${how}`] : [];
  const parts = [
    ...ending(carriageReturn, 'CR alone'),
    ...ending(doubled, 'more than one CR before an LF'),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function encodingQuestion({ encoding, evidence }: DetectedEncoding): FormatQuestion {
  const other: FileEncoding = encoding === 'utf-8' ? 'windows-1252' : 'utf-8';
  return {
    aspect: 'encoding',
    text: `Which encoding is it? ${evidence}.`,
    readings: [encoding, other].map((each) => ({
      title: nameOfEncoding(each),
      change: { encoding: each },
    })),
  };
}

function schemeOf(lines: readonly string[], format: CompleteFormat) {
  const tags = new SchemeEvidence();
  const notation = new TagNotation(format);
  const known = new Map<string, ReadTag>();
  const read = (tag: string) => {
    let found = known.get(tag);
    if (!found) {
      found = notation.read(tag);
      if (known.size < MOST_TAGS) known.set(tag, found);
    }
    return found;
  };
  const row = new RowScanner(format, notation);
  const comments = new CommentRule(format, notation);
  let isHeader = format.hasHeader;
  for (const line of lines) {
    const isRow = !isBlank(line, format.separator) && !isSentenceMark(line);
    if (!isRow || isDocumentStart(line) || comments.isComment(line)) {
      tags.endSentence();
    } else if (isHeader) {
      isHeader = false;
    } else if (row.scan(line)) {
      tags.add(read(row.tag));
    }
  }
  return tags.verdict();
}
