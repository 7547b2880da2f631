/** One field of a message: a number, or bytes that are a text, a message or four bytes of a float. */
export interface MessageField {
  number: number;
  value: number | Uint8Array;
}

const VARINT = 0;
const LENGTH = 2;
/** Bytes of a field by its wire type, where they do not stand before it. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * Yields the fields of a protobuf message in memory, in the order of the file.
 *
 * @throws an Error whose message is the damage and its byte, without the file's name.
 */
export function* messageFields(bytes: Uint8Array): Generator<MessageField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    // Negative numbers take ten bytes; none of those that are read here may be negative.
    while (at < bytes.length && bytes[at - 1]! >= 128) at++;
    if (bytes[at - 1]! < 128) return Number.NaN;
    throw new Error(`it is cut short inside a number at byte ${at}`);
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === VARINT) {
      yield { number, value: varint() };
      continue;
    }
    const size = wire === LENGTH ? varint() : FIXED_BYTES[wire];
    if (size === undefined || Number.isNaN(size) || number < 1)
      throw new Error(`it is damaged at byte ${start}: no field begins there`);
    if (at + size > bytes.length)
      throw new Error(
        `it is cut short: it ends at byte ${bytes.length}, inside a part that reaches to byte ${at + size}`,
      );
    yield { number, value: bytes.subarray(at, at + size) };
    at += size;
  }
}
