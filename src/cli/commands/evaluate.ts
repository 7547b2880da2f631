import type { EvaluateCommand } from '../arguments';
import type { StudioPage } from '../studio-page';
import { useModel } from './use-model';

/** Scores a model file on a column file. @returns what `evaluate` prints. */
export async function evaluate(
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
