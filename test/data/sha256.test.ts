import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Sha256 } from '../../src/data/sha256';

const ofNode = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('the empty text and abc have the digests of FIPS 180-4', () => {
  expect(new Sha256().digest()).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  const hash = new Sha256();
  hash.update(new TextEncoder().encode('abc'));
  expect(hash.digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('every length up to three blocks, in pieces of any size, hashes as OpenSSL does', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, index) => (index * 31 + 7) & 255);
  for (let length = 0; length <= bytes.length; length++) {
    const hash = new Sha256();
    for (let start = 0; start < length; start += 1 + (length % 71)) {
      hash.update(bytes.subarray(start, Math.min(length, start + 1 + (length % 71))));
    }
    expect(hash.digest()).toBe(ofNode(bytes.subarray(0, length)));
  }
});

test('megabytes hash as OpenSSL does', () => {
  const bytes = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * index) & 255);
  const hash = new Sha256();
  hash.update(bytes.subarray(0, 1_000_003));
  hash.update(bytes.subarray(1_000_003));
  expect(hash.digest()).toBe(ofNode(bytes));
});
