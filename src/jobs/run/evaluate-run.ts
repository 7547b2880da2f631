import { tokenClassification } from '../../model/heads/token-classification';
import { Model } from '../../model/model';
import { readWordTable } from '../../model/parameter-store';
import { TagSet } from '../../ner/tag-set';
import type { ReportProgress } from '../../protocol/progress';
import type { RunRecord } from '../../storage/records';
import { updateRun } from '../../storage/runs/runs';
import { distinctPieces } from '../../tokenizer/pack/packed-split';
import { useLayers } from '../../train/apply-recipe';
import { evaluateClassifier } from '../../train/tasks/token-classification/evaluate';
import { chooseMicroBatchPieces } from '../../train/pace/estimate';
import { obtainPack } from './find-run-sources';
import { loadCheckpointState } from './load-checkpoint';
import { loadRunWeights } from './load-run-weights';
import { requireRecord } from '../../storage/require';
import type { RunContext } from './run-context';

/**
 * Scores a run's best epoch on the test split and stores the scores with the run.
 *
 * @throws an AbortError once stopped, or an Error where the corpus was changed since the run trained on it.
 */
export async function evaluateRun(
  { database, device, control }: RunContext,
  run: RunRecord,
  report: ReportProgress,
): Promise<RunRecord> {
  const { encoderId, recipe, labels } = run;
  const { maxPieces } = recipe;
  const encoder = await requireRecord(database, 'encoders', encoderId);
  const state = await loadCheckpointState(database, run.id, 'best');
  const split = await obtainPack(database, run, state.dataHash, 'test', report);
  const { weights, words } = await loadRunWeights(database, run, state);
  const config = useLayers(encoder.config, recipe);
  const microBatchPieces = chooseMicroBatchPieces(config, device.backend.backend);
  const tagSet = new TagSet(labels, recipe.scheme);
  const classifier = Model.create(
    config,
    weights,
    tokenClassification(tagSet.tags.length),
    recipe.seed,
    await readWordTable(words, distinctPieces(split)),
  );
  try {
    const evaluation = evaluateClassifier({
      model: classifier,
      split,
      tagSet,
      maxPieces,
      microBatchPieces,
      control,
    });
    for (;;) {
      const { value, done } = await evaluation.next();
      if (!done) {
        report({ stage: 'Scoring test', done: value.done, total: value.sentences });
        continue;
      }
      if (!value) throw new DOMException('Scoring was stopped.', 'AbortError');
      return await updateRun(database, run.id, { test: value.report });
    }
  } finally {
    classifier.dispose();
  }
}
