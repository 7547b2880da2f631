import { METADATA_LIMITS } from '../../export/model-metadata';
import { checkedFields, type MessageRules } from './protobuf-rules';
import type { ProtobufField, ProtobufReader } from './protobuf-reader';

const ENTRY_RULES: MessageRules = {
  name: 'metadata entry',
  fields: { 1: { wire: 'length', once: true }, 2: { wire: 'length', once: true } },
};

/** Reads one entry of a model's `metadata_props`. @throws where it is damaged or too long. */
export async function readEntry(
  reader: ProtobufReader,
  message: ProtobufField,
): Promise<[key: string, value: string]> {
  let key = '';
  let value = '';
  for await (const field of checkedFields(reader, message, ENTRY_RULES)) {
    if (field.number === 1) key = await reader.text(field, METADATA_LIMITS.keyBytes);
    else value = await reader.text(field, METADATA_LIMITS.valueBytes);
  }
  return [key, value];
}
