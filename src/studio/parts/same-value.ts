/** Tells whether two values of a store hold the same: numbers, texts, arrays, typed arrays and plain objects; a Blob equals itself alone. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (isList(a) && isList(b)) {
    if (a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) {
      if (!isSameValue(a[index], b[index])) return false;
    }
    return true;
  }
  if (Object.getPrototypeOf(a) !== Object.prototype) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      isSameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** Keeps of a list that was read again the items that are as before, so that nothing is drawn anew without need. */
export function keepSame<Item extends { id: string }>(
  before: readonly Item[],
  now: readonly Item[],
): Item[] {
  return now.map((item) => {
    const known = before.find(({ id }) => id === item.id);
    return known && isSameValue(known, item) ? known : item;
  });
}

function isList(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
