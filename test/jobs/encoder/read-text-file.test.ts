import { expect, test } from 'vitest';
import { readTextFile } from '../../../src/jobs/encoder/read-text-file';

const read = (...parts: BlobPart[]) =>
  readTextFile({ name: 'my-bert/vocab.txt', blob: new Blob(parts) });

test('a text is read without its byte order mark; an absent file is none', async () => {
  expect(await read('\ufeff[PAD]\nstraße\n')).toBe('[PAD]\nstraße\n');
  expect(await read()).toBe('');
  expect(await readTextFile(undefined)).toBeUndefined();
});

test.each<[string, BlobPart[], string]>([
  [
    'a letter of Latin-1',
    ['[PAD]\n', '[UNK]\nstra', Uint8Array.of(0xdf), 'e\n'],
    'byte 16, in line 3, is 0xDF, which begins no letter with what follows',
  ],
  [
    'a letter that lost its second byte',
    ['[PAD]\nstra', Uint8Array.of(0xc3), 'e\n'],
    'byte 10, in line 2, is 0xC3, which begins no letter with what follows',
  ],
  [
    'the second byte of a letter alone',
    [Uint8Array.of(0x9f), '\n'],
    'byte 0, in line 1, is 0x9F, which begins no letter with what follows',
  ],
  [
    'a last letter that was cut',
    ['ß'.repeat(3000), Uint8Array.of(0xe6, 0x9d)],
    'the last letter, at byte 6,000, in line 1, is cut',
  ],
  ['UTF-16', [Uint8Array.of(0xff, 0xfe, 0x5b, 0x00)], 'it begins as UTF-16 does'],
])('%s is told with its place', async (_, parts, place) => {
  await expect(read(...parts)).rejects.toThrow(
    `vocab.txt is not UTF-8: ${place}, so some of its letters would be misread; get the file again`,
  );
});

test('the place is found in a large file', async () => {
  const lines = 'schön\n'.repeat(100_000); // 7 bytes a line
  await expect(read(lines, Uint8Array.of(0xff), lines)).rejects.toThrow(
    'byte 700,000, in line 100,001, is 0xFF',
  );
});
