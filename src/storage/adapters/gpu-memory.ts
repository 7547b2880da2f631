import type { GpuMemoryRecord } from '../records';
import type { Database } from '../schema';
import { readFrom, writeTo } from '../transaction';

/** Remembers what a run may take on an adapter, in place of what was. */
export async function saveGpuMemory(database: Database, record: GpuMemoryRecord): Promise<void> {
  await writeTo(database, ['gpuMemory'], (transaction) =>
    transaction.objectStore('gpuMemory').put(record),
  );
}

export function findGpuMemory(
  database: Database,
  adapter: string,
): Promise<GpuMemoryRecord | undefined> {
  return readFrom(database, ['gpuMemory'], (transaction) =>
    transaction.objectStore('gpuMemory').get(adapter),
  );
}
