import { expect, test } from 'vitest';
import { importBig } from '../test/jobs/import-in-browser';

// Measures what reading a large corpus takes in the data worker: peak resident memory of the whole renderer process (page, worker and Chromium's own
// code) and time. The file names no split, which costs one more round.

test.each([5, 50, 100])('a file of %i MB', async (megabytes) => {
  const { bytes, sentences, words, findings, seconds, idleBytes, peakBytes } =
    await importBig(megabytes);
  const mega = (count: number) => `${(count / 1e6).toFixed(0)} MB`;
  console.log(
    `${mega(bytes)}: ${sentences} sentences, ${words} words, ${findings} findings in ${seconds.toFixed(1)} s ` +
      `(${(words / seconds / 1e3).toFixed(0)} k words/s); renderer idle ${mega(idleBytes)}, at its peak ${mega(peakBytes)}`,
  );
  if (megabytes === 50) expect(peakBytes).toBeLessThan(600e6);
});
