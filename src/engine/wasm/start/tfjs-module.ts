import { BackendWasm, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import startPlain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';
import startThreaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';
import { fetchModule } from './fetch-module';
import type { KernelHeap } from '../pool/kernel-pool';

/** tfjs' WASM backend, and its heap for kernels of ours. */
export interface TfjsWasm {
  backend: BackendWasm;
  heap: KernelHeap;
}

/**
 * Starts tfjs' WASM module with no thread but this one, because kernels of ours do its heavy work. It takes tfjs' build for threads
 * if memory can be shared: only the heap of that build may lie in a shared memory.
 *
 * tfjs' own start makes eight workers in one burst and waits for all of them, whatever number of threads it is told. In Firefox one such start in
 * five never came to an end. So the module's factory is called here, as tfjs calls it, and told that no worker is wanted.
 */
export async function startTfjsModule(isShared: boolean): Promise<TfjsWasm> {
  setThreadsCount(1);
  const binary = await fetchModule(isShared ? threadedUrl : simdUrl);
  const module = await (isShared ? startShared(binary) : startUnshared(binary));
  refuseToOverflow(module);
  const memory = module.wasmMemory ?? module.asm.memory;
  return {
    backend: new BackendWasm(module),
    heap: {
      memory,
      allocate: (bytes) => module._malloc(bytes) >>> 0,
      free: (address) => module._free(address),
    },
  };
}

/** Largest heap that 32-bit addresses reach, in WebAssembly's pages; the binary asks for no other. */
const MAXIMUM_PAGES = 65536;
const INITIAL_PAGES = 256;

async function startShared(binary: WebAssembly.Module): Promise<TfjsModule> {
  const wasmMemory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: MAXIMUM_PAGES,
    shared: true,
  });
  const options = { wasmMemory, instantiateWasm: instantiate(binary) };
  keepFromMakingWorkers(options);
  const module = (await startThreaded(options)) as TfjsModule;
  module.wasmMemory = wasmMemory;
  return withCalls(module);
}

async function startUnshared(binary: WebAssembly.Module): Promise<TfjsModule> {
  return withCalls((await startPlain({ instantiateWasm: instantiate(binary) })) as TfjsModule);
}

/** Makes Emscripten's hook for a binary that was compiled already. */
function instantiate(binary: WebAssembly.Module) {
  return (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object => {
    receive(new WebAssembly.Instance(binary, imports), binary);
    return {};
  };
}

/** Emscripten's own pool of threads, which it hands to the module before it fills it. */
interface EmscriptenThreads {
  initMainThread: () => void;
  loadWasmModuleToWorker: (worker: unknown, onLoaded: () => void) => void;
  unusedWorkers: unknown[];
}

/** Puts one stand-in into Emscripten's pool of workers, loaded at once: Emscripten goes on when the last worker is loaded, and with none it never would. */
function keepFromMakingWorkers(options: object): void {
  let threads: EmscriptenThreads | undefined;
  Object.defineProperty(options, 'PThread', {
    enumerable: false, // Emscripten copies the options over themselves
    get: () => threads,
    set(pool: EmscriptenThreads) {
      threads = pool;
      pool.initMainThread = () => pool.unusedWorkers.push('stand-in');
      pool.loadWasmModuleToWorker = (_, onLoaded) => {
        pool.unusedWorkers.length = 0;
        onLoaded();
      };
    },
  });
}

/** Members of tfjs' WASM module beyond its published types. */
type TfjsModule = BackendWasm['wasm'] & {
  wasmMemory?: WebAssembly.Memory; // memory of the threaded build
  asm: { memory: WebAssembly.Memory }; // exports of the other build, its memory among them
  _malloc: (bytes: number) => number;
  _free: (address: number) => void;
  cwrap: (
    name: string,
    result: 'number' | null,
    parameters: 'number'[],
  ) => (...numbers: number[]) => number;
};

/** Adds the calls that tfjs' backend makes, under the names of its C++. */
function withCalls(module: TfjsModule): TfjsModule {
  const call = (name: string, ...types: 'number'[]) => module.cwrap(name, null, types);
  module.tfjs = {
    init: call('init'),
    initWithThreadsCount: call('init_with_threads_count', 'number'),
    getThreadsCount: module.cwrap('get_threads_count', 'number', []),
    registerTensor: call('register_tensor', 'number', 'number', 'number'),
    disposeData: call('dispose_data', 'number'),
    dispose: call('dispose'),
  };
  return module;
}

/** Makes an allocation throw where the heap has no room. tfjs does not check it, and would write a tensor over the heap's beginning. */
function refuseToOverflow(module: TfjsModule): void {
  module._free(module._malloc(1)); // an export of emscripten replaces itself at its first call
  const allocate = module._malloc;
  module._malloc = (bytes) => {
    const offset = allocate(bytes);
    if (offset === 0 && bytes > 0) {
      throw new Error(
        `The WASM heap has no room for ${bytes} more bytes; choose a smaller encoder, window or batch.`,
      );
    }
    return offset;
  };
}
