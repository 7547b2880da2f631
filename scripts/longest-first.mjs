import { BaseSequencer } from 'vitest/node';

/** The files that take longest, the longest of each project first. A file that begins last decides when the run ends, on one core. */
const LONGEST = [
  ...['jobs/run/kill-run', 'jobs/import-memory', 'infer/onnx-mutations', 'storage/durability'],
  ...['data/corpus/shared-corpora', 'jobs/corruptions', 'tokenizer/hugging-face'],
  ...['engine/wasm/wasm-kernels', 'storage/damaged-database'],
  ...['e2e/whole-path', 'e2e/persons-path', 'e2e/blocked-storage', 'e2e/worker-failure'],
  ...['e2e/gpu-loss', 'e2e/first-visit'],
];

/** The order in which Vitest runs files: those that take longest, then the others as it would by itself. */
export class LongestFirst extends BaseSequencer {
  /** @override @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    const sorted = await super.sort(files);
    /** @param {import('vitest/node').TestSpecification} file */
    const rank = ({ moduleId }) => {
      const is = (/** @type {string} */ name) => moduleId.endsWith(`/test/${name}.test.ts`);
      const found = LONGEST.findIndex(is);
      return found < 0 ? LONGEST.length : found;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
