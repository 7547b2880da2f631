/** Bytes of a page of WebAssembly's memory. */
const PAGE_BYTES = 65536;

/**
 * Tells why workers cannot share memory here, as the end of a sentence; undefined where they can. It is tried, not read off from names:
 * WebKitGTK 2.50 makes such memory for an isolated page, but refuses to send it to any worker.
 */
export function obstacleToSharedMemory(): string | undefined {
  if (globalThis.crossOriginIsolated === false)
    return 'the page is not cross-origin isolated; serve it with COOP and COEP headers';
  try {
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(sharedBuffer(1)); // a page that is not isolated may make one, but not send it
    } finally {
      port1.close();
      port2.close();
    }
    return WebAssembly.validate(ATOMIC_LOAD) ? undefined : 'this browser lacks WebAssembly threads';
  } catch {
    return 'this browser lets workers share no memory';
  }
}

/** Makes a buffer of at least so many bytes that can be sent to workers and seen by all of them; `SharedArrayBuffer` needs no name for it. */
export function sharedBuffer(bytes: number): ArrayBufferLike {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
}

/** Tells whether threads see the same bytes of a buffer. */
export function isSharedBuffer(buffer: ArrayBufferLike): boolean {
  return !(buffer instanceof ArrayBuffer);
}

/** Module of one function that loads an i32 of a shared memory atomically, as WebAssembly's binary format has it. */
const ATOMIC_LOAD = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic number and version
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f], // () → i32
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x05, 0x04, 0x01, 0x03, 0x01, 0x01], // a shared memory of one page
  ...[0x0a, 0x0a, 0x01, 0x08, 0x00, 0x41, 0x00, 0xfe, 0x10, 0x02, 0x00, 0x0b], // i32.atomic.load at 0
);
