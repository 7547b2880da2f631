"""Writes src/tokenizer/text/unicode-classes.ts: what Hugging Face's Rust tokenizer takes for punctuation, combining mark or noise.

The Rust code classifies by tables of Unicode 8, a browser by whatever Unicode it was built with. Asking the Rust tokenizer
about every code point freezes the first, so that a text gives the same pieces in every browser and in Python.

    python test/reference/python/make-unicode-classes.py > src/tokenizer/text/unicode-classes.ts
"""

import unicodedata

from code_point_ranges import ranges, wrapped
from tokenizers import normalizers, pre_tokenizers

clean = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
strip = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
chinese = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=True, strip_accents=False, lowercase=False)
split = pre_tokenizers.BertPreTokenizer()

classes = {"dropped": [], "whiteSpace": [], "punctuation": [], "nonspacingMarks": [], "ideographs": [], "undecomposed": []}
for code_point in range(0x80, 0x110000):
    if 0xD800 <= code_point <= 0xDFFF:
        continue
    char = chr(code_point)
    if clean.normalize_str(char) == "":
        classes["dropped"].append(code_point)
    elif clean.normalize_str(char) == " ":
        classes["whiteSpace"].append(code_point)
    elif len(split.pre_tokenize_str(f"x{char}y")) == 3:
        classes["punctuation"].append(code_point)
    if strip.normalize_str(char) == "":
        classes["nonspacingMarks"].append(code_point)
    if chinese.normalize_str(char) != char:
        classes["ideographs"].append(code_point)
# Characters that decompose, canonically or by compatibility, since a Unicode newer than the Rust tables; Python's own tables may be older
# than a browser's.
newer = [
    *[0x32FF, *range(0xA7F1, 0xA7F5), 0xAB69, 0x105C9, 0x105E4, *range(0x10781, 0x10786), *range(0x10787, 0x107B1), *range(0x107B2, 0x107BB)],
    *[0x11383, 0x11385, 0x1138E, 0x11391, 0x113C5, 0x113C7, 0x113C8, 0x11938, *range(0x16121, 0x16129), 0x16D68, 0x16D69, 0x16D6A],
    *[*range(0x1CCD6, 0x1CCFA), *range(0x1E030, 0x1E06E), 0x1F16C, *range(0x1FBF0, 0x1FBFA)],
]
for code_point in newer:
    assert normalizers.NFKD().normalize_str(chr(code_point)) == chr(code_point), hex(code_point)
classes["undecomposed"] = newer
assert unicodedata.normalize("NFD", "é") == strip.normalize_str("é") + "\u0301"


docs = {
    "dropped": "Tells characters that the tokenizer removes from the text: control, format and private use, and U+FFFD.",
    "whiteSpace": "Tells white space, which separates words.",
    "punctuation": "Tells punctuation; each character is a word of its own.",
    "nonspacingMarks": "Tells marks that are removed after decomposition where accents are stripped.",
    "ideographs": "Tells Chinese ideographs by block: each is a word of its own.",
    "undecomposed": "Tells characters that decompose since a newer Unicode than the Rust tokenizer's, which leaves them whole.",
}
print("""import { isInRanges, readRanges } from './code-point-ranges';

/**
 * The character classes of BERT's basic tokenizer beyond ASCII, as Hugging Face's Rust tokenizer has them (Unicode 8).
 *
 * Browsers know newer and differing Unicode versions; these tables keep the pieces of a text the same everywhere, and the
 * same as in Python. Written by test/reference/python/make-unicode-classes.py, which asks the Rust tokenizer about every code point.
 */
""")
for name, code_points in classes.items():
    upper = "".join(f"_{c}" if c.isupper() else c.upper() for c in name)
    print(f"const {upper} = readRanges(`\n{wrapped(ranges(code_points))}`);\n")
names = {"dropped": "isDropped", "whiteSpace": "isWhiteSpace", "punctuation": "isPunctuation", "nonspacingMarks": "isNonspacingMark", "ideographs": "isIdeograph", "undecomposed": "staysWhole"}
for name, function in names.items():
    upper = "".join(f"_{c}" if c.isupper() else c.upper() for c in name)
    print(f"/** {docs[name]} For code points from U+0080. */\nexport const {function} = (codePoint: number): boolean => isInRanges({upper}, codePoint);\n")
