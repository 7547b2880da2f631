"""Writes test/reference/golden/added-pieces.json: what Hugging Face's Rust tokenizer makes of pieces that were added to it.

Uncased with the bundled encoder's vocabulary, cased with the small one of make-tokenizer-goldens.py. Offsets are UTF-16 code units.

    pip install tokenizers==0.23.3
    python test/reference/python/make-added-pieces-golden.py
"""

import json
from pathlib import Path

from tokenizers import AddedToken, BertWordPieceTokenizer

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "test/reference/golden"
VOCABULARIES = {True: GOLDEN / "uncased-vocabulary.txt", False: GOLDEN / "cased-vocabulary.txt"}
ADDED = [
    AddedToken("harbourmaster", normalized=True),
    AddedToken("[ENT]", special=True, normalized=False),
    AddedToken("<e1>", normalized=False),
    AddedToken("<e1>>", normalized=False),
    AddedToken("Covid-19", normalized=True),
    AddedToken("Ärzte", normalized=True, single_word=True),
    AddedToken("ship", normalized=True, single_word=True),
    AddedToken("<left>", normalized=False, lstrip=True),
    AddedToken("<right>", normalized=False, rstrip=True),
    AddedToken("both", normalized=True, lstrip=True, rstrip=True, single_word=True),
    AddedToken("東京", normalized=True),
    AddedToken("New York", normalized=True),
    AddedToken("RAW", normalized=False),
]
TEXTS = [
    "The harbourmaster saw Harbourmasters and HARBOURMASTER.", "harbourmasterharbourmaster", "xharbourmastery",
    "[ENT] met [ent] at [ENT][ENT]x", "<e1>a<e1>>b<E1>", "COVID-19, covid-19s Covid-19", "covid -19",
    "Ärzte arzte ärzte Ärzten xÄrzte _Ärzte Ärzte's A\u0308rzte", "ship ships ship-yard friendship Ship, 3ship ship\u0301",
    "a   <left>   b <right>\t\n c", "<left><right> <left> <right>", "a both  b bothx  BOTH both", "\u00a0both\u2003x both",
    "in 東京都 und 東 京", "東京東京", "New York new york New  York NewYork new\tyork", "RAW raw RAWraw",
    "harbour\u00admaster harbour\u200bmaster", "", "   ", "é[ENT]é<e1>é", "[MASK][ENT][MASK] harbourmaster[SEP]", "😀harbourmaster😀<left>😀",
]
WORDS = ["harbourmaster", "Harbourmaster", "harbourmasters", "[ENT]", "COVID-19", "ship", "ships", "RAW", "Ärzte", "New York", "both", "<left>"]


def utf16(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le")) // 2


def encode(tokenizer, text: str) -> dict:
    encoded = tokenizer.encode(text, add_special_tokens=False)
    return {
        "pieceIds": encoded.ids,
        "starts": [utf16(text, start) for start, _ in encoded.offsets],
        "ends": [utf16(text, end) for _, end in encoded.offsets],
    }


golden = {}
for lowercase, path in VOCABULARIES.items():
    tokenizer = BertWordPieceTokenizer(str(path), lowercase=lowercase)
    inside = set(tokenizer.get_vocab())
    for token in ADDED:
        (tokenizer.add_special_tokens if token.special else tokenizer.add_tokens)([token])
    golden["uncased" if lowercase else "cased"] = {
        "added": [
            {
                "content": token.content,
                "id": tokenizer.token_to_id(token.content),
                "normalized": token.normalized,
                "singleWord": token.single_word,
                "leftStrip": token.lstrip,
                "rightStrip": token.rstrip,
                "inVocabulary": token.content in inside,
            }
            for token in ADDED
        ],
        "texts": [{"text": text, **encode(tokenizer, text)} for text in TEXTS],
        "words": [{"word": word, "pieceIds": tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids} for word in WORDS],
    }
(GOLDEN / "added-pieces.json").write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")
