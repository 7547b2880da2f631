import { beginsAsGzip, unpackGzip } from '../../archive/gzip';
import { UnpackBudget } from '../../archive/unpack-budget';
import { unpackZip } from '../../archive/zip';
import type { UnpackedArchive } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { ProgressContext } from '../job-context';

/**
 * Unpacks the archives of one drop, within one budget. Files come out as Blobs, so that memory holds little of them.
 *
 * @throws naming an archive that is damaged, encrypted or a bomb; an AbortError once stopped.
 */
export async function unpackArchives(
  { report, signal }: ProgressContext,
  archives: readonly DroppedFile[],
): Promise<UnpackedArchive[]> {
  const budget = new UnpackBudget();
  const unpacked: UnpackedArchive[] = [];
  for (const { path, file } of archives) {
    const stage = `Unpacking ${path}`;
    const onProgress = (done: number) => report({ stage, done, total: file.size });
    const options = { budget, signal, onProgress: everySoOften(onProgress) };
    const isGzip = await beginsAsGzip(file);
    const files = isGzip
      ? [await unpackGzip(file, path, options)]
      : await unpackZip(file, path, options);
    unpacked.push({ path, isZip: !isGzip, files });
  }
  return unpacked;
}

/** Passes a call on at most some ten times a second: steps are many, and each call crosses to the page. */
function everySoOften(call: (done: number) => void): (done: number) => void {
  let next = 0;
  return (done) => {
    if (performance.now() < next) return;
    next = performance.now() + 100;
    call(done);
  };
}
