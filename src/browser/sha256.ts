import { sha256 as computeSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { webCrypto } from './offered';

/**
 * Computes the SHA-256 of bytes, hexadecimal. The bytes are copied or used before it returns its promise, so the caller may change them then.
 *
 * A page that is not secure has no WebCrypto: there it is computed in JavaScript, several times slower.
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<string> {
  const digests = webCrypto();
  if (!digests) return bytesToHex(computeSha256(new Uint8Array(bytes)));
  return bytesToHex(new Uint8Array(await digests.digest('SHA-256', bytes)));
}
