import { connectDataWorker, proxied } from '../../src/protocol/connect';

/** Loaded by a blank page: reads a made corpus in the real data worker. */
const connection = connectDataWorker(() => undefined);

/** Answers once the worker runs. */
export const ready = connection.calls.stop();

/**
 * Writes a file piece by piece, so that the page itself holds no long text, and has the worker read it, and then read it again from storage.
 * `seconds` are those of the first reading.
 */
export async function importMade(megabytes: number) {
  const file = makeFile(megabytes * 1e6);
  const begun = performance.now();
  const corpus = await connection.calls.importCorpus(
    { name: 'made', files: [{ file }] },
    proxied(() => undefined),
  );
  const seconds = (performance.now() - begun) / 1000;
  const again = await connection.calls.rereadCorpus(
    corpus.id,
    {},
    false,
    proxied(() => undefined),
  );
  if (again.hash !== corpus.hash)
    throw new Error('The stored file reads otherwise than the given.');
  const counts = Object.values(corpus.statistics);
  return {
    bytes: file.size,
    seconds,
    sentences: counts.reduce((sum, { sentences }) => sum + sentences, 0),
    words: counts.reduce((sum, { words }) => sum + words, 0),
    findings: (corpus.report ?? []).reduce((sum, { count }) => sum + count, 0),
  };
}

/** Words by Zipf's law, roughly (a product of two draws favours small numbers), one in twelve an entity. */
function makeFile(size: number): File {
  let state = 1;
  const below = (end: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  const parts: Blob[] = [];
  let bytes = 0;
  while (bytes < size) {
    const rows: string[] = [];
    while (rows.length < 60_000) {
      for (let words = 5 + below(30); words > 0; words--) {
        const number = Math.floor((below(60_000) * below(60_000)) / 60_000);
        const tag = below(12) === 0 ? `B-${['PER', 'LOC', 'ORG', 'MISC'][number % 4]!}` : 'O';
        rows.push(`wort${number.toString(36)}\t${tag}\n`);
      }
      rows.push('\n');
    }
    const part = new Blob([rows.join('')]);
    parts.push(part);
    bytes += part.size;
  }
  return new File(parts, 'made.conll');
}
