import { createInterface } from 'node:readline';
import type { PredictCommand } from '../arguments';
import type { StudioPage } from '../studio-page';
import { useModel } from './use-model';

/** Tags sentences with a model file. @returns what `predict` prints. */
export async function predict(
  studio: StudioPage,
  { model, texts }: PredictCommand,
): Promise<object> {
  await useModel(studio, model);
  const given = texts.length > 0 ? texts : await readLines();
  const annotations = await studio.call((sentences) => tagwerk.predict(sentences), given);
  return {
    command: 'predict',
    annotations: given.map((text, index) => {
      const { entities = [], unreadable = [] } = annotations[index] ?? {};
      const withText = <Range extends { start: number; end: number }>(range: Range) => ({
        ...range,
        text: text.slice(range.start, range.end),
      });
      return {
        text,
        entities: entities.map(withText),
        ...(unreadable.length > 0 ? { unreadable: unreadable.map(withText) } : {}),
      };
    }),
  };
}

/** Reads the lines of standard input that are not blank. */
async function readLines(): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') lines.push(line);
  }
  return lines;
}
