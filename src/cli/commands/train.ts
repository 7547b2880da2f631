import { existsSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainCommand } from '../arguments';
import { recipeOf } from '../recipe-options';
import { NoBackendError, type StudioPage } from '../studio-page';

/** Training ended without a model. */
export class TrainingFailedError extends Error {
  override readonly name = 'TrainingFailedError';
}

/** Trains by a command. @returns what `train` prints; with `--out`, the model and the same result are written there. */
export async function train(studio: StudioPage, command: TrainCommand): Promise<object> {
  const backend = await startBackend(studio);
  const isBundled = !/[/\\.]/u.test(command.encoder);
  const fields = {
    files: {
      [isTogether(command) ? 'together' : 'train']: await studio.lend(command.train),
      dev: await studio.lend(command.dev),
      test: await studio.lend(command.test),
    },
    encoder: isBundled ? undefined : await studio.lend([command.encoder]),
  };
  const outcome = await studio.call(
    async ({ ids, bundled, preset, recipe, limit, dropErrors, format }) => {
      const { corpus, run, model } = await tagwerk.train(
        {
          files: Object.fromEntries(
            Object.entries(ids.files).map(([split, id]) => [split, tagwerk.lent(id)]),
          ),
          encoder: ids.encoder === undefined ? bundled : tagwerk.lent(ids.encoder),
          recipe,
          ...(preset === undefined ? {} : { preset }),
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
      bundled: command.encoder,
      preset: command.preset,
      recipe: recipeOf(command),
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
    encoder: command.encoder,
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

/** Tells whether a lone folder or zip may hold all splits, so that its files' names say which is which. */
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
