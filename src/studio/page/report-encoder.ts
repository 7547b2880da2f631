import type { EncoderReport } from '../../protocol/automation';
import { encoderBytes } from '../../storage/encoder-parts';
import type { EncoderRecord } from '../../storage/records';

/** Reports a person's encoder as the command line lists it. */
export function reportEncoder(encoder: EncoderRecord): EncoderReport {
  const { name, config, lowercase, licence } = encoder;
  const { layers, hidden } = config;
  const bytes = encoderBytes(encoder);
  return {
    ...{ name, from: 'folder', languages: null, layers, hidden, isCased: !lowercase },
    ...{ licence: licence ?? null, bytes, allBytes: bytes },
  };
}
