/** The bytes of an exported file, as commit 11c888a wrote it, before the redesign: nothing of it may move unless the format's version does. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { exportOnnx } from '../../src/export/export-onnx';
import { formulaWeights, tinyConfig, tinyMetadata } from './tiny-bert';

const EXPECTED = {
  bytes: 24124,
  sha256: '9d3aeaa9af5e45c3ec86f21ffc34a930198582b7849142da04370541840ad3cb',
};

test('the tiny BERT is exported to the bytes of before the redesign', () => {
  const weights = formulaWeights(tinyConfig, tinyMetadata.tags.length);
  const parts = exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata });
  const file = Buffer.concat(parts);
  const sha256 = createHash('sha256').update(file).digest('hex');
  expect({ bytes: file.length, sha256 }).toEqual(EXPECTED);
});
