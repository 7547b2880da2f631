import type { FormatChoice } from '../protocol/automation';
import { DEFAULT_ENCODER } from '../recipe/bundled-encoders';
import { PRESET_NAMES, type PresetName } from '../recipe/presets';
import type { TrainRecipe } from '../recipe/recipe';
import {
  BACKENDS,
  EVALUATE_OPTIONS,
  PRESET_OPTIONS,
  TRAIN_FILE_OPTIONS,
  TRAIN_RUN_OPTIONS,
} from './command-options';
import { FORMAT_OPTIONS, readFormat } from './format-options';
import { onlyGiven, readCount, readOneOf, readOptions, type OptionTable } from './option-table';
import { readRecipe, RECIPE_OPTIONS } from './recipe-options';
import { UsageError } from './usage-error';

/** Order to train; fields of the recipe that it lacks are those of the page's own recipe for the encoder. */
export interface TrainCommand extends Partial<TrainRecipe> {
  command: 'train';
  train: string[];
  dev: string[];
  test: string[];
  /** Name of an encoder that comes with the page, or a folder. */
  encoder: string;
  preset?: PresetName;
  out?: string;
  limit?: number;
  backend: string;
  threads?: number;
  dropErrors: boolean;
  /** Parts of the files' format that are stated; the rest is detected. */
  format: FormatChoice;
}

export interface EvaluateCommand {
  command: 'evaluate';
  model: string;
  data: string;
  limit?: number;
  dropErrors: boolean;
  format: FormatChoice;
}

export interface ReadCommand {
  command: 'read';
  /** Files and folders. */
  paths: string[];
  format: FormatChoice;
}

export interface PredictCommand {
  command: 'predict';
  model: string;
  /** Sentences to tag; where there are none they come from standard input, one a line. */
  texts: string[];
}

export interface EncodersCommand {
  command: 'encoders';
  /** Folders to describe beside the encoders that come with the page. */
  folders: string[];
}

export interface HelpCommand {
  command: 'help';
}

export type Command =
  TrainCommand | EvaluateCommand | ReadCommand | PredictCommand | EncodersCommand | HelpCommand;

const HELP_COMMAND: HelpCommand = { command: 'help' };

/**
 * Reads the command line: `['read', 'a.conll']` becomes `{ command: 'read', paths: ['a.conll'], format: {} }`.
 *
 * @throws UsageError naming the option, what was expected and what came.
 */
export function readArguments(args: readonly string[]): Command {
  const [command, ...rest] = args;
  switch (command) {
    case 'train':
      return readTrain(rest);
    case 'evaluate':
      return readEvaluate(rest);
    case 'predict':
      return readPredict(rest);
    case 'read':
      return readRead(rest);
    case 'encoders':
      return readEncoders(rest);
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return HELP_COMMAND;
    default:
      throw new UsageError(
        `expected train, evaluate, read, predict or encoders, got "${command}"; see --help`,
      );
  }
}

function readTrain(args: string[]): TrainCommand | HelpCommand {
  const table: OptionTable = {
    ...TRAIN_FILE_OPTIONS,
    ...TRAIN_RUN_OPTIONS,
    ...PRESET_OPTIONS,
    ...RECIPE_OPTIONS,
    ...FORMAT_OPTIONS,
  };
  const given = readOptions(args, table);
  if (given.wantsHelp) return HELP_COMMAND;
  const train = given.texts('train');
  if (train.length === 0) throw new UsageError('train needs --train FILE');
  return {
    command: 'train',
    train,
    dev: given.texts('dev'),
    test: given.texts('test'),
    encoder: readEncoder(given.text('encoder'), given.text('model')),
    backend: readOneOf('--backend', given.text('backend'), BACKENDS) ?? 'auto',
    dropErrors: given.isSet('drop-errors'),
    format: readFormat(given),
    ...readRecipe(given),
    ...onlyGiven({
      preset: readOneOf('--preset', given.text('preset'), PRESET_NAMES),
      limit: readCount('--limit', given.text('limit')),
      threads: readCount('--threads', given.text('threads')),
      out: given.text('out'),
    }),
  };
}

/** Reads the encoder to train, which --model names as well. @throws UsageError where both name one, and not the same. */
function readEncoder(encoder: string | undefined, model: string | undefined): string {
  if (encoder !== undefined && model !== undefined && encoder !== model) {
    throw new UsageError(
      `--model is another word for --encoder: expected one encoder, got "${encoder}" and "${model}"`,
    );
  }
  return encoder ?? model ?? DEFAULT_ENCODER.name;
}

function readEvaluate(args: string[]): EvaluateCommand | HelpCommand {
  const given = readOptions(args, { ...EVALUATE_OPTIONS, ...FORMAT_OPTIONS });
  if (given.wantsHelp) return HELP_COMMAND;
  const [model, ...surplus] = given.positionals;
  if (!model || surplus.length)
    throw new UsageError('evaluate needs one MODEL.onnx and --data FILE');
  const data = given.text('data');
  if (!data) throw new UsageError('evaluate needs --data FILE');
  return {
    command: 'evaluate',
    model,
    data,
    dropErrors: given.isSet('drop-errors'),
    format: readFormat(given),
    ...onlyGiven({ limit: readCount('--limit', given.text('limit')) }),
  };
}

function readRead(args: string[]): ReadCommand | HelpCommand {
  const given = readOptions(args, FORMAT_OPTIONS);
  if (given.wantsHelp) return HELP_COMMAND;
  const paths = given.positionals;
  if (paths.length === 0) throw new UsageError('read needs files or folders');
  return { command: 'read', paths, format: readFormat(given) };
}

function readEncoders(args: string[]): EncodersCommand | HelpCommand {
  const { positionals, wantsHelp } = readOptions(args, {});
  if (wantsHelp) return HELP_COMMAND;
  return { command: 'encoders', folders: positionals };
}

function readPredict(args: string[]): PredictCommand | HelpCommand {
  const { positionals, wantsHelp } = readOptions(args, {});
  if (wantsHelp) return HELP_COMMAND;
  const [model, ...texts] = positionals;
  if (!model) throw new UsageError('predict needs a MODEL.onnx');
  return { command: 'predict', model, texts };
}
