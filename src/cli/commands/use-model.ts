import type { StudioPage } from '../studio-page';

/** Makes a model file the one in use. @throws StudioError where it cannot be read. */
export async function useModel(studio: StudioPage, model: string): Promise<void> {
  await studio.call(
    async (id) => {
      const file = tagwerk.lent(id)[0]?.file;
      if (!file) throw new Error('The model file is empty or is not a file.');
      await tagwerk.useModel(file, (line) => void tell(line));
    },
    await studio.lend([model]),
  );
}
