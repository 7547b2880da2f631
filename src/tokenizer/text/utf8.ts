/** Counts the bytes of a character in UTF-8. */
export function byteSize(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Gives byte `i` of the `size` bytes of a character in UTF-8. */
export function byteOf(codePoint: number, size: number, i: number): number {
  if (size === 1) return codePoint;
  const bits = codePoint >> (6 * (size - 1 - i));
  return i === 0 ? ((0xf00 >> size) & 0xff) | bits : 0x80 | (bits & 0x3f);
}
