/** Small things that a browser remembers between visits. */
export type Settings = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Gives the browser's `localStorage`; undefined where it refuses, as it does where site data are blocked. */
export function localSettings(): Storage | undefined {
  try {
    const storage = globalThis.localStorage as Storage | null;
    storage?.getItem('');
    return storage ?? undefined;
  } catch {
    return undefined;
  }
}

/** Opens the settings. A setting that the browser cannot store lasts as long as the page. */
export function openSettings(storage: Settings | undefined = localSettings()): Settings {
  const unkept = new Map<string, string>();
  return {
    getItem: (key) => unkept.get(key) ?? storage?.getItem(key) ?? null,
    setItem(key, value) {
      unkept.delete(key);
      try {
        if (storage) storage.setItem(key, value);
        else unkept.set(key, value);
      } catch {
        unkept.set(key, value);
      }
    },
    removeItem(key) {
      unkept.delete(key);
      storage?.removeItem(key);
    },
  };
}
