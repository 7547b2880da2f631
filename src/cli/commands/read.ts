import type { ReadCommand } from '../arguments';
import type { StudioPage } from '../studio-page';

/** Reads files and tells how. @returns what `read` prints. */
export async function read(studio: StudioPage, { paths, format }: ReadCommand): Promise<object> {
  const files = await studio.call(
    ({ id, options }) => tagwerk.read(tagwerk.lent(id), options, (line) => void tell(line)),
    { id: await studio.lend(paths), options: format },
  );
  return { files };
}
