import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments';
import { HELP } from '../../src/cli/help';
import { UsageError } from '../../src/cli/usage-error';
import { DEFAULT_ENCODER } from '../../src/recipe/bundled-encoders';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';

const train = (...options: string[]) =>
  readArguments(['train', '--train', 'train.conll', ...options]);

/** Options of train with the command that each gives. */
const trainOptions: [option: string, value: string, given: object][] = [
  ['--dev', 'dev.conll', { dev: ['dev.conll'] }],
  ['--test', 'test.conll', { test: ['test.conll'] }],
  ['--encoder', '../bert', { encoder: '../bert' }],
  ['--model', '../bert', { encoder: '../bert' }],
  ['--preset', 'quick', { preset: 'quick' }],
  ['--layers', '4', { layers: 4 }],
  ['--head-rate', '10', { headRate: 10 }],
  ['--out', 'models/a', { out: 'models/a' }],
  ['--epochs', '7', { epochs: 7 }],
  ['--batch-size', '4', { batchSize: 4 }],
  ['--lr', '3e-5', { learningRate: 3e-5 }],
  ['--seed', '0', { seed: 0 }],
  ['--max-pieces', '64', { maxPieces: 64 }],
  ['--scheme', 'IOBES', { scheme: 'IOBES' }],
  ['--frozen-layers', '0', { frozenLayers: 0 }],
  ['--dropout', '0.25', { dropout: 0.25 }],
  ['--limit', '100', { limit: 100 }],
  ['--backend', 'webgpu-software', { backend: 'webgpu-software' }],
  ['--threads', '2', { threads: 2 }],
];

describe('train', () => {
  test('needs a file, and leaves all else to the studio', () => {
    expect(train()).toEqual({
      command: 'train',
      train: ['train.conll'],
      dev: [],
      test: [],
      encoder: DEFAULT_ENCODER.name,
      backend: 'auto',
      dropErrors: false,
      format: {},
    });
    expect(() => readArguments(['train'])).toThrow(new UsageError('train needs --train FILE'));
  });

  test.each(trainOptions)('%s %s', (option, value, given) => {
    expect(train(option, value)).toMatchObject(given);
    expect(train(`${option}=${value}`)).toMatchObject(given);
  });

  test('takes one encoder, by either word', () => {
    expect(train('--encoder', 'a/b', '--model', 'a/b')).toMatchObject({ encoder: 'a/b' });
    expect(() => train('--encoder', 'a/b', '--model', 'c')).toThrow(
      new UsageError(
        '--model is another word for --encoder: expected one encoder, got "a/b" and "c"',
      ),
    );
    expect(() => train('--preset', 'slow')).toThrow('--preset expects one of thorough, quick');
  });

  test('takes several files of a split, and leaves out rows with errors where it is told to', () => {
    expect(train('--train', 'b', '--dev', 'c', '--dev', 'd', '--drop-errors')).toMatchObject({
      train: ['train.conll', 'b'],
      dev: ['c', 'd'],
      dropErrors: true,
    });
  });

  test.each([
    ['--epochs', '0', 'whole number from 1 up'],
    ['--epochs', '1.5', 'whole number from 1 up'],
    ['--epochs', 'three', 'whole number from 1 up'],
    ['--epochs', '', 'whole number from 1 up'],
    ['--batch-size', 'Infinity', 'whole number from 1 up'],
    ['--max-pieces', '7', 'whole number from 8 up'],
    ['--lr', '-1e-5', 'number from 0 to 1'],
    ['--lr', 'NaN', 'number from 0 to 1'],
    ['--dropout', '1', 'number from 0 to below 1'],
    ['--threads', '0', 'whole number from 1 up'],
    ['--limit', '0', 'whole number from 1 up'],
    ['--seed', '-1', 'whole number from 0 to 4294967295'],
  ])('%s=%s is refused with what was expected and what came', (option, value, expected) => {
    expect(() => train(`${option}=${value}`)).toThrow(UsageError);
    expect(() => train(`${option}=${value}`)).toThrow(
      `${option} expects a ${expected}, got "${value}"`,
    );
  });

  test.each([
    ['--scheme', 'BIO', 'IOB1, IOB2, IOBES, IO'],
    ['--backend', 'cuda', 'auto, wasm, webgpu, webgpu-software'],
  ])('%s %s is refused with the choices', (option, value, choices) => {
    expect(() => train(option, value)).toThrow(
      new UsageError(`${option} expects one of ${choices}, got "${value}"`),
    );
  });
});

describe('evaluate and predict', () => {
  test('take one model; evaluate a file, predict sentences', () => {
    expect(
      readArguments(['evaluate', 'm.onnx', '--data', 'dev.conll', '--limit', '5']),
    ).toMatchObject({ command: 'evaluate', model: 'm.onnx', data: 'dev.conll', limit: 5 });
    expect(readArguments(['predict', 'm.onnx', 'Ada lives.', 'In Kiel.'])).toEqual({
      command: 'predict',
      model: 'm.onnx',
      texts: ['Ada lives.', 'In Kiel.'],
    });
    expect(readArguments(['predict', 'm.onnx'])).toMatchObject({ texts: [] });
  });

  test.each([
    [['evaluate', '--data', 'dev.conll'], 'evaluate needs one MODEL.onnx and --data FILE'],
    [['evaluate', 'a.onnx', 'b.onnx', '--data', 'c'], 'evaluate needs one MODEL.onnx'],
    [['evaluate', 'a.onnx'], 'evaluate needs --data FILE'],
    [['predict'], 'predict needs a MODEL.onnx'],
  ])('%j is refused', (args, message) => {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(message);
  });
});

test('an option of another command, or of none, and an unknown command are refused by name', () => {
  for (const args of [
    ['predict', 'm.onnx', '--epochs', '3'],
    ['read', 'a.conll', '--lr', '1'],
    ['train', '--train', 'a', '--learning-rat', '1'],
  ]) {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(args.at(-2)!);
  }
  expect(() => readArguments(['tag', 'a'])).toThrow(/got "tag"; see --help/u);
});

test.each([[], ['help'], ['--help'], ['-h']])('%j asks for help', (...args) => {
  expect(readArguments(args)).toEqual({ command: 'help' });
});

test.each(['train', 'evaluate', 'predict', 'read'])('%s --help asks for help', (command) => {
  expect(readArguments([command, '--help'])).toEqual({ command: 'help' });
  expect(readArguments([command, '-h'])).toEqual({ command: 'help' });
});

describe('the help', () => {
  /** The part of the help from a line that begins with `from` up to one that begins with `to`. */
  const part = (from: RegExp, to: RegExp) => {
    const start = HELP.search(from);
    expect(start, String(from)).toBeGreaterThanOrEqual(0);
    const rest = HELP.slice(start);
    return rest.slice(0, rest.search(to));
  };
  const optionsIn = (text: string) => new Set(text.match(/--[a-z][a-z-]*/gu));
  const ofTrain = part(/^ {2}train /mu, /^ {2}evaluate /mu);
  const ofFormats = part(/^FORMAT /mu, /^Progress /mu);

  test.each([...trainOptions.map(([option]) => option), '--train', '--drop-errors'])(
    'tells of %s of train',
    (option) => {
      expect(optionsIn(ofTrain)).toContain(option);
    },
  );

  test('names no option that its command refuses as unknown', () => {
    const commands: [string[], string][] = [
      [['train', '--train', 'a'], ofTrain + ofFormats],
      [['evaluate', 'm.onnx', '--data', 'a'], part(/^ {2}evaluate /mu, /^ {2}read /mu) + ofFormats],
      [['read', 'a'], part(/^ {2}read /mu, /^ {2}predict /mu) + ofFormats],
      [['predict', 'm.onnx'], part(/^ {2}predict /mu, /^FORMAT /mu)],
    ];
    for (const [command, text] of commands) {
      for (const option of optionsIn(text)) {
        // Whatever is the matter with the value, it is not that nobody knows the option.
        const outcome = () => readArguments([...command, option, 'x']);
        try {
          outcome();
        } catch (error) {
          expect((error as Error).message, command[0]).not.toMatch(/unknown option/iu);
        }
      }
    }
  });

  test('names the defaults that hold', () => {
    const { epochs, batchSize, learningRate, seed, maxPieces, scheme } = DEFAULT_RECIPE;
    const defaults = {
      '--epochs': epochs,
      '--batch-size': batchSize,
      '--lr': learningRate,
      '--seed': seed,
      '--max-pieces': maxPieces,
    };
    for (const [option, value] of Object.entries(defaults)) {
      const [, told] = new RegExp(`${option} \\w+ \\(([^)]+)\\)`, 'u').exec(ofTrain) ?? [];
      expect(Number(told), option).toBe(value);
    }
    expect(ofTrain).toMatch(new RegExp(`--scheme [^-]*\\(${scheme}\\)`, 'u'));
  });
});
