"""Writes src/tokenizer/preparation/combining-classes.ts: the order of marks and the marks themselves, as Hugging Face's Rust tokenizer has them.

Its normal forms (NFC, NFD, NFKC, NFKD) are of one Unicode, a browser's of another. Asking the Rust tokenizer about every code point freezes
its own.

    pip install tokenizers==0.23.3
    python test/reference/python/make-combining-classes.py > src/tokenizer/preparation/combining-classes.ts
"""

import sys
import unicodedata
from collections import defaultdict

from code_point_ranges import ranges, wrapped
from tokenizers import normalizers

OVERLAY, IOTA = "\u0334", "\u0345"  # of the lowest class, 1, and of the highest, 240
nfd = normalizers.NFD()
strip = normalizers.StripAccents()
code_points = [c for c in range(0x300, 0x110000) if not 0xD800 <= c <= 0xDFFF]


def ordered(c: int) -> bool:
    """Whether a character has a class above 1: a mark of class 1 moves before it."""
    return nfd.normalize_str("x" + chr(c) + OVERLAY).find(OVERLAY) == 1


references = {}
for c in code_points:
    value = unicodedata.combining(chr(c))
    if value > 0 and value not in references and nfd.normalize_str(chr(c)) == chr(c):
        references[value] = chr(c)
values = sorted(references)


def class_of(c: int) -> int:
    """The lowest reference that stays before the character, when it stands there, has a class no larger: the largest such is its own."""
    known = unicodedata.combining(chr(c))
    candidates = [known] if known else values
    for value in candidates:
        mark = references[value]
        stays = nfd.normalize_str("x" + mark + chr(c)) == "x" + mark + chr(c)
        stays_behind = nfd.normalize_str("x" + chr(c) + mark) == "x" + chr(c) + mark
        if stays and stays_behind:
            return value
    raise ValueError(f"no class for {c:x}")


classes = defaultdict(list)
for c in code_points:
    decomposes = nfd.normalize_str(chr(c)) != chr(c)
    if unicodedata.combining(chr(c)) == 1 and not decomposes:
        classes[1].append(c)
    elif not decomposes and ordered(c):
        classes[class_of(c)].append(c)
marks = [c for c in range(0x80, 0x110000) if not 0xD800 <= c <= 0xDFFF and strip.normalize_str(chr(c)) == ""]
assert 0x301 in classes[230] and 0x903 in marks
print(f"{sum(map(len, classes.values()))} ordered, {len(marks)} marks", file=sys.stderr)


table = "\n".join(wrapped(f"{value}: {ranges(classes[value])}") for value in sorted(classes))
print(f"""import {{ isInRanges, readRanges }} from '../text/code-point-ranges';

/**
 * The marks of Unicode and the classes by which they are put in order, as Hugging Face's Rust tokenizer has them.
 *
 * Written by test/reference/python/make-combining-classes.py, which asks the Rust tokenizer about every code point: browsers know newer and
 * older ones.
 */

const MARKS = readRanges(`
{wrapped(ranges(marks))}`);

/** Characters of each combining class but 0. */
const CLASSES = readClasses(`
{table}`);

/** Reads classes, each with a colon and its ranges behind it. */
function readClasses(text: string): ReadonlyMap<number, number> {{
  const classes = new Map<number, number>();
  let value = 0;
  for (const item of text.trim().split(/\\s+/)) {{
    if (item.endsWith(':')) {{
      value = Number(item.slice(0, -1));
    }} else {{
      const [first = 0, last = first] = readRanges(item);
      for (let codePoint = first; codePoint <= last; codePoint++) classes.set(codePoint, value);
    }}
  }}
  return classes;
}}

/** Tells a mark, spacing or not, which is no letter by itself. */
export const isMark = (codePoint: number): boolean => isInRanges(MARKS, codePoint);

/** Returns the canonical combining class of a character, 0 for all that are no marks. */
export const combiningClassOf = (codePoint: number): number => CLASSES.get(codePoint) ?? 0;""")
