import { defineKernel } from '../code/gpu-kernel';
import type { StepNumber } from '../code/kernel-numbers';
import { registerGpuKernel } from '../device/register-gpu-kernel';

const LANES = 256;

/**
 * Computes loss = −Σ_rows log softmax(logits)[label] / denominator over the rows with a label. In these rows dLogits is
 * (softmax(logits) − onehot(label)) / denominator, times the loss scale; elsewhere it is 0.
 *
 * There is one group. A lane takes every 256th row, and the lanes' sums are added in order.
 */
const kernel = defineKernel({
  name: 'crossEntropy',
  lanes: LANES,
  tensors: { logits: 'read f32', labels: 'read i32', loss: 'write f32', dLogits: 'write f32' },
  numbers: { rows: 'u32', tags: 'u32', factor: 'f32', gradientFactor: 'f32' },
  functions: `var<workgroup> losses: array<f32, ${LANES}>;`,
  code: `
  var total = 0.0;
  for (var row = lane; row < numbers.rows; row += ${LANES}u) {
    let start = row * numbers.tags;
    let label = labels[row];
    let isLabelled = label >= 0 && u32(label) < numbers.tags;
    if (!isLabelled) {
      for (var tag = 0u; tag < numbers.tags; tag++) { dLogits[start + tag] = 0.0; }
      continue;
    }
    var largest = logits[start];
    for (var tag = 1u; tag < numbers.tags; tag++) { largest = max(largest, logits[start + tag]); }
    var sum = 0.0;
    for (var tag = 0u; tag < numbers.tags; tag++) { sum += exp(logits[start + tag] - largest); }
    for (var tag = 0u; tag < numbers.tags; tag++) {
      let share = exp(logits[start + tag] - largest) / sum;
      dLogits[start + tag] = (share - select(0.0, 1.0, tag == u32(label))) * numbers.gradientFactor;
    }
    total += largest + log(sum) - logits[start + u32(label)];
  }
  losses[lane] = total;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < ${LANES}u; i++) { total += losses[i]; }
    loss[0] = total * numbers.factor;
  }`,
});

export function registerGpuCrossEntropy(): void {
  registerGpuKernel('MaskedCrossEntropy', (backend, { logits, labels }, { denominator }) => {
    const [rows, tags] = logits.shape as [number, number];
    const [loss, dLogits] = [backend.allocate([]), backend.allocate(logits.shape)];
    const now = 1 / denominator;
    const factor: StepNumber = { now, at: (step) => 1 / step.denominator };
    const gradientFactor: StepNumber = { now, at: (step) => step.lossScale / step.denominator };
    const numbers = { rows, tags, factor, gradientFactor };
    backend.dispatch(kernel, { logits, labels, loss, dLogits }, numbers, 1);
    return [loss, dLogits];
  });
}
