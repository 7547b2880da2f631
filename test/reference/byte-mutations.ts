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
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  const [part, rest] = [after.subarray(0, count), after.subarray(count)];
  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  if (how === 'insert') return joined(before, new Uint8Array(count).fill(byte), after);
  if (how === 'cut') return joined(before, rest);
  if (how === 'repeat') return joined(before, part, after);
  if (how === 'truncate') return new Uint8Array(before);
  if (how === 'move') {
    const others = joined(before, rest);
    const target = (place + byte) % bytes.length;
    return joined(others.subarray(0, target), part, others.subarray(target));
  }
  const changed = new Uint8Array(bytes);
  if (how === 'set') changed[place] = byte;
  else changed[place]! ^= 1 << (byte % 8);
  return changed;
}
