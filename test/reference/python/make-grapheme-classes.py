"""Writes src/tokenizer/preparation/grapheme-classes.ts: which characters Hugging Face's Rust tokenizer takes for one with their neighbour.

A browser knows the grapheme clusters of whatever Unicode it was built with, or none. Asking the Rust tokenizer about every code point, by
charsmaps that replace a few letters, freezes its own, so that a text gives the same pieces in every browser and in Python.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf
    python test/reference/python/make-grapheme-classes.py > src/tokenizer/preparation/grapheme-classes.ts
"""

import unicodedata

from charsmaps import charsmap_of_rules
from code_point_ranges import ranges, wrapped
from tokenizers import normalizers

ACCENT = "\u0301"
code_points = [code_point for code_point in range(1, 0x110000) if not 0xD800 <= code_point <= 0xDFFF]
letter = normalizers.Precompiled(charsmap_of_rules({"x": "y"}))
# The whole cluster becomes the "y" of its first letter.
joined = [c for c in code_points if letter.normalize_str("x" + chr(c)) == "y"]
# The letter and its accent are looked up as a cluster of their own, unless the character before them belongs to it.
prepended = [c for c in code_points if c != ord("x") and letter.normalize_str(chr(c) + "x" + ACCENT)[-1] == ACCENT]

assert 0x301 in joined and 0x200D in joined and 0x600 in prepended

# Control characters stand alone. In the Basic Multilingual Plane they are asked about; beyond, a cluster with an accent is too long to be looked up.
format_characters = [
    c
    for c in code_points
    if unicodedata.category(chr(c)) in ("Cc", "Cf", "Zl", "Zp") or 0x2060 <= c <= 0x206F or 0xFFF0 <= c <= 0xFFF8 or 0xE0000 <= c <= 0xE0FFF
]
control = normalizers.Precompiled(charsmap_of_rules({chr(c): "y" for c in format_characters}))
controls = [
    c
    for c in format_characters
    if c not in joined and c not in prepended and (c > 0xFFFF or control.normalize_str(chr(c) + ACCENT) == "y" + ACCENT)
]
assert controls[0] == 1 and 0xAD in controls


print(f"""import {{ isInRanges, readRanges }} from '../text/code-point-ranges';

/**
 * The classes of characters that make grapheme clusters, as Hugging Face's Rust tokenizer has them (Unicode 16).
 *
 * Written by test/reference/python/make-grapheme-classes.py, which asks the Rust tokenizer about every code point: browsers know newer and
 * older clusters, or none.
 */

const JOINED = readRanges(`
{wrapped(ranges(joined))}`);

const PREPENDED = readRanges(`
{wrapped(ranges(prepended))}`);

const CONTROLS = readRanges(`
{wrapped(ranges(controls))}`);

/** Tells a mark or joiner, which belongs to the character before it. */
export const isJoined = (codePoint: number): boolean => codePoint >= 0x300 && isInRanges(JOINED, codePoint);

/** Tells a sign that belongs to the character behind it. */
export const isPrepended = (codePoint: number): boolean => codePoint >= 0x600 && isInRanges(PREPENDED, codePoint);

/** Tells a control character, line ends among them, to which nothing belongs. */
export const isControl = (codePoint: number): boolean => isInRanges(CONTROLS, codePoint);""")
