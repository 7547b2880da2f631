import { decodeLines } from '../../data/format/decode-text';
import { DrawnSplits } from '../../data/corpus/drawn-splits';
import { CorpusCheck } from '../../data/findings/corpus-check';
import { FixPlanner } from '../../data/fixes/fix-planner';
import type { FixRule } from '../../data/fixes/fix-rule';
import { EditList, LineEdits, type FileEdits } from '../../data/fixes/line-edits';
import { readerOf } from '../../data/sources/source-readers';
import type { ReportProgress } from '../../protocol/progress';
import { walkCorpus, type CorpusText } from '../corpus/corpus-text';

/** Plans the edits that a rule makes in a corpus as the fixes made before leave it; at most 200,000 lines. */
export async function planFix(
  text: CorpusText,
  splits: DrawnSplits | undefined,
  rule: FixRule,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<FileEdits[]> {
  const check = new CorpusCheck();
  if (rule.do === 'delete-twins' || rule.do === 'one-label') {
    await walkCorpus(text, splits, {
      stage: 'Looking for the places',
      report,
      signal,
      take: (sentences) => {
        for (const sentence of sentences) check.add(sentence);
      },
    });
  }
  const planner = new FixPlanner(rule, check);
  const notations = text.files.map(({ format }) => readerOf(format).notationOf(format));
  await walkCorpus(text, splits, {
    stage: 'Looking for the rows',
    report,
    signal,
    hear: (file, line, finding) => planner.hear(file, line, finding),
    take: (sentences) => {
      for (const { file, sentence, rows } of sentences) {
        const { scheme } = text.files[file]!.format;
        planner.visit(file, sentence, rows, scheme, notations[file]!);
      }
    },
  });

  const edits: FileEdits[] = [];
  for (const [file, changes] of planner.changes) {
    const { blob, format } = text.files[file]!;
    const before = new LineEdits(text.edits.filter((each) => each.file === file));
    const reader = readerOf(format);
    const list = new EditList(planner.removes);
    let line = 0;
    for await (const lines of decodeLines(blob, format.encoding, { signal })) {
      for (const current of before.apply(lines)) {
        const change = changes.get(++line);
        if (!change || current === undefined) continue;
        const after = reader.rewrite(current, change, format);
        if (after !== current) list.add(line, current, after);
      }
    }
    if (list.length > 0) edits.push(list.edits(file));
  }
  return edits.sort((a, b) => a.file - b.file);
}
