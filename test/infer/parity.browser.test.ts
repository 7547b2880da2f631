import { describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/export/export-onnx';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { F32_VARIANT } from '../../src/export/variants';
import { checkParity, ParityError, type ParityReference } from '../../src/infer/parity';
import { createSession } from '../../src/infer/session';
import type { Weights } from '../../src/model/weights';
import { formulaWeights, tinyConfig, tinyMetadata } from '../export/tiny-bert';
import golden from '../reference/golden/onnx-logits.json';

/** Logits of transformers for three sentences, every piece a word. */
const reference: ParityReference[] = golden.sequences.map((ids, i) => ({
  text: `sentence ${i + 1}`,
  pieceIds: Int32Array.from(ids),
  firstPieces: Int32Array.from({ length: ids.length - 2 }, (_, word) => word + 1),
  logits: Float32Array.from(golden.logits[i]!),
}));

const weights = () => formulaWeights(tinyConfig, golden.tags);

async function parityOf(exported: Weights, against = reference, tolerance = F32_VARIANT.tolerance) {
  const parts = await exportOnnx({ config: tinyConfig, weights: exported, metadata: tinyMetadata });
  const session = await createSession(await readOnnxFile(new File(parts, 'tiny.onnx')), 1);
  try {
    return await checkParity(against, session, tolerance);
  } finally {
    await session.release();
  }
}

describe('checkParity', () => {
  test('tells the largest difference of a faithful export', async () => {
    const report = await parityOf(weights());
    expect(report.sentences).toBe(3);
    expect(report.largestDifference).toBeLessThan(1e-5);
  });

  test('one corrupted weight is an error that names the sentence, the piece, the tag and the difference', async () => {
    const corrupted = weights();
    // The bias of I-LOC alone: that tag's logits differ by 0.01 at every piece.
    corrupted.get('classifier.bias')!.data[4]! += 0.01;
    const failing = parityOf(corrupted);
    await expect(failing).rejects.toThrow(ParityError);
    await expect(failing).rejects.toThrow(
      /differs from the trained model by 1\.0e-2 \(at most 1e-4 is allowed\): in "sentence \d", piece \d+, tag I-LOC, it says -?\d/,
    );
  });

  test.each([
    'bert.encoder.layer.0.attention.self.key.weight',
    'bert.encoder.layer.1.output.LayerNorm.weight',
    'bert.embeddings.position_embeddings.weight',
    'bert.encoder.layer.1.intermediate.dense.bias',
  ])('a corrupted number in %s is found', async (key) => {
    const corrupted = weights();
    corrupted.get(key)!.data[0]! += 0.5;
    await expect(parityOf(corrupted)).rejects.toThrow(ParityError);
  });

  test('other entities are an error, whatever the tolerance', async () => {
    const corrupted = weights();
    corrupted.get('classifier.bias')!.data[1]! += 20;
    await expect(parityOf(corrupted, reference, 100)).rejects.toThrow(
      /finds other entities than the trained model: "sentence \d": PER 0–1.* instead of/,
    );
  });

  test('logits of another count of tags, and no sentences at all, are errors', async () => {
    const short = reference.map((sentence) => ({ ...sentence, logits: sentence.logits.slice(1) }));
    await expect(parityOf(weights(), short)).rejects.toThrow(/gave 54 logits and the file 55/);
    await expect(parityOf(weights(), [])).rejects.toThrow(ParityError);
  });
});
