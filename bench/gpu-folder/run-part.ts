import { findAdapter } from '../../src/engine/webgpu/device/start-webgpu';
import { runKernelTests } from './kernel-tests';
import { measurePeer, type Measured, type PeerName } from './measure-peer';
import { digestRuns } from './repeat-runs';
import { shapeOf } from './shapes';
import { startDawn } from './start-dawn';
import type { TestCounts } from './test-runner';

/** Answers of each part of the run. A part has a process of its own: a fault ends no other, and no memory is left over. */
export interface PartAnswers {
  adapter: { name: string; isSoftware: boolean; features: string[]; driver: string | undefined };
  tests: TestCounts;
  repeat: string[];
  peer: Measured;
}

const parts: {
  [Part in keyof PartAnswers]: (...args: string[]) => Promise<PartAnswers[Part]>;
} = {
  async adapter() {
    const { name, isSoftware, adapter } = (await findAdapter(false))!;
    const driver = process.env['VK_DRIVER_FILES']; // which may have been looked for
    return { name, isSoftware, features: [...adapter.features], driver };
  },
  tests: () => runKernelTests(),
  repeat: (runs, steps) => digestRuns(Number(runs), Number(steps)),
  peer: (name, shape) => measurePeer(name as PeerName, shapeOf(shape)),
};

/** In a process of a part: runs it, sends its answer and ends. */
export async function runPart(part: string, args: string[]): Promise<void> {
  try {
    await startDawn(process.env['DAWN_NODE']!);
    const answer = await parts[part as keyof PartAnswers](...args);
    process.send!(answer, () => process.exit()); // Dawn would keep the process
  } catch (error) {
    console.log(`  ${[part, ...args].join(' ')} failed: ${(error as Error).message}`);
    process.exit(1);
  }
}
