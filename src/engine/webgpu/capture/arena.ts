import type { GpuBackend } from '../device/gpu-backend';

/** Memory that captured steps share: only one of them runs at a time. Each slot is a buffer, because WebGPU checks reads and writes by buffer. */
export class Arena {
  readonly #backend: GpuBackend;
  readonly #slots: GPUBuffer[] = [];
  /** Changes when a slot does: who has bound the old ones binds anew. */
  version = 0;

  constructor(backend: GpuBackend) {
    this.#backend = backend;
  }

  /** Makes room for slots of so many bytes. */
  reserve(sizes: readonly number[]): void {
    sizes.forEach((size, index) => {
      const slot = this.#slots[index];
      if (slot && slot.size >= size) return;
      if (slot) this.#backend.destroyBuffer(slot);
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      this.#slots[index] = this.#backend.createBuffer(size, usage, `arena ${index}`);
      this.version++;
    });
  }

  slot(index: number): GPUBuffer {
    return this.#slots[index]!;
  }

  get bytes(): number {
    return this.#slots.reduce((sum, { size }) => sum + size, 0);
  }

  dispose(): void {
    for (const slot of this.#slots.splice(0)) this.#backend.destroyBuffer(slot);
  }
}

/** From when to when a buffer is in use: the first dispatch and the last, both included. */
export interface Lifetime {
  size: number;
  first: number;
  last: number;
}

/**
 * A slot for each buffer, so that no two in use at once share one: the largest first, each into the smallest slot that is free all its life.
 *
 * @returns the slot of each, and the slots' sizes
 */
export function assignSlots(lifetimes: readonly Lifetime[]): { slots: number[]; sizes: number[] } {
  const order = lifetimes
    .map((_, index) => index)
    .sort(
      (a, b) =>
        lifetimes[b]!.size - lifetimes[a]!.size || lifetimes[a]!.first - lifetimes[b]!.first,
    );
  const slots = new Array<number>(lifetimes.length).fill(-1);
  const sizes: number[] = [];
  const tenants: Lifetime[][] = [];
  for (const index of order) {
    const lifetime = lifetimes[index]!;
    const isFree = (slot: number) =>
      tenants[slot]!.every(({ first, last }) => last < lifetime.first || lifetime.last < first);
    let best = -1;
    for (let slot = 0; slot < sizes.length; slot++) {
      if (isFree(slot) && (best < 0 || sizes[slot]! < sizes[best]!)) best = slot;
    }
    if (best < 0) {
      best = sizes.length;
      sizes.push(lifetime.size);
      tenants.push([]);
    }
    tenants[best]!.push(lifetime);
    slots[index] = best;
  }
  return { slots, sizes };
}
