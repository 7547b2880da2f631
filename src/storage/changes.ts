import { openChannel } from '../browser/offered';
import { RECORD_STORES, type RecordStore } from './record-stores';
import type { Database } from './schema';

type Listener = (stores: readonly RecordStore[]) => void;

/** The way that news of one database takes. */
interface Wire {
  /** Listeners of this page or worker. */
  readonly listeners: Set<Listener>;
  /** Channel to the others; undefined where the browser has none: other pages then look again when they are seen. */
  readonly channel: BroadcastChannel | undefined;
}

const wires = new WeakMap<Database, Wire>();

/** Tells every page and worker on this database, this one included, which of the stores that the page lists were written. */
export function tellChange(database: Database, names: readonly string[]): void {
  const stores = RECORD_STORES.filter((store) => names.includes(store));
  if (stores.length === 0) return;
  const { listeners, channel } = wireOf(database);
  for (const listener of listeners) listener(stores);
  channel?.postMessage(stores);
}

/** Hears of changes to the stores that the page lists, whichever page or worker makes them. Returns the call that ends this. */
export function followChanges(database: Database, listener: Listener): () => void {
  const { listeners } = wireOf(database);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function wireOf(database: Database): Wire {
  const known = wires.get(database);
  if (known) return known;
  const listeners = new Set<Listener>();
  const channel = openChannel(`${database.name}: changes`);
  channel?.addEventListener('message', ({ data }: MessageEvent<RecordStore[]>) => {
    for (const listener of listeners) listener(data);
  });
  const wire = { listeners, channel };
  wires.set(database, wire);
  return wire;
}
