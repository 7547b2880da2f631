import { CYCLES, SCHEDULE_NAMES, type Cycle, type ScheduleName } from './schedule';
import { TAG_SCHEMES, type TagScheme } from '../ner/tag-scheme';
import type { ChoiceRow, KeyOf, NumberRow, TableOf } from './recipe-field';

/**
 * Settings that a person chooses for a run. The table below gives each field's label, bounds and default.
 *
 * Runs, checkpoints and model files keep recipes. A field added later is therefore optional, and its absence stands for the
 * behaviour before there was one.
 */
export interface TrainRecipe {
  epochs: number;
  /** Sentences in one optimiser step, however it is split into micro-batches. */
  batchSize: number;
  /** Peak of the schedule. */
  learningRate: number;
  /** Factor on the learning rate of the head; undefined or 1 lets it learn as the encoder does. */
  headRate?: number;
  /** Share of all steps that warm up, 0–1. */
  warmupShare: number;
  /** Course of the learning rate; undefined is `linear`. */
  schedule?: ScheduleName;
  /** Stretch that the schedule runs over once; undefined is the whole run. */
  cycle?: Cycle;
  weightDecay: number;
  /** Global gradient norm above which gradients are scaled down; 0 switches clipping off. */
  clipNorm: number;
  /** Length in word pieces at which a sentence is cut, [CLS] and [SEP] included. */
  maxPieces: number;
  /** Scheme that the model's tags are written in. */
  scheme: TagScheme;
  seed: number;
  /** Number of the encoder's lowest layers that are used; undefined uses all. */
  layers?: number;
  /** Dropout rate in place of both of the encoder's; undefined keeps them. */
  dropout?: number;
  /** Number of the lowest layers that, with the embeddings, keep the encoder's weights; undefined or 0 trains everything. */
  frozenLayers?: number;
  /** Epochs without a better dev entity F1 after which the run stops; 0 switches that off. */
  patience: number;
}

const SENTENCES = ['sentence', 'sentences'] as const;
const PIECES = ['word piece', 'word pieces'] as const;
const EPOCHS = ['epoch', 'epochs'] as const;
const STEPS = ['step', 'steps'] as const;

/**
 * Every field of a recipe, in the order in which a person meets them. The page's knobs and drawer, the facts of a run, the command line's
 * options and help, and the check of a file's card are loops over this table: a new field is a row here, a member of `TrainRecipe`, and the
 * place where it acts.
 *
 * Bounds hold for whoever asks for a run, on the page or the command line. They are the widest within which a run makes sense: no upper
 * bound unless a larger value cannot work (a learning rate above 1 moves every weight further than weights are large) or means the same
 * as a smaller one (seeds are 32 bits wide). How many word pieces an encoder can read is known only with the encoder, and checked there.
 */
const TABLE: TableOf<TrainRecipe> = {
  epochs: {
    kind: 'number',
    label: 'Epochs',
    explanation: 'How often every sentence is read.',
    flag: 'epochs',
    placeholder: 'N',
    isWhole: true,
    min: 1,
    step: 1,
    notation: 'plain',
    default: 3,
    knob: Array.from({ length: 10 }, (_, index) => index + 1),
    inDrawer: false,
  },
  batchSize: {
    kind: 'number',
    label: 'Batch size',
    explanation: 'Sentences read before each update of the weights.',
    flag: 'batch-size',
    placeholder: 'N',
    isWhole: true,
    min: 1,
    step: 1,
    notation: 'plain',
    unit: SENTENCES,
    default: 16,
  },
  learningRate: {
    kind: 'number',
    label: 'Learning rate',
    explanation: 'How far an update moves the weights, at its highest.',
    flag: 'lr',
    placeholder: 'RATE',
    isWhole: false,
    min: 0,
    max: 1,
    step: 'any',
    notation: 'power',
    default: 5e-5,
    knob: [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 4e-4, 6e-4],
  },
  headRate: {
    kind: 'number',
    label: 'Head’s learning rate',
    explanation:
      'The head begins from nothing, so it may learn this many times as fast as the encoder.',
    flag: 'head-rate',
    placeholder: 'X',
    isWhole: false,
    min: 0,
    step: 'any',
    notation: 'factor',
    absent: 1,
  },
  warmupShare: {
    kind: 'number',
    label: 'Warm-up',
    explanation: 'The learning rate rises from 0 in these steps, then falls evenly to 0.',
    flag: 'warm-up',
    placeholder: 'SHARE',
    isWhole: false,
    min: 0,
    max: 1,
    step: 0.01,
    notation: 'share',
    unit: STEPS,
    default: 0.1,
  },
  schedule: {
    kind: 'choice',
    label: 'Schedule',
    explanation:
      'The course of the learning rate over the steps: what it does after the warm-up, and how it gets there.',
    flag: 'schedule',
    choices: SCHEDULE_NAMES,
    absent: 'linear',
  },
  cycle: {
    kind: 'choice',
    label: 'Cycle',
    explanation: 'The schedule runs once over the whole run, or anew in each epoch.',
    flag: 'cycle',
    choices: CYCLES,
    absent: 'run',
  },
  weightDecay: {
    kind: 'number',
    label: 'Weight decay',
    explanation: 'How strongly each update pulls the weights towards 0.',
    flag: 'weight-decay',
    placeholder: 'RATE',
    isWhole: false,
    min: 0,
    max: 1,
    step: 0.001,
    notation: 'plain',
    default: 0.01,
  },
  clipNorm: {
    kind: 'number',
    label: 'Gradient clipping',
    explanation: 'A gradient with a larger norm is scaled down to this one; 0 switches it off.',
    flag: 'clip-norm',
    placeholder: 'NORM',
    isWhole: false,
    min: 0,
    step: 0.1,
    notation: 'norm',
    zero: 'off',
    default: 1,
  },
  maxPieces: {
    kind: 'number',
    label: 'Max length',
    explanation: 'Longer sentences are cut here; [CLS] and [SEP] count.',
    flag: 'max-pieces',
    placeholder: 'N',
    isWhole: true,
    min: 8,
    step: 1,
    notation: 'plain',
    unit: PIECES,
    default: 128,
  },
  scheme: {
    kind: 'choice',
    label: 'Tag scheme',
    explanation: 'How the model writes where an entity begins and ends.',
    flag: 'scheme',
    choices: TAG_SCHEMES,
    default: 'IOB2',
  },
  seed: {
    kind: 'number',
    label: 'Seed',
    explanation: 'Start of all random numbers: the same seed makes the same choices.',
    flag: 'seed',
    placeholder: 'N',
    isWhole: true,
    min: 0,
    max: 2 ** 32 - 1,
    step: 1,
    notation: 'plain',
    default: 1,
  },
  patience: {
    kind: 'number',
    label: 'Early stopping: patience',
    explanation:
      'Stops after this many epochs without a better entity F1 on dev; 0 switches it off.',
    flag: 'patience',
    placeholder: 'N',
    isWhole: true,
    min: 0,
    step: 1,
    notation: 'plain',
    unit: EPOCHS,
    zero: 'off',
    default: 0,
  },
  layers: {
    kind: 'number',
    label: 'Layers used',
    explanation: 'The lowest layers of the encoder. Fewer are faster and smaller, and find less.',
    flag: 'layers',
    placeholder: 'N',
    isWhole: true,
    min: 1,
    step: 1,
    notation: 'plain',
    absent: 'all',
    inDrawer: false,
  },
  frozenLayers: {
    kind: 'number',
    label: 'Frozen layers',
    explanation:
      'The embeddings and this many of the lowest layers stay as they are; 0 trains all.',
    flag: 'frozen-layers',
    placeholder: 'N',
    isWhole: true,
    min: 0,
    step: 1,
    notation: 'plain',
    zero: 'none',
    absent: 0,
  },
  dropout: {
    kind: 'number',
    label: 'Dropout',
    explanation:
      'Share of values that training sets to 0 at random, so that less is learnt by heart.',
    flag: 'dropout',
    placeholder: 'SHARE',
    isWhole: false,
    min: 0,
    below: 1,
    step: 0.01,
    notation: 'plain',
    absent: 'the encoder’s',
  },
};

export type NumberField = NumberRow & {
  key: KeyOf<TrainRecipe, number>;
  default?: number;
  absent?: number | string;
};
export type ChoiceField = ChoiceRow & {
  key: KeyOf<TrainRecipe, string>;
  default?: string;
  absent?: string;
};

/** One row of the table with its key, for those who loop over them. */
export type RecipeField = NumberField | ChoiceField;

/** The rows of the table, each with its key. */
export const RECIPE_FIELDS: readonly RecipeField[] = Object.entries(TABLE).map(
  ([key, row]) => ({ key, ...row }) as RecipeField,
);
