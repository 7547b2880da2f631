/** Returns the numbers as bytes, without a copy but where they lie in shared memory, which a Blob refuses. */
export function asBytes({
  buffer,
  byteOffset,
  byteLength,
}: Float32Array | Int32Array | Uint16Array | Uint8Array): Uint8Array<ArrayBuffer> {
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(buffer, byteOffset, byteLength).slice();
}
