import { BUNDLED_ENCODERS, countAllBytes, countFetchedBytes } from '../../recipe/bundled-encoders';
import type { EncoderReport } from '../../protocol/automation';
import type { EncodersCommand } from '../arguments';
import type { StudioPage } from '../studio-page';

/** Lists the encoders that are at hand: those that come with the page, and the folders that are named. @returns what `encoders` prints. */
export async function encoders(
  withStudio: (work: (studio: StudioPage) => Promise<EncoderReport[]>) => Promise<EncoderReport[]>,
  { folders }: EncodersCommand,
): Promise<object> {
  const bundled = BUNDLED_ENCODERS.map((encoder): EncoderReport => {
    const { name, languages, layers, hidden, isCased, licence } = encoder;
    return {
      ...{ name, from: 'page', languages, layers, hidden, isCased, licence },
      ...{ bytes: countFetchedBytes(encoder, []), allBytes: countAllBytes(encoder) },
    };
  });
  // What comes with the page is known without a browser.
  const own = folders.length === 0 ? [] : await withStudio((studio) => describe(studio, folders));
  return { command: 'encoders', encoders: [...bundled, ...own] };
}

async function describe(studio: StudioPage, folders: readonly string[]): Promise<EncoderReport[]> {
  const reports: EncoderReport[] = [];
  for (const folder of folders) {
    const report = await studio.call(
      (id) => tagwerk.describeEncoder(tagwerk.lent(id), (line) => void tell(line)),
      await studio.lend([folder]),
    );
    reports.push({ ...report, name: folder });
  }
  return reports;
}
