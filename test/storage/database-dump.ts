/** Typed arrays that records hold, by name. */
const arrayKinds = {
  ArrayBuffer: (bytes: ArrayBuffer) => bytes,
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
};
type ArrayKind = keyof typeof arrayKinds;

/** A value that JSON has no form for: bytes elsewhere in the file, a number that is not finite, or undefined. */
type Special =
  | { $: 'bytes'; kind: ArrayKind; start: number; length: number }
  | { $: 'number'; text: string }
  | { $: 'undefined' };

interface DumpedStore {
  name: string;
  keyPath: string | string[] | null;
  records: { key: unknown; value: unknown }[];
}

interface DumpHeader {
  version: number;
  stores: DumpedStore[];
}

/**
 * Writes all that lies in a database of the browser as one file: gzip of the header's length (u32, little-endian), the header as JSON, and
 * the bytes of all arrays. It reads the database by the browser's own calls, so that it needs no code of the studio.
 */
export async function dumpDatabase(name: string): Promise<Blob> {
  const database = await settle(indexedDB.open(name));
  try {
    const arrays: Uint8Array<ArrayBuffer>[] = [];
    const names = [...database.objectStoreNames];
    const transaction = database.transaction(names);
    const stores = await Promise.all(
      names.map(async (store) => {
        const objects = transaction.objectStore(store);
        const [keys, values] = await Promise.all([
          settle(objects.getAllKeys()),
          settle<unknown[]>(objects.getAll()),
        ]);
        return { name: store, keyPath: objects.keyPath, keys, values };
      }),
    );
    const header = {
      version: database.version,
      stores: stores.map(({ name, keyPath, keys, values }) => ({
        ...{ name, keyPath },
        records: keys.map((key, i) => ({ key, value: encode(values[i], arrays) })),
      })),
    };
    const json = new TextEncoder().encode(JSON.stringify(header));
    const parts = new Blob([Uint32Array.of(json.length), json, ...arrays]);
    return await new Response(parts.stream().pipeThrough(new CompressionStream('gzip'))).blob();
  } finally {
    database.close();
  }
}

/** Makes a database of what `dumpDatabase` wrote, by the browser's own calls. @throws where one of that name exists. */
export async function restoreDatabase(dump: Blob, name: string): Promise<void> {
  const bytes = await new Response(
    dump.stream().pipeThrough(new DecompressionStream('gzip')),
  ).arrayBuffer();
  const headerLength = new DataView(bytes).getUint32(0, true);
  const json = new TextDecoder().decode(new Uint8Array(bytes, 4, headerLength));
  const arrays = bytes.slice(4 + headerLength);
  const { version, stores } = JSON.parse(json) as DumpHeader;
  const opening = indexedDB.open(name, version);
  opening.onupgradeneeded = ({ oldVersion }) => {
    if (oldVersion > 0) throw new Error(`A database ${name} is there already.`);
    for (const { name, keyPath } of stores) {
      opening.result.createObjectStore(name, keyPath === null ? {} : { keyPath });
    }
  };
  const database = await settle(opening);
  const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
  for (const { name, keyPath, records } of stores) {
    const objects = transaction.objectStore(name);
    for (const { key, value } of records) {
      if (keyPath === null) objects.put(decode(value, arrays), key as IDBValidKey);
      else objects.put(decode(value, arrays));
    }
  }
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('It was aborted.'));
  });
  database.close();
}

function settle<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB refused.'));
  });
}

/** @param arrays takes the bytes of arrays, which the header points to */
function encode(value: unknown, arrays: Uint8Array<ArrayBuffer>[]): unknown {
  if (typeof value === 'number') {
    const isExact = Number.isFinite(value) && !Object.is(value, -0);
    return isExact
      ? value
      : special({ $: 'number', text: Object.is(value, -0) ? '-0' : `${value}` });
  }
  if (value === undefined) return special({ $: 'undefined' });
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => encode(item, arrays));
  const kind = value.constructor.name;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    const bytes =
      value instanceof ArrayBuffer
        ? new Uint8Array(value)
        : new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
    const start = arrays.reduce((sum, { length }) => sum + length, 0);
    arrays.push(bytes);
    return special({ $: 'bytes', kind: kind as ArrayKind, start, length: bytes.length });
  }
  if (kind !== 'Object') throw new Error(`A dump cannot hold a ${kind}.`);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, encode(item, arrays)]),
  );
}

const special = (value: Special): Special => value;

function decode(value: unknown, arrays: ArrayBuffer): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => decode(item, arrays));
  if ('$' in value) {
    const special = value as Special;
    if (special.$ === 'undefined') return undefined;
    if (special.$ === 'number') return Number(special.text);
    const bytes = arrays.slice(special.start, special.start + special.length);
    if (special.kind === 'ArrayBuffer') return bytes;
    return new arrayKinds[special.kind](bytes);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, decode(item, arrays)]),
  );
}
