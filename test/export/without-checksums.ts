import { parseTree, writeTree } from '../infer/protobuf-tree';

/** An exported file as it was written before there were checksums: of format 1, without their entry. */
export function withoutChecksums(file: Uint8Array): Uint8Array {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const tree = parseTree(file).filter(
    ({ children }) => text(children?.[0]?.bytes ?? new Uint8Array()) !== 'tagwerk.checksums',
  );
  const format = tree.find(
    ({ number, children }) => number === 14 && text(children![0]!.bytes) === 'tagwerk.format',
  );
  format!.children![1]!.bytes = new TextEncoder().encode('1');
  return writeTree(tree);
}
