import { replaceEntry } from '../../export/checksums';
import type { ModelCard } from '../../export/model-card';
import { CARD_KEY } from '../../export/model-metadata';
import { writeMetadataEntry } from '../../export/onnx-model';
import { ProtobufMessage } from '../../export/protobuf-writer';
import { readEntry } from './metadata-entry';
import { ProtobufReader } from './protobuf-reader';

/**
 * Puts another name on the card inside a checked model file. The weights are neither read nor copied: the Blob that is returned is made of
 * slices of the old one, with the card's entry and its checksum replaced.
 */
export async function renameModelFile(blob: Blob, name: string): Promise<Blob> {
  const reader = new ProtobufReader(blob);
  const entries = new Map<string, string>();
  const others: Blob[] = []; // all that is no metadata entry
  let at = 0;
  for await (const field of reader.fields(0, reader.byteLength)) {
    if (field.number === 14) entries.set(...(await readEntry(reader, field)));
    else others.push(blob.slice(at, field.end));
    at = field.end;
  }
  const card = JSON.parse(entries.get(CARD_KEY) ?? '{}') as ModelCard;
  if (card.name === name) return blob;
  const metadata = new ProtobufMessage();
  const renamed = await replaceEntry(entries, CARD_KEY, JSON.stringify({ ...card, name }));
  for (const [key, value] of renamed) writeMetadataEntry(metadata, key, value);
  return new Blob([...others, ...metadata.toParts()], { type: blob.type });
}
