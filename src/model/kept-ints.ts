import type { TakeInts } from '../engine/ops/device-batch';

/** Makes a source of arrays that gives the same ones again and again: what was put into one holds until the next of its name is taken. */
export function keepInts(): TakeInts {
  const kept = new Map<string, Int32Array>();
  return (name, length) => {
    const known = kept.get(name);
    if (known?.length === length) return known;
    // Batches of a few sizes come in turns: the memory of the largest serves all.
    const memory = known && known.buffer.byteLength >= 4 * length ? known.buffer : undefined;
    const ints = memory ? new Int32Array(memory, 0, length) : new Int32Array(length);
    kept.set(name, ints);
    return ints;
  };
}
