import type { ColumnFormat } from '../data/format/column-format';
import type { ChosenFormat } from '../data/format/detected-format';
import type { Annotation } from '../infer/annotation';
import type { ScoreReport } from '../ner/scores';
import type { SplitName } from '../ner/sentence';
import type { CorpusRecord, ModelRecord, RunRecord } from '../storage/records';
import type { PresetName } from '../recipe/presets';
import type { TrainRecipe } from '../recipe/recipe';
import type { DroppedFile } from './dropped-file';
import type { BackendReport } from './train-calls';

/** A file, with its path where it came in a folder. Corpora may be packed as `.zip` or `.gz`. */
export type GivenFile = File | DroppedFile;

/** A training run from files to a verified model, without a hand on the mouse. */
export interface TrainOrder {
  /** Files by split; where dev is missing, it is a tenth of train. Names and folders of files given `together` say which split they are. */
  files: Partial<Record<SplitName | 'together', GivenFile[]>>;
  /** Name of an encoder that comes with the page, or the files of a Hugging Face folder. */
  encoder: string | GivenFile[];
  /** Recipe of the page's own for the encoder; absent, it is the thorough one. */
  preset?: PresetName;
  /** Fields of the recipe that overrule the page's own. */
  recipe: Partial<TrainRecipe>;
  /** Number of sentences to keep of each split, from its beginning; all where it is absent. */
  limit?: number;
  /** Whether rows with errors are left out; otherwise they end the order. */
  dropErrors: boolean;
  /** Parts of the format that hold for all files; the rest is detected. */
  format?: FormatChoice;
}

export interface TrainOutcome {
  corpus: Omit<CorpusRecord, 'files'>;
  run: RunRecord;
  /** Model file that was made; absent where the run failed. */
  model?: ModelRecord;
}

/** Parts of a format that can be stated for files. */
export type FormatChoice = ChosenFormat;

/** A report of how one file is read; nothing is trained. */
export interface FileReport {
  name: string;
  /** Split that its name states; train where it states none. */
  split: SplitName;
  sentences: number;
  words: number;
  /** Entities by type. */
  entities: Record<string, number>;
  encoding: ColumnFormat['encoding'];
  /** Separator between columns; absent where the file has no columns. */
  separator?: ColumnFormat['separator'];
  /** Role of each column: word, tag, index, sentence, or `_` where it is not used. */
  columns: string[];
  scheme: ColumnFormat['scheme'];
  /** Reasons for reading it so, a sentence for each decision. */
  evidence: string[];
  /** Questions that the file leaves open; the reading that was taken stands first. */
  questions: { text: string; readings: string[] }[];
  findings: { errors: number; warnings: number; notes: number };
}

/** Facts of an encoder, as the command line lists them. */
export interface EncoderReport {
  name: string;
  /** Place where it lies: beside the page, or in a folder. */
  from: 'page' | 'folder';
  /** Languages in words; null where a folder does not say. */
  languages: string | null;
  layers: number;
  hidden: number;
  isCased: boolean;
  licence: string | null;
  /** Bytes that every text needs, and of all its files. */
  bytes: number;
  allBytes: number;
}

/** A line of progress: what is done now, for a terminal. */
export type Tell = (line: string) => void;

/** The studio's own calls, which the page offers as `globalThis.tagwerk` to the command line and the browser's console. */
export interface Automation {
  /** Starts the backend that the page's address asks for. @throws where it cannot run here. */
  backend(): Promise<BackendReport>;
  train(order: TrainOrder, tell: Tell): Promise<TrainOutcome>;
  /** Reads an encoder's folder and tells its facts. @throws the refusal where it cannot be read. */
  describeEncoder(files: GivenFile[], tell: Tell): Promise<EncoderReport>;
  /** Reads files and says how. @throws the refusal of the first that cannot be read. */
  read(files: GivenFile[], format: FormatChoice, tell: Tell): Promise<FileReport[]>;
  /** Reads a model file and makes it the one in use. */
  useModel(file: File, tell: Tell): Promise<ModelRecord>;
  /** Scores the model in use on the sentences of files. */
  evaluate(
    files: GivenFile[],
    options: { limit?: number; dropErrors: boolean; format?: FormatChoice },
    tell: Tell,
  ): Promise<ScoreReport>;
  /** Tags texts with the model in use. */
  predict(texts: string[]): Promise<Annotation[]>;
  /** Returns the files of a field that the command line has filled, with the paths it was given. */
  lent(fieldId: string): DroppedFile[];
  /** Reads a model's file. */
  readModel(id: string): Promise<Blob>;
}
