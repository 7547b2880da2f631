/** Memory of jax-js as it can be seen from outside. */
export interface JaxStart {
  /** Threads of its pool, once it has run something. */
  threads: () => number;
  /** Bytes of its WASM memory, which holds every array. */
  heapBytes: () => number;
}

/**
 * Has jax-js take so many threads, and watches its memory. To be called before `@jax-js/jax` is imported, in a worker that has nothing
 * else: on import it makes its memory, and takes one thread for each of `navigator.hardwareConcurrency`, without a setting of its own.
 */
export function startJax(threads: number): JaxStart {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: threads });
  let workers = 0;
  globalThis.Worker = class extends Worker {
    constructor(...values: ConstructorParameters<typeof Worker>) {
      super(...values);
      workers++;
    }
  };
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends WebAssembly.Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  return { threads: () => workers, heapBytes: () => memories[0]!.buffer.byteLength };
}
