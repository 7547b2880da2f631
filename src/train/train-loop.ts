import type { Model } from '../model/model';
import { WORD_TABLE_KEY } from '../model/word-table';
import { planEpoch, type MicroBatch } from './micro-batches';
import type { PackedSplit } from '../tokenizer/pack/packed-split';
import { judgeEpoch } from './best-epoch';
import { alignRows } from './checkpoint/align-rows';
import {
  START_POSITION,
  type CheckpointState,
  type RunPosition,
} from './checkpoint/checkpoint-state';
import type { Precision } from '../recipe/precision';
import type { TrainRecipe } from '../recipe/recipe';
import type { NumbersByKey } from './optimizer/optimizer-state';
import type { RunControl } from './run-control';
import { RunPace } from './pace/run-pace';
import { planSchedule, type Schedule } from '../recipe/schedule';
import type { Task } from './task';
import type { TrainEvent } from './train-event';
import { takeStep, type Accumulation } from './train-step';
import { createTrainer } from './step/create-trainer';
import { mapSlots } from './step/kept-rows';
import { trainedParameters } from './step/trained-parameters';
import type { Trainer } from './step/trainer';

export interface TrainOptions {
  /** Model with the weights to start from: the encoder's, or the checkpoint's. Its configuration's dropout rates are the run's. */
  model: Model;
  task: Task;
  /** Training split, which epochs are planned over; the task takes its batches from the same. */
  train: PackedSplit;
  /** Labels that the splits were packed with. */
  labels: readonly string[];
  /** SHA-256 of the corpus that the splits were packed from. */
  dataHash: string;
  recipe: TrainRecipe;
  /** Largest micro-batch in pieces; it changes memory and speed, not the result. */
  microBatchPieces: number;
  control: RunControl;
  /** Precision of a step on a GPU; a CPU takes no notice of it. */
  precision?: Precision;
  /** Checkpoint to resume from; `classifier` must already hold its weights. */
  resumeFrom?: Pick<
    CheckpointState,
    'wordIds' | 'optimizer' | 'lossScale' | 'accumulated' | 'position'
  >;
}

/**
 * Fine-tuning as a stream of events. While its consumer holds an event, or its control lets it rest, nothing moves: that is the time for a
 * snapshot.
 *
 * The data order is decided by (seed, epoch) and dropout by (seed, step, place), so a run that goes on from a snapshot takes the same
 * steps as one that was never interrupted.
 */
export class TrainingRun {
  readonly #options: TrainOptions;
  readonly #trainer: Trainer;
  readonly #position: RunPosition;
  readonly #schedule: Schedule;
  readonly #pace = new RunPace();
  readonly #accumulated: Accumulation = { parts: 0, loss: 0 };

  /** @throws where the checkpoint does not fit the model. */
  constructor(options: TrainOptions) {
    const { model, task, train, recipe, resumeFrom } = options;
    this.#options = options;
    this.#position = { ...(resumeFrom?.position ?? START_POSITION) };
    this.#schedule = planSchedule(train.sentences, recipe);
    const { precision = 'f32' } = options;
    this.#trainer = createTrainer(model, recipe, { precision, loss: task.loss });
    if (!resumeFrom) return;
    try {
      this.#resume(resumeFrom);
    } catch (error) {
      this.#trainer.dispose();
      throw error;
    }
  }

  get position(): Readonly<RunPosition> {
    return this.#position;
  }

  /** Whether all epochs are trained and evaluated, or patience has ended: the run takes no further step. */
  get isOver(): boolean {
    return this.#position.epochsDone >= this.#options.recipe.epochs || this.#isOutOfPatience();
  }

  /** Name of the run's present state, different from that of any other. */
  get mark(): string {
    const { epochsDone, step } = this.#position;
    return `${epochsDone} epochs, ${step} steps, ${this.#accumulated.parts} parts`;
  }

  /** Reads everything that the run can resume from; only while it stands still. */
  async snapshot(): Promise<CheckpointState> {
    const { gradients, ...kept } = await this.#trainer.state();
    const state = { ...(await this.snapshotWeights()), ...kept };
    const { parts, loss } = this.#accumulated;
    // Gradients that overflowed in half precision are not kept: the step will begin anew with a smaller loss scale.
    if (!gradients || ![...gradients.values()].every(areFinite)) return state;
    const { microBatchPieces } = this.#options;
    return { ...state, accumulated: { parts, loss, microBatchPieces, gradients } };
  }

  /** Reads the trained weights without the optimiser's state, a third of the bytes: what the best epoch is kept as. */
  async snapshotWeights(): Promise<CheckpointState> {
    const { model, recipe, labels, dataHash } = this.#options;
    const position = { ...this.#position };
    const { config, words } = model;
    const trained = trainedParameters(model, recipe);
    const weights = new Map([...(await model.weights())].filter(([key]) => trained.has(key)));
    return {
      weights,
      ...(words && weights.has(WORD_TABLE_KEY) ? { wordIds: words.ids } : {}),
      ...{ position, recipe, labels, config, dataHash },
    };
  }

  /** Frees the optimiser's state and the gradients of an unfinished step; the model stays the caller's. */
  dispose(): void {
    this.#trainer.dispose();
  }

  /**
   * Trains to the end, to a stop, or until patience ends; `done` comes last.
   *
   * @throws DivergenceError with the weights as they were before the step that failed.
   */
  async *events(): AsyncGenerator<TrainEvent, void> {
    const { recipe, train } = this.#options;
    while (!this.isOver) {
      const plan = planEpoch(train, this.#batchLimits(), recipe.seed, this.#position.epochsDone);
      const finished = (yield* this.#trainEpoch(plan)) && (yield* this.#evaluateEpoch());
      if (!finished) {
        yield this.#done('stopped');
        return;
      }
    }
    yield this.#done(this.#position.epochsDone < recipe.epochs ? 'early-stopping' : 'finished');
  }

  /** @returns false where it was stopped. */
  async *#trainEpoch(plan: readonly MicroBatch[][]): AsyncGenerator<TrainEvent, boolean> {
    const { task, recipe, control } = this.#options;
    const position = this.#position;
    for (const microBatches of plan.slice(position.cursor)) {
      const { learningRateFactor, ...scheduled } = this.#schedule.at(position.step);
      const learningRate = recipe.learningRate * learningRateFactor;
      const outcome = await takeStep({
        trainer: this.#trainer,
        task,
        microBatches,
        settings: { ...scheduled, learningRate, clipNorm: recipe.clipNorm },
        dropout: { seed: recipe.seed, step: position.step },
        control,
        accumulated: this.#accumulated,
      });
      if (!outcome) return false;
      position.step++;
      position.cursor++;
      this.#pace.countStep(outcome.pieces, outcome.elapsedMs);
      yield {
        kind: 'step',
        step: position.step,
        steps: this.#schedule.steps,
        epoch: position.epochsDone + 1,
        loss: outcome.loss,
        learningRate,
        piecesPerSecond: this.#pace.piecesPerSecond,
        gradientNorm: outcome.gradientNorm,
      };
    }
    return true;
  }

  /** @returns false where it was stopped. */
  async *#evaluateEpoch(): AsyncGenerator<TrainEvent, boolean> {
    const { task, dataHash, recipe, microBatchPieces, model, control } = this.#options;
    const position = this.#position;
    const epoch = position.epochsDone + 1;
    const startedAt = performance.now() - control.pausedMs;
    const evaluation = task.evaluate(model, { microBatchPieces, control });
    let next = await evaluation.next();
    while (!next.done) {
      yield { kind: 'evaluating', epoch, ...next.value };
      next = await evaluation.next();
    }
    if (!next.value) return false;
    const { loss, score, report, predictedTagIds } = next.value;
    const { isBest, isGain } = judgeEpoch({ score, loss }, position);
    if (isBest) {
      position.bestEpoch = epoch;
      position.bestEntityF1 = score;
      position.bestDevLoss = loss;
    }
    // The epoch is over before its score is told, so that a snapshot taken on hearing it begins with the next.
    position.epochsWithoutGain = isGain ? 0 : position.epochsWithoutGain + 1;
    position.epochsDone = epoch;
    position.cursor = 0;
    const evaluated = { kind: 'evaluation', epoch, step: position.step, loss, report } as const;
    yield isBest
      ? {
          ...evaluated,
          isBest,
          predictions: { epoch, dataHash, tagIds: Int16Array.from(predictedTagIds) },
        }
      : { ...evaluated, isBest };
    this.#pace.countEvaluation(performance.now() - control.pausedMs - startedAt);
    const epochsLeft = recipe.epochs - epoch;
    const secondsLeft = this.#pace.secondsLeft(
      epochsLeft * this.#options.train.pieceIds.length,
      epochsLeft,
    );
    yield { kind: 'epoch-end', epoch, step: position.step, secondsLeft };
    return true;
  }

  #resume({
    wordIds,
    optimizer,
    lossScale,
    accumulated,
  }: NonNullable<TrainOptions['resumeFrom']>): void {
    if (!optimizer) {
      throw new Error(
        'This checkpoint holds weights only, as the best one does; go on from the latest, or start a new run from these weights.',
      );
    }
    // A step that was cut otherwise begins anew: its micro-batches are no longer these.
    const isCutAlike = accumulated?.microBatchPieces === this.#options.microBatchPieces;
    const { words } = this.#options.model;
    const align = (numbers: NumbersByKey) => alignRows(numbers, wordIds, words);
    this.#trainer.restore({
      optimizer: mapSlots(optimizer, align),
      ...(lossScale ? { lossScale } : {}),
      ...(isCutAlike ? { gradients: align(accumulated.gradients) } : {}),
    });
    if (!isCutAlike) return;
    const { parts, loss } = accumulated;
    Object.assign(this.#accumulated, { parts, loss });
  }

  #isOutOfPatience(): boolean {
    const { patience } = this.#options.recipe;
    return patience > 0 && this.#position.epochsWithoutGain >= patience;
  }

  #batchLimits() {
    const { recipe, microBatchPieces } = this.#options;
    return { batchSize: recipe.batchSize, pieceBudget: microBatchPieces };
  }

  #done(reason: 'finished' | 'stopped' | 'early-stopping'): TrainEvent {
    return { kind: 'done', reason, bestEpoch: this.#position.bestEpoch };
  }
}

function areFinite(numbers: Float32Array): boolean {
  return numbers.every(Number.isFinite);
}
