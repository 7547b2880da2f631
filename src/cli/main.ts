import { existsSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  readArguments,
  type EvaluateCommand,
  type PredictCommand,
  type ReadCommand,
  type TrainCommand,
} from './arguments';
import { HELP } from './help';
import {
  MissingFileError,
  NoBackendError,
  StudioError,
  StudioPage,
  type BackendWish,
  type Surroundings,
} from './studio-page';
import { UsageError } from './usage-error';

/** What a process ends with; `--help` lists them. */
export const EXIT_CODES = {
  done: 0,
  unexpected: 1,
  usage: 2,
  input: 3,
  diverged: 4,
  noBackend: 5,
} as const;

/** Training ended without a model. */
class TrainingFailedError extends Error {
  override readonly name = 'TrainingFailedError';
}

/** Runs one command: the result goes to standard output as JSON, all else to standard error. @returns the exit code. */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const command = readArguments(args);
    switch (command.command) {
      case 'help':
        process.stdout.write(HELP);
        break;
      case 'train':
        await print(withStudio(surroundings, command, (studio) => train(studio, command)));
        break;
      case 'evaluate':
        await print(
          withStudio(surroundings, { backend: 'auto' }, (studio) => evaluate(studio, command)),
        );
        break;
      case 'read':
        await print(
          withStudio(surroundings, { backend: 'auto' }, (studio) => read(studio, command)),
        );
        break;
      case 'predict':
        await print(
          withStudio(surroundings, { backend: 'auto' }, (studio) => predict(studio, command)),
        );
        break;
    }
    return EXIT_CODES.done;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return exitCodeOf(error as Error);
  }
}

async function print(result: Promise<object>): Promise<void> {
  process.stdout.write(`${JSON.stringify(await result)}\n`);
}

function exitCodeOf(error: Error): number {
  if (error instanceof UsageError) return EXIT_CODES.usage;
  if (error instanceof StudioError || error instanceof MissingFileError) return EXIT_CODES.input;
  if (error instanceof TrainingFailedError) return EXIT_CODES.diverged;
  if (error instanceof NoBackendError) return EXIT_CODES.noBackend;
  return EXIT_CODES.unexpected;
}

async function withStudio<Result>(
  surroundings: Surroundings,
  wish: BackendWish,
  work: (studio: StudioPage) => Promise<Result>,
): Promise<Result> {
  const studio = await StudioPage.open(surroundings, wish, (line) =>
    process.stderr.write(`${line}\n`),
  );
  try {
    return await work(studio);
  } finally {
    await studio.close();
  }
}

async function train(studio: StudioPage, command: TrainCommand): Promise<object> {
  const backend = await startBackend(studio);
  const { epochs, batchSize, learningRate, seed, maxPieces, scheme, frozenLayers, dropout } =
    command;
  const asked = { epochs, batchSize, learningRate, seed, maxPieces, scheme, frozenLayers, dropout };
  const isBundled = !/[/\\.]/u.test(command.model);
  const fields = {
    files: {
      [isTogether(command) ? 'together' : 'train']: await studio.lend(command.train),
      dev: await studio.lend(command.dev),
      test: await studio.lend(command.test),
    },
    encoder: isBundled ? undefined : await studio.lend([command.model]),
  };
  const outcome = await studio.call(
    async ({ ids, bundled, recipe, limit, dropErrors, format }) => {
      const { corpus, run, model } = await tagwerk.train(
        {
          files: Object.fromEntries(
            Object.entries(ids.files).map(([split, id]) => [split, tagwerk.lent(id)]),
          ),
          encoder: ids.encoder === undefined ? bundled : tagwerk.lent(ids.encoder),
          recipe: recipe,
          dropErrors,
          format,
          ...(limit === undefined ? {} : { limit }),
        },
        (line) => void tell(line),
      );
      const { name, hash, labels, statistics } = corpus;
      return {
        corpus: { name, hash, labels, statistics },
        failure: run.failure,
        run: {
          recipe: run.recipe,
          epochs: run.epochs,
          bestEpoch: run.bestEpoch,
          test: run.test ?? null,
          trainingMs: Math.round(run.elapsedMs),
          piecesPerSecond: Math.round(run.piecesPerSecond),
          peakMemoryBytes: run.peakMemoryBytes,
        },
        model: model && {
          id: model.id,
          bytes: model.bytes,
          largestLogitDifference: model.largestLogitDifference,
        },
      };
    },
    {
      ids: fields,
      bundled: command.model,
      recipe: JSON.parse(JSON.stringify(asked)) as object, // without what was not given
      limit: command.limit,
      dropErrors: command.dropErrors,
      format: command.format,
    },
  );
  const { corpus, run, model, failure } = outcome;
  if (failure !== undefined || !model) {
    throw new TrainingFailedError(failure ?? 'Training ended without a model.');
  }
  const { recipe, epochs: evaluated, bestEpoch, test, ...measured } = run;
  const result = {
    command: 'train',
    corpus,
    encoder: command.model,
    recipe,
    backend,
    epochs: evaluated,
    bestEpoch,
    dev: evaluated.find(({ epoch }) => epoch === bestEpoch)?.report ?? null,
    test,
    ...measured,
  };
  const { id, ...facts } = model;
  if (command.out === undefined) return { ...result, model: { ...facts, path: null } };
  await mkdir(command.out, { recursive: true });
  const path = join(command.out, 'model.onnx');
  await studio.saveModel(id, path);
  const withModel = { ...result, model: { ...facts, path } };
  await writeFile(join(command.out, 'metrics.json'), `${JSON.stringify(withModel, null, 2)}\n`);
  return withModel;
}

/** A lone folder or zip may hold all splits: its names say which is which. */
function isTogether({ train, dev, test }: TrainCommand): boolean {
  const [only, ...others] = train;
  if (only === undefined || others.length + dev.length + test.length > 0) return false;
  return /\.zip$/iu.test(only) || (existsSync(only) && statSync(only).isDirectory());
}

async function startBackend(studio: StudioPage): Promise<object> {
  try {
    return await studio.call(() => tagwerk.backend(), undefined);
  } catch (error) {
    throw new NoBackendError((error as Error).message, { cause: error });
  }
}

async function evaluate(
  studio: StudioPage,
  { model, data, limit, dropErrors, format }: EvaluateCommand,
): Promise<object> {
  await useModel(studio, model);
  const report = await studio.call(
    async ({ id, options }) => {
      return tagwerk.evaluate(tagwerk.lent(id), options, (line) => void tell(line));
    },
    {
      id: await studio.lend([data]),
      options: { dropErrors, format, ...(limit === undefined ? {} : { limit }) },
    },
  );
  return { command: 'evaluate', report };
}

async function read(studio: StudioPage, { paths, format }: ReadCommand): Promise<object> {
  const files = await studio.call(
    ({ id, options }) => tagwerk.read(tagwerk.lent(id), options, (line) => void tell(line)),
    { id: await studio.lend(paths), options: format },
  );
  return { files };
}

async function predict(studio: StudioPage, { model, texts }: PredictCommand): Promise<object> {
  await useModel(studio, model);
  const given = texts.length > 0 ? texts : await readLines();
  const annotations = await studio.call((sentences) => tagwerk.predict(sentences), given);
  return {
    command: 'predict',
    annotations: given.map((text, index) => ({
      text,
      entities: (annotations[index]?.entities ?? []).map((entity) => ({
        ...entity,
        text: text.slice(entity.start, entity.end),
      })),
    })),
  };
}

async function useModel(studio: StudioPage, model: string): Promise<void> {
  await studio.call(
    async (id) => {
      const file = tagwerk.lent(id)[0]?.file;
      if (!file) throw new Error('The model file is empty or is not a file.');
      await tagwerk.useModel(file, (line) => void tell(line));
    },
    await studio.lend([model]),
  );
}

/** The lines of standard input that are not blank. */
async function readLines(): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') lines.push(line);
  }
  return lines;
}
