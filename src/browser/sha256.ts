import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { webCrypto } from './offered';

/**
 * Computes the SHA-256 of bytes, hexadecimal. The bytes are copied or used before it returns its promise, so the caller may change them then.
 *
 * A page that is not secure has no WebCrypto: there it is computed in JavaScript, several times slower.
 */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<string> {
  const crypto = webCrypto();
  if (!crypto) return bytesToHex(sha256(new Uint8Array(bytes)));
  return bytesToHex(new Uint8Array(await crypto.digest('SHA-256', bytes)));
}
