import { parseArgs } from 'node:util';
import type { FormatChoice } from '../protocol/automation';
import { FORMAT_OPTIONS, readFormat, readOneOf } from './format-options';
import { UsageError } from './usage-error';

export interface TrainCommand {
  command: 'train';
  train: string[];
  dev: string[];
  test: string[];
  model: string;
  out?: string;
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
  maxPieces?: number;
  scheme?: string;
  frozenLayers?: number;
  dropout?: number;
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
  /** Empty: sentences come from standard input, one a line. */
  texts: string[];
}

export interface HelpCommand {
  command: 'help';
}

export type Command = TrainCommand | EvaluateCommand | ReadCommand | PredictCommand | HelpCommand;

const BACKENDS = ['auto', 'wasm', 'webgpu', 'webgpu-software'];
const SCHEMES = ['IOB1', 'IOB2', 'IOBES', 'IO'];

/** Reads the command line. `@throws UsageError` naming the option, what was expected and what came. */
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
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return { command: 'help' };
    default:
      throw new UsageError(
        `expected train, evaluate, read or predict, got "${command}"; see --help`,
      );
  }
}

function readTrain(args: string[]): TrainCommand | HelpCommand {
  const { values } = parse(args, {
    train: { type: 'string', multiple: true },
    dev: { type: 'string', multiple: true },
    test: { type: 'string', multiple: true },
    model: { type: 'string', default: 'minilm-l6' },
    out: { type: 'string' },
    epochs: { type: 'string' },
    'batch-size': { type: 'string' },
    lr: { type: 'string' },
    seed: { type: 'string' },
    'max-pieces': { type: 'string' },
    scheme: { type: 'string' },
    'frozen-layers': { type: 'string' },
    dropout: { type: 'string' },
    limit: { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    threads: { type: 'string' },
    'drop-errors': { type: 'boolean', default: false },
    ...FORMAT_OPTIONS,
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) return { command: 'help' };
  if (!values.train?.length) throw new UsageError('train needs --train FILE');
  const options = {
    epochs: readNumber('--epochs', values.epochs, { whole: true, least: 1 }),
    batchSize: readNumber('--batch-size', values['batch-size'], { whole: true, least: 1 }),
    learningRate: readNumber('--lr', values.lr, { whole: false, least: 0 }),
    seed: readNumber('--seed', values.seed, { whole: true, least: 0 }),
    maxPieces: readNumber('--max-pieces', values['max-pieces'], { whole: true, least: 8 }),
    scheme: readOneOf('--scheme', values.scheme, SCHEMES),
    frozenLayers: readNumber('--frozen-layers', values['frozen-layers'], { whole: true, least: 0 }),
    dropout: readNumber('--dropout', values.dropout, { whole: false, least: 0, below: 1 }),
    limit: readNumber('--limit', values.limit, { whole: true, least: 1 }),
    threads: readNumber('--threads', values.threads, { whole: true, least: 1 }),
    out: values.out,
  };
  return {
    command: 'train',
    train: values.train,
    dev: values.dev ?? [],
    test: values.test ?? [],
    model: values.model,
    backend: readOneOf('--backend', values.backend, BACKENDS) ?? 'auto',
    dropErrors: values['drop-errors'],
    format: readFormat(values),
    ...onlyGiven(options),
  };
}

function readEvaluate(args: string[]): EvaluateCommand | HelpCommand {
  const { values, positionals } = parse(args, {
    data: { type: 'string' },
    limit: { type: 'string' },
    'drop-errors': { type: 'boolean', default: false },
    ...FORMAT_OPTIONS,
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) return { command: 'help' };
  const [model, ...surplus] = positionals;
  if (!model || surplus.length)
    throw new UsageError('evaluate needs one MODEL.onnx and --data FILE');
  if (!values.data) throw new UsageError('evaluate needs --data FILE');
  const limit = readNumber('--limit', values.limit, { whole: true, least: 1 });
  return {
    command: 'evaluate',
    model,
    data: values.data,
    dropErrors: values['drop-errors'],
    format: readFormat(values),
    ...onlyGiven({ limit }),
  };
}

function readRead(args: string[]): ReadCommand | HelpCommand {
  const { values, positionals } = parse(args, {
    ...FORMAT_OPTIONS,
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) return { command: 'help' };
  if (positionals.length === 0) throw new UsageError('read needs files or folders');
  return { command: 'read', paths: positionals, format: readFormat(values) };
}

function readPredict(args: string[]): PredictCommand | HelpCommand {
  const { values, positionals } = parse(args, { help: { type: 'boolean', short: 'h' } });
  if (values.help) return { command: 'help' };
  const [model, ...texts] = positionals;
  if (!model) throw new UsageError('predict needs a MODEL.onnx');
  return { command: 'predict', model, texts };
}

type OptionShapes = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function parse<const Options extends OptionShapes>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readNumber(
  option: string,
  text: string | undefined,
  { whole, least, below = Infinity }: { whole: boolean; least: number; below?: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const fits =
    text.trim() !== '' &&
    Number.isFinite(value) &&
    value >= least &&
    value < below &&
    (!whole || Number.isInteger(value));
  if (!fits)
    throw new UsageError(
      `${option} expects a ${whole ? 'whole ' : ''}number from ${least} ${below === Infinity ? 'up' : `to below ${below}`}, got "${text}"`,
    );
  return value;
}

/** Without the keys that are undefined, so defaults further on stay in force. */
function onlyGiven<Values extends object>(values: Values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: NonNullable<Values[Key]>;
  };
}
