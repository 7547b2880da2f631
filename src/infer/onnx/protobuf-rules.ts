import type { ProtobufField, ProtobufReader } from './protobuf-reader';

/**
 * Fields that a message of ours may have, by number. One with `once` may not repeat: a parser would take the last or merge both.
 * `integers` are written one a field or packed into one, which parsers take for the same.
 * `refused` names fields of the format that our files never use; most of them could point to other files or other code.
 */
export interface MessageRules {
  name: string;
  fields: Record<number, { wire: ProtobufField['wire'] | 'integers'; once?: true }>;
  refused?: Record<number, string>;
}

/** Yields the fields of a message, each checked against its rules. */
export async function* checkedFields(
  reader: ProtobufReader,
  message: Pick<ProtobufField, 'start' | 'end'>,
  rules: MessageRules,
): AsyncGenerator<ProtobufField, void, undefined> {
  const seen = new Set<number>();
  for await (const field of reader.fields(message.start, message.end)) {
    const refused = rules.refused?.[field.number];
    if (refused !== undefined) throw new Error(`it uses ${refused}`);
    const rule = rules.fields[field.number];
    const fits =
      rule?.wire === 'integers'
        ? field.wire === 'varint' || field.wire === 'length'
        : rule?.wire === field.wire;
    if (!fits || (rule?.once && seen.has(field.number))) {
      throw new Error(
        `it is damaged at byte ${field.start}: a ${rules.name} of ours has no field ${field.number} there`,
      );
    }
    seen.add(field.number);
    yield field;
  }
}
