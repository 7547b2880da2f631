import '../src/engine/wasm/pool/pool-thread.worker';
