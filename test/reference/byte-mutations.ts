import fc from 'fast-check';

const ways = ['set', 'flip', 'insert', 'cut', 'repeat', 'truncate', 'move'] as const;

/** One change to a file's bytes, whatever they mean. */
export interface ByteMutation {
  kind: 'bytes';
  how: (typeof ways)[number];
  /** Any number: the place is chosen by it. */
  at: number;
  count: number;
  byte: number;
}

/** Changes of at most so many bytes. */
export function byteMutation(mostBytes: number): fc.Arbitrary<ByteMutation> {
  return fc.record({
    kind: fc.constant('bytes' as const),
    how: fc.constantFrom(...ways),
    at: fc.nat(),
    count: fc.integer({ min: 1, max: mostBytes }),
    byte: fc.nat(255),
  });
}

/** The bytes with the change at `place`, which lies in them. */
export function changeBytes(
  bytes: Uint8Array,
  { how, count, byte }: ByteMutation,
  place: number,
): Uint8Array {
  const list = Array.from(bytes);
  if (how === 'set') list[place] = byte;
  else if (how === 'flip') list[place]! ^= 1 << (byte % 8);
  else if (how === 'insert') list.splice(place, 0, ...new Array<number>(count).fill(byte));
  else if (how === 'cut') list.splice(place, count);
  else if (how === 'repeat') list.splice(place, 0, ...list.slice(place, place + count));
  else if (how === 'truncate') list.length = place;
  else list.splice((place + byte) % list.length, 0, ...list.splice(place, count));
  return Uint8Array.from(list);
}
