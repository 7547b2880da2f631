import type { FileReport } from '../../protocol/automation';
import { asColumns } from '../../protocol/format-details';
import type { CorpusFile } from '../../storage/records';
import { rolesOf } from '../format/column-roles';
import { listEvidence } from '../format/format-sentence';
import { openQuestions } from '../format/open-questions';

/** Reports how a file of a corpus was read, for the command line. */
export function reportFile(file: CorpusFile): FileReport {
  const { format, errors, warnings, notes = 0 } = file;
  const columns = asColumns(format);
  return {
    name: file.name,
    split: file.split,
    sentences: file.sentences,
    words: file.words ?? 0,
    entities: file.entities ?? {},
    encoding: format.encoding,
    ...(columns ? { separator: columns.separator } : {}),
    columns: rolesOf(columns ?? {}, columns?.columns ?? 0).map((role) =>
      role === 'none' ? '_' : role,
    ),
    scheme: format.scheme,
    evidence: listEvidence(file),
    questions: openQuestions([file]).map(({ text, readings }) => ({
      text,
      readings: readings.map(({ title }) => title),
    })),
    findings: { errors, warnings, notes },
  };
}
