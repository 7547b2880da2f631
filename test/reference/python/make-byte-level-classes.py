"""Writes src/tokenizer/byte-level/character-classes.ts: which characters Hugging Face's Rust tokenizer takes for letters and for numbers.

GPT-2's pattern cuts words at letters, numbers and white space, as the Unicode has them that the Rust tokenizer was built with; a browser's
may be older or newer. Asking the Rust tokenizer about every code point keeps the pieces of a text the same everywhere.

    pip install tokenizers==0.23.3
    python test/reference/python/make-byte-level-classes.py > src/tokenizer/byte-level/character-classes.ts
"""

from code_point_ranges import ranges, wrapped
from tokenizers import pre_tokenizers

split = pre_tokenizers.ByteLevel(add_prefix_space=False)


def joins(before: str, code_point: int) -> bool:
    """Whether the character is in one word with the one before it."""
    return len(split.pre_tokenize_str(before + chr(code_point))) == 1


code_points = [code_point for code_point in range(0x80, 0x110000) if not 0xD800 <= code_point <= 0xDFFF]
letters = [c for c in code_points if joins("a", c)]
numbers = [c for c in code_points if joins("1", c)]
others = {c for c in code_points if joins("!", c)}
spaces = [c for c in code_points if c not in others and not joins("a", c) and not joins("1", c)]
assert 0xE9 in letters and 0xB2 in numbers and 0x3000 in spaces and len(letters) + len(numbers) + len(spaces) + len(others) == len(code_points)


print(f"""import {{ isInRanges, readRanges }} from '../text/code-point-ranges';

/**
 * The letters, numbers and white space of GPT-2's pattern beyond ASCII, as Hugging Face's Rust tokenizer has them.
 *
 * Written by test/reference/python/make-byte-level-classes.py, which asks the Rust tokenizer about every code point: browsers know newer and
 * older ones.
 */

const LETTERS = readRanges(`
{wrapped(ranges(letters))}`);

const NUMBERS = readRanges(`
{wrapped(ranges(numbers))}`);

const SPACES = readRanges(`
{wrapped(ranges(spaces))}`);

export const OTHER = 0;
export const LETTER = 1;
export const NUMBER = 2;
export const WHITE_SPACE = 3;

/** Classes of the characters of the basic plane that were asked for, each with 1 added; 0 where one was not. */
const KNOWN = new Uint8Array(0x10000);

/** Finds the class of a character in GPT-2's pattern: a letter, a number, white space or anything else. */
export function classOfCodePoint(codePoint: number): number {{
  const known = KNOWN[codePoint] ?? 0;
  if (known > 0) return known - 1;
  const found = findClass(codePoint);
  if (codePoint < KNOWN.length) KNOWN[codePoint] = found + 1;
  return found;
}}

function findClass(codePoint: number): number {{
  if (codePoint < 0x80) {{
    if (/[A-Za-z]/.test(String.fromCharCode(codePoint))) return LETTER;
    if (codePoint >= 0x30 && codePoint <= 0x39) return NUMBER;
    return codePoint === 0x20 || (codePoint >= 9 && codePoint <= 13) ? WHITE_SPACE : OTHER;
  }}
  if (isInRanges(LETTERS, codePoint)) return LETTER;
  if (isInRanges(NUMBERS, codePoint)) return NUMBER;
  return isInRanges(SPACES, codePoint) ? WHITE_SPACE : OTHER;
}}""")
