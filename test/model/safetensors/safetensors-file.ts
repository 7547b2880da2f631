/** A safetensors file from a header written by hand and a data section of so many bytes. */
export function safetensorsBlob(
  header: string | object,
  dataBytes: number,
  headerBytes?: number,
): Blob {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(headerBytes ?? json.length), true);
  return new Blob([length, json, new Uint8Array(dataBytes)]);
}

/** `{ "name": [dtype, shape, begin, end] }` as a header. */
export function headerOf(
  tensors: Record<string, [dtype: string, shape: number[], begin: number, end: number]>,
): Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, [dtype, shape, begin, end]]) => [
      name,
      { dtype, shape, data_offsets: [begin, end] },
    ]),
  );
}
