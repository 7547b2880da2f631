import { exportOnnx } from '../../src/export/export-onnx';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { createSession, type Session } from '../../src/infer/session';
import { formulaWeights, tinyConfig, tinyMetadata } from '../export/tiny-bert';
import golden from '../reference/golden/onnx-logits.json';

/** Opens the exported file of a tiny BERT on two threads. */
export async function openTinySession(): Promise<Session> {
  const weights = formulaWeights(tinyConfig, golden.tags);
  const parts = await exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata });
  return createSession(await readOnnxFile(new File(parts, 'tiny.onnx')), 2);
}
