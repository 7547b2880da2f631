import { readArguments } from './arguments';
import { encoders } from './commands/encoders';
import { evaluate } from './commands/evaluate';
import { predict } from './commands/predict';
import { read } from './commands/read';
import { train, TrainingFailedError } from './commands/train';
import { EXIT_CODES } from './exit-codes';
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

/**
 * Runs one command: the result goes to standard output as JSON, all else to standard error.
 *
 * @param args arguments behind `npm run ner --`: `['evaluate', 'model.onnx', '--data', 'test.conll']`.
 * @returns one of EXIT_CODES.
 */
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
      case 'encoders':
        await print(
          encoders((work) => withStudio(surroundings, { backend: 'auto' }, work), command),
        );
        break;
      case 'predict':
        await print(
          withStudio(surroundings, { backend: 'auto' }, (studio) => predict(studio, command)),
        );
        break;
    }
    return EXIT_CODES.done.code;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return exitCodeOf(error as Error);
  }
}

async function print(result: Promise<object>): Promise<void> {
  process.stdout.write(`${JSON.stringify(await result)}\n`);
}

function exitCodeOf(error: Error): number {
  if (error instanceof UsageError) return EXIT_CODES.usage.code;
  if (error instanceof StudioError || error instanceof MissingFileError)
    return EXIT_CODES.input.code;
  if (error instanceof TrainingFailedError) return EXIT_CODES.diverged.code;
  if (error instanceof NoBackendError) return EXIT_CODES.noBackend.code;
  return EXIT_CODES.unexpected.code;
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
