/** The bytes of an exported file: nothing of it may move unless the format's version does. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { exportOnnx } from '../../src/export/export-onnx';
import { formulaWeights, tinyConfig, tinyMetadata } from './tiny-bert';
import { withoutChecksums } from './without-checksums';

/** As commit 11c888a wrote it, before the redesign: format 1, without checksums. */
const BEFORE_CHECKSUMS = {
  bytes: 24124,
  sha256: '9d3aeaa9af5e45c3ec86f21ffc34a930198582b7849142da04370541840ad3cb',
};

const weights = formulaWeights(tinyConfig, tinyMetadata.tags.length);
const file = Buffer.concat(
  await exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata }),
);

const describeBytes = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

test('the tiny BERT is exported to the bytes of before the redesign, but for its format and its checksums', () => {
  expect(describeBytes(withoutChecksums(file))).toEqual(BEFORE_CHECKSUMS);
});

test('the same export gives the same bytes', async () => {
  const again = await exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata });
  expect(Buffer.concat(again).equals(file)).toBe(true);
});
