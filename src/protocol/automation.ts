import type { Annotation } from '../infer/annotation';
import type { ScoreReport } from '../ner/scores';
import type { SplitName } from '../ner/sentence';
import type { CorpusRecord, ModelRecord, RunRecord } from '../storage/records';
import type { TrainRecipe } from '../train/recipe';
import type { DroppedFile } from './dropped-file';
import type { BackendReport } from './train-calls';

/** A file, with its path where it came in a folder. Corpora may be packed as `.zip` or `.gz`. */
export type GivenFile = File | DroppedFile;

/** A training run from files to a verified model, without a hand on the mouse. */
export interface TrainOrder {
  /** Files by split; without dev, a tenth of train. Of files that come `together`, names and folders say which split they are. */
  files: Partial<Record<SplitName | 'together', GivenFile[]>>;
  /** `minilm-l6`, or the files of a Hugging Face folder. */
  encoder: string | GivenFile[];
  /** What differs from the defaults. */
  recipe: Partial<TrainRecipe>;
  /** Only the first sentences of each split. */
  limit?: number;
  /** Leave out rows with errors; else they end the order. */
  dropErrors: boolean;
}

export interface TrainOutcome {
  corpus: Omit<CorpusRecord, 'files'>;
  run: RunRecord;
  /** Absent where the run failed. */
  model?: ModelRecord;
}

/** A line of progress: what is done now, for a terminal. */
export type Tell = (line: string) => void;

/** What the page offers as `globalThis.tagwerk`: the studio's own calls, for the command line and the curious. */
export interface Automation {
  /** Starts the backend that the page's address asks for. @throws where it cannot run here. */
  backend(): Promise<BackendReport>;
  train(order: TrainOrder, tell: Tell): Promise<TrainOutcome>;
  /** Reads a model file and makes it the one in use. */
  useModel(file: File, tell: Tell): Promise<ModelRecord>;
  /** Scores the model in use on the sentences of files. */
  evaluate(
    files: GivenFile[],
    options: { limit?: number; dropErrors: boolean },
    tell: Tell,
  ): Promise<ScoreReport>;
  /** Tags texts with the model in use. */
  predict(texts: string[]): Promise<Annotation[]>;
  /** The files of a field that the command line has filled, with the paths it was given. */
  lent(fieldId: string): DroppedFile[];
  /** A model's file. */
  readModel(id: string): Promise<Blob>;
}
