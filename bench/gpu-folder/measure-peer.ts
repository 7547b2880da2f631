import type { KernelTime } from '../../src/engine/webgpu/device/kernel-timer';
import { makeBatch } from '../train-cpu-messages';
import type { GpuStepReply } from '../train-webgpu-messages';
import { OurPeer } from '../train-webgpu-ours';
import { StockPeer } from '../train-webgpu-stock';
import { summarise, type StepFigures } from '../train-webgpu-table';
import { configs, type BenchShape } from './shapes';

/** Who takes the steps in this process. */
export const peerNames = {
  replayed: 'ours, replayed',
  half: 'ours, half precision',
  stock: 'tfjs (no clipping)',
} as const;
export type PeerName = keyof typeof peerNames;

export interface Measured {
  figures: StepFigures;
  /** Timeline of our own replayed steps. */
  timeline?: KernelTime[];
}

const WARM_UP = { steps: 3, ms: 5_000 };
const COUNTED = { steps: 20, ms: 12_000 };

/** Takes steps until there are 20, or for 12 s, after some that compile and warm up. */
export async function measurePeer(name: PeerName, shape: BenchShape): Promise<Measured> {
  const { model, batch, pieces } = shape;
  const ours = name === 'stock' ? undefined : new OurPeer();
  const peer = ours ?? new StockPeer();
  const config = configs[model];
  await peer.start({
    ...{ config, backend: 'webgpu-software' },
    precision: name === 'half' ? 'f16' : 'f32',
  });
  const example = makeBatch(batch, pieces);
  const take = async ({ steps, ms }: typeof COUNTED) => {
    const replies: GpuStepReply[] = [];
    const until = performance.now() + ms;
    do replies.push(await peer.step(example));
    while (replies.length < steps && performance.now() < until);
    return replies;
  };
  await take(WARM_UP);
  const figures = summarise(await take(COUNTED));
  return name === 'replayed' || name === 'half'
    ? { figures, timeline: await ours!.timeline(example) }
    : { figures };
}
