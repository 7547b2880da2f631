import { gzipSync, strToU8, zipSync } from 'fflate';
import fc from 'fast-check';
import { gzipSync as nodeGzip } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/archive/crc32';
import { unpackGzip } from '../../src/archive/gzip';
import { UnpackBudget, UNPACK_LIMITS } from '../../src/archive/unpack-budget';
import { unpackZip } from '../../src/archive/zip';

const options = (limits = UNPACK_LIMITS) => ({
  budget: new UnpackBudget(limits),
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
const blobOf = (bytes: Uint8Array) => new Blob([bytes.slice()]);
const rows = 'Ada\tB-PER\nwrote\tO\n\n'.repeat(20_000);

test('the checksum of "123456789" is the standard\'s check value, in one piece or two', () => {
  expect(crc32(strToU8('123456789'))).toBe(0xcbf43926);
  expect(crc32(strToU8('56789'), crc32(strToU8('1234')))).toBe(0xcbf43926);
});

describe('gzip', () => {
  const unpack = (bytes: Uint8Array, limits = UNPACK_LIMITS) =>
    unpackGzip(blobOf(bytes), 'train.conll.gz', options(limits));

  test("another program's gzip gives its text, under its name without .gz", async () => {
    const { path, blob } = await unpack(nodeGzip(rows));
    expect(path).toBe('train.conll');
    expect(await blob.text()).toBe(rows);
  });

  test('members that follow each other are one file', async () => {
    const members = [rows, 'Ada\tB-PER\n', rows].map((text) => nodeGzip(text));
    const { blob } = await unpack(Buffer.concat(members));
    expect(await blob.text()).toBe(`${rows}Ada\tB-PER\n${rows}`);
  });

  test.each([
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, bytes.length - 9)],
    ['without its checksum', (bytes: Uint8Array) => bytes.slice(0, bytes.length - 3)],
    [
      'with another checksum',
      (bytes: Uint8Array) => bytes.with(bytes.length - 8, bytes.at(-8)! ^ 1),
    ],
    ['with a bit flipped in the middle', (bytes: Uint8Array) => bytes.with(200, bytes[200]! ^ 4)],
  ])('%s it is refused', async (_, damage) => {
    const bytes = new Uint8Array(nodeGzip(rows.slice(0, 2000) + Math.sqrt(2), { level: 0 }));
    await expect(unpack(damage(bytes))).rejects.toThrow('damaged or cut short');
  });

  test('a bomb is refused', async () => {
    const bomb = gzipSync(new Uint8Array(4 * 2 ** 20));
    await expect(unpack(bomb, { ...UNPACK_LIMITS, freeBytes: 2 ** 20 })).rejects.toThrow(
      'more than 200 times as large',
    );
    await expect(unpack(nodeGzip(rows), { ...UNPACK_LIMITS, bytes: 1000 })).rejects.toThrow(
      'more than 1,000 bytes',
    );
  });

  test('a damaged file is refused or gives the very bytes', async () => {
    const packed = new Uint8Array(nodeGzip(rows.slice(0, 400)));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(packed.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const text = await unpack(packed.with(at, packed[at]! ^ flip)).then(
            ({ blob }) => blob.text(),
            () => rows.slice(0, 400),
          );
          expect(text).toBe(rows.slice(0, 400));
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('zip', () => {
  const unpack = async (bytes: Uint8Array, limits = UNPACK_LIMITS) => {
    const files = await unpackZip(blobOf(bytes), 'harbour.zip', options(limits));
    return Object.fromEntries(
      await Promise.all(files.map(async ({ path, blob }) => [path, await blob.text()] as const)),
    );
  };
  const folders = {
    'harbour/train/data.conll': strToU8(rows),
    'harbour/dev/data.conll': [strToU8('Ada\tB-PER\n'), { level: 0 as const }] as [
      Uint8Array,
      { level: 0 },
    ],
    'harbour/empty/': new Uint8Array(),
  };

  test('folders become paths, packed or stored', async () => {
    expect(await unpack(zipSync(folders))).toEqual({
      'harbour/train/data.conll': rows,
      'harbour/dev/data.conll': 'Ada\tB-PER\n',
    });
  });

  test("Python's zip is read, its names in UTF-8", async () => {
    // zipfile.ZipFile(…).writestr(ZipInfo('größe/train.conll'), 'Ada\tB-PER\n', ZIP_DEFLATED), Python 3
    const bytes = Buffer.from(
      'UEsDBBQAAAgIAAAAIQAl52G0DAAAAAoAAAATAAAAZ3LDtsOfZS90cmFpbi5jb25sbHNMSeR00g1wDeICAFBLAQIUAxQAAAgIAAAAIQAl52G0DAAAAAoAAAATAAAAAAAAAAAAAACAAQAAAABncsO2w59lL3RyYWluLmNvbmxsUEsFBgAAAAABAAEAQQAAAD0AAAAAAA==',
      'base64',
    );
    expect(await unpack(bytes)).toEqual({ 'größe/train.conll': 'Ada\tB-PER\n' });
  });

  test('a path that climbs or has a root is only a name', async () => {
    const bytes = zipSync({
      '../../etc/train.conll': strToU8('a'),
      '/root/dev.conll': strToU8('b'),
    });
    expect(await unpack(bytes)).toEqual({ 'etc/train.conll': 'a', 'root/dev.conll': 'b' });
  });

  test('an encrypted one is refused by name', async () => {
    const bytes = zipSync({ 'train.conll': strToU8('a') });
    const directory = Buffer.from(bytes).indexOf('PK\x01\x02', 0, 'latin1');
    await expect(unpack(bytes.with(directory + 8, 1))).rejects.toThrow(
      'harbour.zip: "train.conll" in it is encrypted',
    );
  });

  test('another method is refused by number', async () => {
    const bytes = zipSync({ 'train.conll': strToU8('a') });
    const directory = Buffer.from(bytes).indexOf('PK\x01\x02', 0, 'latin1');
    await expect(unpack(bytes.with(directory + 10, 93))).rejects.toThrow('method 93');
  });

  test('bombs are refused: by ratio, whatever the headers say, and by count', async () => {
    const bomb = zipSync({ 'train.conll': new Uint8Array(4 * 2 ** 20) });
    const directory = Buffer.from(bomb).indexOf('PK\x01\x02', 0, 'latin1');
    new DataView(bomb.buffer).setUint32(directory + 24, 10, true);
    await expect(unpack(bomb, { ...UNPACK_LIMITS, freeBytes: 2 ** 20 })).rejects.toThrow(
      'more than 200 times as large',
    );
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}`, strToU8('a')]));
    await expect(unpack(zipSync(many), { ...UNPACK_LIMITS, entries: 20 })).rejects.toThrow(
      'at most 20 are unpacked',
    );
  });

  test.each([
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, -30)],
    ['empty', () => new Uint8Array()],
    ['with another checksum', (bytes: Uint8Array) => bytes.with(50, bytes[50]! ^ 1)],
  ])('%s it is refused', async (_, damage) => {
    const bytes = zipSync({ 'train.conll': strToU8('Ada\tB-PER\n') }, { level: 0 });
    await expect(unpack(damage(bytes))).rejects.toThrow('damaged or cut short');
  });

  test('a stopped one ends', async () => {
    const stopped = { ...options(), signal: AbortSignal.abort() };
    await expect(unpackZip(blobOf(zipSync(folders)), 'a.zip', stopped)).rejects.toThrow('abort');
  });
});
