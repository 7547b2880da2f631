import { CommandQueue } from './command-queue';
import { FaultWatch } from './fault-watch';
import { GpuMemory } from './gpu-memory';
import type { KernelTimer } from './kernel-timer';
import { PipelineCache } from './pipeline-cache';
import { REGISTERS_ONLY, type TileChoice } from './tile-choice';

/** A GPU as the engine uses it: everything that runs on it takes this, or the part of it that it needs. */
export class GpuDevice {
  readonly device: GPUDevice;
  /** Words that tell this adapter from others; empty where the browser names none. */
  readonly adapter: string;
  readonly queue: CommandQueue;
  readonly memory: GpuMemory;
  readonly pipelines: PipelineCache;
  /** Form of each class of products; registers until another choice is made. */
  tiles: TileChoice = REGISTERS_ONLY;
  /** Timer of kernels. While it is set, each dispatch has a pass of its own, and is timed. */
  timer: KernelTimer | undefined;

  /** @param submitGathered submits the commands that tfjs has gathered */
  constructor(device: GPUDevice, info: GPUAdapterInfo, submitGathered: () => void) {
    this.device = device;
    const { vendor, architecture, device: model, description } = info;
    this.adapter = [vendor, architecture, model, description].filter(Boolean).join(', ');
    this.queue = new CommandQueue(device, new FaultWatch(device), submitGathered);
    this.memory = new GpuMemory(device, this.queue);
    this.pipelines = new PipelineCache(device);
  }
}
