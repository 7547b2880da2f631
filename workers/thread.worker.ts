import '../src/engine/wasm/pool-thread.worker';
