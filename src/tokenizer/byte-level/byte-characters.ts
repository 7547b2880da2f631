/** Bytes whose characters stand for themselves: those that are visible in Latin-1. */
const VISIBLE: readonly [first: number, last: number][] = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
];
const FIRST_OTHER = 0x100;

/**
 * The character that stands for each byte in a byte-level vocabulary (GPT-2's): itself where it is visible, else one from U+0100 on, so that
 * a space is Ġ and a line feed Ċ.
 */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

function byteCharacters(): string[] {
  let other = FIRST_OTHER;
  return Array.from({ length: 256 }, (_, byte) => {
    const isVisible = VISIBLE.some(([first, last]) => byte >= first && byte <= last);
    return String.fromCharCode(isVisible ? byte : other++);
  });
}
