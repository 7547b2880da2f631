import type { ByteSource } from './byte-source';
import type { ColumnFormat, DetectedFormat } from './column-format';
import { detectLayout } from './column-layout';
import { decodeLines } from './decode-text';
import { detectEncoding, encodingNames } from './detect-encoding';
import { isBlank, isComment, isDocumentStart } from './line-kind';
import { RowScanner, type RowLayout } from './row-scanner';
import { SchemeEvidence } from './scheme-evidence';

/** Lines that tell the separator and the columns. */
const LAYOUT_LINES = 20_000;
/** Characters that tell the scheme: the whole of most corpora. */
const SCHEME_CHARACTERS = 8_000_000;

/**
 * How a column file is to be read, with the reasons. What `choice` states is kept and the rest is detected to fit it.
 *
 * @throws Error where the file holds no rows of words and tags, an AbortError once `signal` is aborted.
 */
export async function detectFormat(
  blob: ByteSource,
  name: string,
  choice: Partial<ColumnFormat> = {},
  signal?: AbortSignal,
): Promise<DetectedFormat> {
  const encoding = choice.encoding
    ? {
        encoding: choice.encoding,
        evidence: `${encodingNames[choice.encoding]}, as chosen`,
        ambiguous: false,
      }
    : await detectEncoding(blob, signal);
  const sample = await readSample(blob, encoding.encoding, signal);
  const { layout, evidence, ambiguous } = detectLayout(
    sample.lines.slice(0, LAYOUT_LINES),
    name,
    choice,
  );
  const scheme = choice.scheme
    ? { scheme: choice.scheme, evidence: `${choice.scheme}, as chosen`, ambiguous: false }
    : schemeOf(sample.lines, layout);
  const start = sample.isWhole
    ? ''
    : ` in the first ${sample.lines.length.toLocaleString('en')} lines`;
  return {
    ...layout,
    encoding: encoding.encoding,
    scheme: scheme.scheme,
    evidence: {
      encoding: encoding.evidence,
      ...evidence,
      scheme: scheme.evidence + (choice.scheme ? '' : start),
    },
    ambiguous: [
      ...(encoding.ambiguous ? ['encoding' as const] : []),
      ...ambiguous,
      ...(scheme.ambiguous ? ['scheme' as const] : []),
    ],
  };
}

/** What was detected, for the person: `Four columns, word first and tag last; IOB1, because … . Spaces …; UTF-8, … .` */
export function describeFormat({ evidence }: DetectedFormat): string {
  return `${evidence.columns}; ${evidence.scheme}. ${evidence.separator}; ${evidence.encoding}.`;
}

async function readSample(
  blob: ByteSource,
  encoding: ColumnFormat['encoding'],
  signal: AbortSignal | undefined,
): Promise<{ lines: string[]; isWhole: boolean }> {
  const lines: string[] = [];
  let characters = 0;
  for await (const batch of decodeLines(blob, encoding, { signal })) {
    for (const line of batch) {
      lines.push(line);
      characters += line.length + 1;
    }
    if (characters >= SCHEME_CHARACTERS) return { lines, isWhole: false };
  }
  return { lines, isWhole: true };
}

function schemeOf(lines: readonly string[], layout: RowLayout) {
  const tags = new SchemeEvidence();
  const row = new RowScanner(layout);
  for (const line of lines) {
    if (isBlank(line) || isDocumentStart(line) || isComment(line, layout)) {
      tags.endSentence();
      continue;
    }
    if (row.scan(line)) tags.add(row.tag);
  }
  return tags.verdict();
}
