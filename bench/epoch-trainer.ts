import { readEncoderWeights } from '../src/model/encoder-folder';
import { readBertConfig } from '../src/model/read-bert-config';
import { readSafetensors } from '../src/model/safetensors/safetensors';
import { Model } from '../src/model/model';
import { tagsToSpans } from '../src/ner/tag-scheme';
import { planEpoch, type MicroBatch } from '../src/train/micro-batches';
import { packSplit } from '../src/tokenizer/pack/pack-split';
import type { PackedSplit } from '../src/tokenizer/pack/packed-split';
import { Vocabulary } from '../src/tokenizer/word-piece/vocabulary';
import { readVocabularyFiles } from '../src/tokenizer/word-piece/vocabulary-files';
import { WordPieceTokenizer } from '../src/tokenizer/word-piece/word-piece';
import { chooseMicroBatchPieces } from '../src/train/pace/estimate';
import type { Task } from '../src/train/task';
import { tokenClassificationTask } from '../src/train/tasks/token-classification/token-classification';
import { RunControl } from '../src/train/run-control';
import { createTrainer } from '../src/train/step/create-trainer';
import type { Trainer } from '../src/train/step/trainer';
import { takeStep } from '../src/train/train-step';
import { answerWith } from './worker-call';

/** What a worker starts with: a column file, `word TAB tag` in IOB2. */
export interface StartEpoch {
  columns: string;
  threads: number;
}

export interface TakeSteps {
  first: number;
  count: number;
}

export interface StepsTaken {
  /** Of the whole epoch. */
  steps: number;
  ms: number;
  pieces: number;
  lastLoss: number;
}

/** The studio's own epoch of a corpus with the bundled encoder and the default recipe, some steps at a time. */
class EpochTrainer {
  readonly #trainer: Trainer;
  readonly #task: Task;
  readonly #batches: MicroBatch[][];

  private constructor(model: Model, task: Task, split: PackedSplit) {
    this.#trainer = createTrainer(model);
    this.#task = task;
    const pieceBudget = chooseMicroBatchPieces(model.config, 'wasm');
    this.#batches = planEpoch(split, { batchSize: 16, pieceBudget }, 1, 0);
  }

  static async create(columns: string): Promise<EpochTrainer> {
    const file = async (name: string) => {
      const response = await fetch(`/models/minilm-l6/${name}`);
      if (!response.ok) throw new Error(`Expected the bundled encoder's ${name}.`);
      return response.blob();
    };
    const config = readBertConfig(JSON.parse(await (await file('config.json')).text()));
    const safetensors = await readSafetensors(await file('model.safetensors'), 'model.safetensors');
    const weights = await readEncoderWeights(safetensors, config);
    const vocabulary = await (await file('vocab.txt')).text();
    const { pieces, lowercase } = readVocabularyFiles({ vocabulary });
    const tokenizer = new WordPieceTokenizer(new Vocabulary(pieces), { lowercase });
    const sentences = columns
      .split(/\n\s*\n/u)
      .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
      .filter((rows) => rows.length > 0)
      .map((rows) => {
        const [words, tags] = [0, 1].map((i) => rows.map((row) => row.trim().split('\t')[i]!));
        return { words: words!, spans: tagsToSpans(tags!), line: 1, startsDocument: false };
      });
    const spans = sentences.flatMap((sentence) => sentence.spans);
    const labels = [...new Set(spans.map(({ label }) => label))].toSorted();
    const { split } = await packSplit(sentences, tokenizer, labels, 128);
    const recipe = { scheme: 'IOB2', maxPieces: 128 } as const;
    const task = tokenClassificationTask({ train: split, dev: split, labels }, recipe);
    const dropout = { hiddenDropout: 0.1, attentionDropout: 0.1 };
    const model = Model.create({ ...config, ...dropout }, weights, task.head, 1);
    return new EpochTrainer(model, task, split);
  }

  async takeSteps({ first, count }: TakeSteps): Promise<StepsTaken> {
    const taken = { steps: this.#batches.length, ms: 0, pieces: 0, lastLoss: 0 };
    for (const [i, microBatches] of this.#batches.slice(first, first + count).entries()) {
      const outcome = await takeStep({
        trainer: this.#trainer,
        task: this.#task,
        microBatches,
        settings: { learningRate: 5e-5, clipNorm: 1 },
        dropout: { seed: 1, step: first + i },
        control: new RunControl(),
        accumulated: { parts: 0, loss: 0 },
      });
      taken.ms += outcome!.elapsedMs;
      taken.pieces += outcome!.pieces;
      taken.lastLoss = outcome!.loss;
    }
    return taken;
  }
}

/** Answers the benchmark's messages; `startEngine` starts the backend with its kernels. */
export function serveEpoch(startEngine: (threads: number) => Promise<void>): void {
  let trainer: EpochTrainer;
  answerWith(async (request: StartEpoch | TakeSteps): Promise<StepsTaken | undefined> => {
    if (!('columns' in request)) return trainer.takeSteps(request);
    await startEngine(request.threads);
    trainer = await EpochTrainer.create(request.columns);
    return undefined;
  });
}
