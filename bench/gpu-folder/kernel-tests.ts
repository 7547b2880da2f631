import { runFile, type TestCounts } from './test-runner';

/** The files of `test/` that hold for WebGPU; the bundle gives each its own suite, in this order. */
const files: Record<string, () => Promise<unknown>> = {
  linear: () => import('../../test/engine/ops/linear.browser.test'),
  'query, key and value': () => import('../../test/engine/ops/query-key-value.browser.test'),
  'forms of products': () => import('../../test/engine/webgpu/tile-forms.browser.test'),
  attention: () => import('../../test/engine/ops/attention.browser.test'),
  'residual norm': () => import('../../test/engine/ops/residual-norm.browser.test'),
  'layer norm': () => import('../../test/engine/ops/layer-norm.browser.test'),
  activations: () => import('../../test/engine/ops/activate.browser.test'),
  dropout: () => import('../../test/engine/ops/dropout.browser.test'),
  embedding: () => import('../../test/engine/ops/embedding.browser.test'),
  'cross-entropy': () => import('../../test/engine/ops/masked-cross-entropy.browser.test'),
  AdamW: () => import('../../test/engine/ops/adamw.browser.test'),
  'ops at the size of models': () => import('./model-size-ops'),
  'token classifier': () => import('../../test/model/model.browser.test'),
  gradients: () => import('../../test/train/optimizer/gradients.browser.test'),
  'replay is eager': () => import('../../test/train/step/gpu-trainer.browser.test'),
  'half precision': () => import('../../test/train/half-precision.browser.test'),
  'fine-tuning': () => import('../../test/train/training-golden.browser.test'),
};

/** Runs them all. */
export async function runKernelTests(): Promise<TestCounts> {
  const total: TestCounts = { passed: 0, failed: 0, absent: 0 };
  for (const [name, load] of Object.entries(files)) {
    const { passed, failed, absent } = await runFile(name, load);
    total.passed += passed;
    total.failed += failed;
    total.absent += absent;
  }
  return total;
}
