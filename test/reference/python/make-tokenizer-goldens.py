"""Writes test/reference/golden/tokenizer.json and cased-vocabulary.txt: what Hugging Face's Rust tokenizer makes of our texts.

Uncased with the bundled encoder's vocabulary, cased with a small one trained here on the CC0 corpus. Offsets are converted
from code points, as Python has them, to UTF-16 code units.

    pip install tokenizers==0.23.3 transformers==5.23.0
    python test/reference/python/make-tokenizer-goldens.py
"""

import hashlib
import json
import re
from array import array
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, BertWordPieceTokenizer
from transformers import BertTokenizerFast

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared/data"
GOLDEN = ROOT / "test/reference/golden"
UNCASED = GOLDEN / "uncased-vocabulary.txt"
CASED = GOLDEN / "cased-vocabulary.txt"
CORPORA = [
    "wnut17/wnut17train.conll", "wnut17/emerging.dev.conll", "wnut17/emerging.test.annotated",
    "uner_en_ewt/en_ewt-ud-train.derived.iob2", "uner_en_ewt/en_ewt-ud-dev.iob2", "uner_en_ewt/en_ewt-ud-test.iob2",
    "mobie_de/train.conll2003", "mobie_de/dev.conll2003", "mobie_de/test.conll2003",
    "germeval2014/NER-de-dev.tsv", "germeval2014/NER-de-test.tsv", "europeana_cc0/enp_DE.sbb.bio",
]
HARD_CASES = [
    "",
    " \t\r\n ",
    "My grandmother lived in Dublin, until 1939.",
    # accents, composed and decomposed; letters that do not decompose; marks at the end, at the start, alone
    "Café Zoë naïve Ångström", "Cafe\u0301 Zoe\u0308 na\u0131\u0308ve", "Ærø Łódź Straße ẞ", "e\u0301", "\u0301e", "\u0301", "x \u0301 y",
    "o\u0323\u0302 ộ ợ", "!\u0301?", "a\u20dd b\u0488", "क्षि हिन्दी", "ที่นี่", "שָׁלוֹם", "مُحَمَّد",
    # ideographs in and beyond the basic plane, kana, Hangul
    "東京Tokyo都", "𠀀𠀁x𫝀", "\U0002b820\U0002b739", "豈\U0002f800", "ひらがなカタカナ", "한국어 각", "中\u0301國",
    # emoji: joined, with skin tone, flags, keycaps, variation selectors
    "👩‍👩‍👧‍👦", "👍🏽ok", "🇩🇪🇮🇪", "1️⃣2", "❤️love", "a😀b 😀😀", "🏴\U000e0067\U000e0062\U000e007f",
    # invisible characters
    "Mark\u00adbericht", "zero\u200bwidth", "\u200b", "\ufeffbom", "a\u200db\u200cc", "x\u2060y", "a\u0000b\u0007c\u007fd", "a\u0085b",
    "word\u200b", "\u00ad,\u00ad", "a\u00a0b\u2003c\u3000d\u2028e\u2029f\u1680g", "a\u000bb\u000cc", "\ufffdx\ufffd", "private\ue000use",
    # case: final sigma, Turkish i, titlecase digraphs, ligatures
    "ΟΔΥΣΣΕΥΣ Σ ΣΑΣ", "İstanbul I ı i", "ǅungla ǆ", "ﬁn ﬀ", "ŉ ǰ", "K Å ℡", "ΰ ΐ ᾳ ᾼ", "ÀÉÎÕÜ",
    # special pieces in the text, and what only looks like them
    "The [MASK] sat.", "x[MASK]y", "[mask]", "[MASK", "[CLS][SEP]", "[UNK] [PAD]", "[ MASK ]", "[[MASK]]", "[MASK]\u0301", "é[MASK]é",
    "[unused1]", "##ing", "a##b",
    # punctuation: ASCII, Unicode, and symbols that are none
    "O'Neal's U.S.-based $3,400.50 (50%)", "„Hallo“ – ‚so‘ … «da»", "a_b-c/d\\e|f~g`h^i", "§5 ¶ ¿qué? ¡sí!", "5€ £3 ¥ + < = > ™ ° ²",
    "a\u037eb\u1fefc", "，。！？「」", "@user #hashtag http://a.b/c?d=e&f",
    # characters newer than the Rust tokenizer's Unicode tables
    "x\u2e52y", "x\u061dy", "x\u1ac1y", "\U00011938", "x\u0890y", "\U0001e900\U0001e922", "ꟁ Ꟃ",
    # length
    "a" * 100, "a" * 101, "Z" * 200, "é" * 100, "é" * 101, "😀" * 100, "😀" * 101, "x" * 99 + "é\u0301", "donau" * 20 + "!" + "donau" * 21,
]
PRE_SPLIT = [
    "My grandmother lived in Dublin until 1939".split(),
    ["Empire", "State", "Building", "=", "ESB", "."],
    ["\ufeff", "Straßenbahnhaltestellenverzeichnis", "\u200b", "U.S.", "", "[MASK]", "😀", "antidisestablishmentarianism"],
    ["\u200b"],
    [],
]
NEVER_SPLIT = {"pieces": ["new", "york", "##s", "$"], "texts": ["newyork news", "a $5 new", "NEW york##s", "york new$"]}


def train_cased_vocabulary():
    words = [line.split(" ")[0] for line in (DATA / CORPORA[-1]).read_bytes().decode().split("\n") if line and not line.startswith("#")]
    trained = BertWordPieceTokenizer(lowercase=False)
    alphabet = sorted({c for text in HARD_CASES for c in text if c.isalpha() or c in "😀$€"})
    trained.train_from_iterator(words, vocab_size=3000, min_frequency=2, initial_alphabet=alphabet, show_progress=False)
    vocabulary = trained.get_vocab()
    pieces = sorted(vocabulary, key=vocabulary.get)
    CASED.write_text("\n".join(pieces) + "\n", "utf-8")


def utf16_offsets(text):
    """UTF-16 place of every code point, and of the end."""
    places = array("i", [0])
    for char in text:
        places.append(places[-1] + (2 if ord(char) > 0xFFFF else 1))
    return places


def encode(tokenizer, text):
    encoding = tokenizer.encode(text, add_special_tokens=False)
    places = utf16_offsets(text)
    starts = [places[start] for start, _ in encoding.offsets]
    ends = [places[end] for _, end in encoding.offsets]
    return {"pieceIds": encoding.ids, "starts": starts, "ends": ends}


def hash_lines(tokenizer, lines):
    """SHA-256 over every line's ids, starts and ends as little-endian i32, each line closed by -1; and how many pieces."""
    digest, pieces = hashlib.sha256(), 0
    for line in lines:
        encoding = encode(tokenizer, line)
        pieces += len(encoding["pieceIds"])
        digest.update(array("i", [*encoding["pieceIds"], *encoding["starts"], *encoding["ends"], -1]).tobytes())
    return {"pieces": pieces, "sha256": digest.hexdigest()}


def every_character():
    """Each of Unicode's characters between two letters, 256 to a line; of the planes that have none, a line each."""
    for block in range(0, 0x110000, 256):
        if block < 0xD800 or 0xE000 <= block < 0x34000 or block % 0x10000 == 0 or 0xE0000 <= block < 0xE0200:
            yield " ".join(f"x{chr(code_point)}y" for code_point in range(block, block + 256))


def encode_pre_split(tokenizer, words, max_pieces):
    encoding = tokenizer(words, is_split_into_words=True, truncation=True, max_length=max_pieces)
    word_ids = encoding.word_ids()
    return {
        "words": words,
        "maxPieces": max_pieces,
        "pieceIds": encoding["input_ids"],
        "firstPieces": [word_ids.index(i) if i in word_ids else -1 for i in range(len(words))],
    }


if not CASED.exists():
    train_cased_vocabulary()
modes = {
    "uncased": BertWordPieceTokenizer(str(UNCASED), lowercase=True),
    "cased": BertWordPieceTokenizer(str(CASED), lowercase=False),
}
never_split = BertWordPieceTokenizer(str(UNCASED), lowercase=True)
never_split.add_tokens([AddedToken(piece, normalized=False) for piece in NEVER_SPLIT["pieces"]])
fast = BertTokenizerFast(vocab=str(UNCASED), do_lower_case=True)
golden = {
    "tokenizers": tokenizers.__version__,
    "corpora": {name: {mode: hash_lines(tokenizer, (DATA / name).read_bytes().decode().split("\n")) for mode, tokenizer in modes.items()} for name in CORPORA},
    "everyCharacter": {mode: hash_lines(tokenizer, every_character()) for mode, tokenizer in modes.items()},
    "hardCases": [{"text": text, **{mode: encode(tokenizer, text) for mode, tokenizer in modes.items()}} for text in HARD_CASES],
    "neverSplit": {"pieces": NEVER_SPLIT["pieces"], "cases": [{"text": text, **encode(never_split, text)} for text in NEVER_SPLIT["texts"]]},
    "preSplit": [encode_pre_split(fast, words, max_pieces) for words in PRE_SPLIT for max_pieces in (3, 5, 8, 9, 32)],
}
lines = json.dumps(golden, indent=1)
# One array a line, not one number a line.
(GOLDEN / "tokenizer.json").write_text(re.sub(r"\[\s+((?:-?\d+,?\s+)+)\]", lambda m: "[" + " ".join(m[1].split()) + "]", lines) + "\n")
