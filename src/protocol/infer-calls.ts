import type { Annotation } from '../infer/annotation';
import type { ScoreReport } from '../ner/scores';
import type { CorpusId, ModelId, ModelRecord } from '../storage/records';
import type { ReportProgress } from './progress';

/** Calls of `infer.worker`: onnxruntime-web only, never TensorFlow.js. */
export interface InferCalls {
  /** Checks a dropped file (its own metadata, our operator list, our limits) and stores it. */
  importModel(file: File, report: ReportProgress): Promise<ModelRecord>;
  /** Loads a stored model; the one before is released. */
  loadModel(id: ModelId, threads: number): Promise<ModelRecord>;
  /** Entities of a raw text. One run in flight: a later call makes a waiting one resolve to undefined. */
  annotate(text: string): Promise<Annotation | undefined>;
  /** Entities of every text, in order, none skipped. */
  annotateAll(texts: string[], report: ReportProgress): Promise<Annotation[]>;
  /** Scores the loaded model on a split of a stored corpus. */
  evaluate(
    corpusId: CorpusId,
    split: 'train' | 'dev' | 'test',
    report: ReportProgress,
  ): Promise<ScoreReport>;
  /** Releases the session, so training has the cores. */
  release(): Promise<void>;
}
