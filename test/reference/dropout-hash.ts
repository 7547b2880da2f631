/** The specification once more, on BigInt: no 32-bit trick of JavaScript can be wrong in both. */
export function hashOf(path: readonly number[]): number {
  const word = (value: bigint) => value & 0xffff_ffffn;
  const finalise = (hash: bigint) => {
    hash = word((hash ^ (hash >> 16n)) * 0x85eb_ca6bn);
    hash = word((hash ^ (hash >> 13n)) * 0xc2b2_ae35n);
    return hash ^ (hash >> 16n);
  };
  const [first, ...rest] = path.map(BigInt);
  return Number(
    rest.reduce((hash, i) => finalise(hash ^ word((i + 1n) * 0x9e37_79b9n)), finalise(first!)),
  );
}
