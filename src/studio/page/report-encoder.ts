import type { EncoderReport } from '../../protocol/automation';
import type { EncoderRecord } from '../../storage/records';

/** Reports a person's encoder as the command line lists it. */
export function reportEncoder({
  name,
  config,
  lowercase,
  licence,
  bytes,
}: EncoderRecord): EncoderReport {
  const { layers, hidden } = config;
  return {
    ...{ name, from: 'folder', languages: null, layers, hidden, isCased: !lowercase },
    ...{ licence: licence ?? null, bytes, allBytes: bytes },
  };
}
