import { platform } from 'node:process';
import { expect, test } from 'vitest';
import { importBig } from './import-in-browser';

if (platform !== 'linux') {
  test('memory is only counted on Linux', () => {
    process.stdout.write('Not run: the memory of reading 50 MB, because there is no /proc here.\n');
  });
} else {
  test('the data worker reads 50 MB, and again from storage, and the whole process stays below 600 MB', async () => {
    const { bytes, sentences, words, peakBytes, idleBytes } = await importBig(50);
    expect(bytes).toBeGreaterThanOrEqual(50e6);
    expect(words).toBeGreaterThan(4e6);
    expect(sentences).toBeGreaterThan(2e5);
    expect(peakBytes).toBeGreaterThan(idleBytes); // it was the right process
    expect(peakBytes).toBeLessThan(600e6);
  }, 600_000);
}
