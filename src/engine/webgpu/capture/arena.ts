import type { GpuMemory } from '../device/gpu-memory';

/**
 * Memory that captured steps share, for only one of them runs at a time. Each slot is a buffer of its own, because WebGPU checks by buffer
 * that a kernel does not read what it writes.
 */
export class Arena {
  readonly #memory: GpuMemory;
  readonly #slots: GPUBuffer[] = [];
  /** Number that grows when a slot is replaced: a plan that has bound an older version binds anew. */
  version = 0;

  constructor(memory: GpuMemory) {
    this.#memory = memory;
  }

  /** Makes the slots at least so many bytes large each. */
  reserve(sizes: readonly number[]): void {
    sizes.forEach((size, index) => {
      const slot = this.#slots[index];
      if (slot && slot.size >= size) return;
      if (slot) this.#memory.destroy(slot);
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      this.#slots[index] = this.#memory.create(size, usage, `arena ${index}`);
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
    for (const slot of this.#slots.splice(0)) this.#memory.destroy(slot);
  }
}

/** A buffer's size and the dispatches that use it: from the first to the last, both included. */
export interface Lifetime {
  size: number;
  first: number;
  last: number;
}

/**
 * Assigns a slot to each buffer, so that no two that are in use at once share one. The largest buffer comes first; each goes into the smallest
 * slot that is free throughout its lifetime.
 *
 * @returns the slot of each buffer, and the slots' sizes in bytes
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
