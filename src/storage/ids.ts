/** Crockford's base 32: digits and letters that are not taken for one another. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Makes a random id of 12 letters: 60 bits, so a million records collide with a probability below one in a million. */
export function createId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => ALPHABET.charAt(byte % 32)).join('');
}
