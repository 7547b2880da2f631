import type { Annotation, PartialReading, TextReading } from '../infer/annotation';
import type { ScoreReport } from '../ner/scores';
import type { CorpusId, ModelId, ModelRecord } from '../storage/records';
import type { AnnotationFormat } from '../ner/annotation-formats';
import type { ReportProgress } from './progress';

/** Calls of `infer.worker`: onnxruntime-web only, never TensorFlow.js. */
export interface InferCalls {
  /** Checks a dropped file (graph, metadata, checksums) and stores it under the name on its card. */
  importModel(file: File, report: ReportProgress): Promise<ModelRecord>;
  /** Reads a stored model's file to hand it on; the card in it has the name that the model has here. */
  readModelFile(id: ModelId): Promise<Blob>;
  /** Loads a stored model; the one before is released. */
  loadModel(id: ModelId, threads: number): Promise<ModelRecord>;
  /**
   * Finds the entities of a raw text; `onPart` hears what a long reading has found so far. A later call, or a call that takes the model
   * away, ends the reading: it then resolves to undefined, and what it read stays known.
   */
  annotate(text: string, onPart: (part: PartialReading) => void): Promise<TextReading | undefined>;
  /** Writes a raw text with its entities as a file; what was read before is not read again. */
  writeAnnotation(text: string, format: AnnotationFormat): Promise<Blob>;
  /** Finds the entities of every text, in order. */
  annotateAll(texts: string[], report: ReportProgress): Promise<Annotation[]>;
  /** Scores the loaded model on a split of a stored corpus. */
  evaluate(
    corpusId: CorpusId,
    split: 'train' | 'dev' | 'test',
    report: ReportProgress,
  ): Promise<ScoreReport>;
  /** Unloads the model, which frees its memory and its threads for training. */
  release(): Promise<void>;
}
