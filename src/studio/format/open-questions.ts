import type { ColumnFormat } from '../../data/format/column-format';
import type { FormatQuestion, FormatReading } from '../../data/format/detected-format';
import { asColumns } from '../../protocol/format-details';
import type { CorpusFile } from '../../storage/records';

/** A question that files leave open, asked once for all files that share it. */
export interface OpenQuestion extends FormatQuestion {
  key: string;
  /** Names of the files that ask it. */
  files: string[];
}

/** Lists the questions of a corpus' files that the person has not answered, in order of the files. */
export function openQuestions(files: readonly CorpusFile[]): OpenQuestion[] {
  const open = new Map<string, OpenQuestion>();
  for (const { name, detected, choice = {} } of files) {
    for (const question of detected.questions ?? []) {
      if (isSettled(question, choice)) continue;
      const changes = question.readings.map(({ change }) => change);
      const key = `${question.aspect} ${JSON.stringify(changes)}`;
      const same = open.get(key);
      if (same) same.files.push(name);
      else open.set(key, { ...question, key, files: [name] });
    }
  }
  return [...open.values()];
}

/** Tells whether the person's choice settles a question: it decides everything that the first reading decides. */
export function isSettled(
  { readings: [taken] }: FormatQuestion,
  choice: Partial<ColumnFormat>,
): boolean {
  const keys = Object.keys(taken?.change ?? {});
  return keys.length > 0 && keys.every((key) => key in choice);
}

/**
 * Gives a file's choice after a question was answered. If tags are to be read in another way than the detected one, the columns stay as
 * they are: under the new reading nothing else might tell that they hold tags.
 */
export function withAnswer(
  { format, choice = {} }: Pick<CorpusFile, 'format' | 'choice'>,
  { aspect, readings }: FormatQuestion,
  reading: FormatReading,
): Partial<ColumnFormat> {
  const read = aspect === 'tags' && readings[0] !== reading ? asColumns(format) : undefined;
  if (!read) return { ...choice, ...reading.change };
  const { separator, columns, wordColumn, tagColumn } = read;
  return { separator, columns, wordColumn, tagColumn, ...choice, ...reading.change };
}
