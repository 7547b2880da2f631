import type { DataCalls } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { ReportProgress } from '../../protocol/progress';
import { nameOfFiles, sortDrop, type SortedDrop } from './drop-routing';

/** A drop whose archives are opened. */
export interface OpenedDrop extends Omit<SortedDrop, 'archives'> {
  /** Name by which the person knows it. */
  name: string;
}

/**
 * Sorts what was dropped, archives opened. A lone zip is like the folder in it; of several things, each zip is a folder of its name.
 * An archive inside of an archive stays packed and is passed over.
 *
 * @throws naming an archive that is damaged, encrypted or a bomb.
 */
export async function openDrop(
  files: readonly DroppedFile[],
  data: Pick<DataCalls, 'unpackArchives'>,
  report: ReportProgress,
): Promise<OpenedDrop> {
  const { archives, ...sorted } = await sortDrop(files);
  const named = files.map(({ path, file }) => ({ path: path.replace(/\.gz$/i, ''), file }));
  const name = nameOfFiles(named);
  if (archives.length === 0) return { ...sorted, name };
  const others = files.filter((file) => !archives.includes(file));
  const taken = new Set(others.map(({ path }) => path));
  const inside: DroppedFile[] = [];
  for (const archive of await data.unpackArchives(archives, report)) {
    for (const { path, blob } of archive.files) {
      const isFolder = archive.isZip && files.length > 1;
      const apart = archive.isZip ? `${archive.path}/${path}` : archive.path;
      const own = isFolder || taken.has(path) ? apart : path;
      taken.add(own);
      inside.push({ path: own, file: new File([blob], path.slice(path.lastIndexOf('/') + 1)) });
    }
  }
  const { archives: nested, ...all } = await sortDrop([...others, ...inside]);
  const reason = 'packed inside of an archive';
  for (const { path } of nested) all.passedOver.push({ path, reason });
  return { ...all, name };
}
