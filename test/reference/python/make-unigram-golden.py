"""Writes test/reference/golden/unigram.json: what Hugging Face's Rust tokenizer makes of texts in many scripts with a small Unigram vocabulary.

Vocabulary, scores and charsmap are made here: pieces are the characters and frequent parts of the texts' own words, scores follow from a
hash. Some characters are left out, so that they are unknown. Offsets are UTF-16 code units.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf
    python test/reference/python/make-unigram-golden.py
"""

import json
import unicodedata
import zlib
from collections import Counter
from pathlib import Path

from charsmaps import charsmap_of_rules, nfkc_rules
from sample_texts import HARD, SENTENCES, utf16
from tokenizers import Tokenizer
from unigram_oracle import METASPACE, tokenizer_json, variants

ADDED = [
    {"content": "harbour", "normalized": True}, {"content": "<e1>", "normalized": False}, {"content": "Lübeck", "normalized": True, "single_word": True},
    {"content": "<left>", "normalized": False, "lstrip": True}, {"content": "<right>", "normalized": False, "rstrip": True},
]  # fmt: skip
ADDED_TEXTS = [
    "the harbour of Lübeck", "harbourmaster Lu\u0308beck Lübecker", "a <e1>b<e1> c", "a   <left>   b <right>   c", "<left><right>", "harbour harbour", "\u3000harbour", "the ｈarbour", "",
]  # fmt: skip

sentences = SENTENCES.strip().split("\n")
texts = [text for sentence in sentences for text in dict.fromkeys([sentence, unicodedata.normalize("NFD", sentence)])] + HARD

charsmap = charsmap_of_rules(nfkc_rules(texts))


def score(piece: str) -> float:
    """A number of its own for each piece; a longer piece is likelier than its letters together."""
    return -6 - 4 * len(piece) ** 0.5 - (zlib.crc32(piece.encode()) % 10_007) / 2_000


words = Counter("▁" + word for text in sentences for word in unicodedata.normalize("NFKC", text).split())
parts = Counter(word[at : at + length] for word in words for length in range(2, 7) for at in range(len(word)) if len(word) >= at + length)
characters = sorted({char for word in words for char in word} - set("łЪ東港ぷ부ث"))
frequent = sorted(part for part, count in parts.items() if count > 1 or zlib.crc32(part.encode()) % 9 == 0)
pieces = ["<s>", "<pad>", "</s>", "<unk>", *characters, *frequent[:: max(1, len(frequent) // 1200)], "<mask>"]
scores = [0.0 if piece[0] == "<" and len(piece) > 1 else score(piece) for piece in pieces]


def encoded(tokenizer: Tokenizer, text: str) -> dict:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return {
        "text": text,
        "pieceIds": encoding.ids,
        "starts": [utf16(text, start) for start, _ in encoding.offsets],
        "ends": [utf16(text, end) for _, end in encoding.offsets],
    }


def case(name: str, own_texts: list[str], changes: dict, own_pieces=pieces, own_scores=scores) -> dict:
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json(own_pieces, own_scores, charsmap, **changes)))
    return {"name": name, "changes": changes, "texts": [encoded(tokenizer, text) for text in own_texts]}


plain = tokenizer_json(pieces, scores, charsmap)
added = []
for piece in ADDED:
    own = pieces.index(piece["content"]) if piece["content"] in pieces else len(pieces) + sum(known["id"] >= len(pieces) for known in added)
    added.append({"id": own, "single_word": False, "lstrip": False, "rstrip": False, "special": False, **piece})
bytes_model = {**plain["model"], "byte_fallback": True, "vocab": plain["model"]["vocab"] + [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]}
cases = [
    case(name, texts if not changes else HARD[::3] + sentences[::4], changes) for name, changes in variants(charsmap).items()
] + [
    case("added pieces", ADDED_TEXTS, {"added_tokens": plain["added_tokens"] + added}),
    case("pieces of bytes", ["unknown: ⸘ ok", "⸘", "東港", "x<unk>y"], {"model": bytes_model}),
    case("no prefix", ["the town", " the town"], {"pre_tokenizer": {**METASPACE, "prepend_scheme": "never"}}),
]
tokenizer = Tokenizer.from_str(json.dumps(plain))
distinct = {word for text in texts[::5] for word in text.split()}
golden = {
    "tokenizer": plain,
    "cases": cases,
    "words": [
        {"word": word, "pieceIds": tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids} for word in sorted(distinct)
    ],
}
path = Path(__file__).parents[1] / "golden/unigram.json"
path.write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")
unknown = sum(encoded["pieceIds"].count(3) for encoded in cases[0]["texts"])
print(f"{len(pieces)} pieces, {len(texts)} texts, {unknown} unknown pieces, charsmap of {len(charsmap)} bytes, {path.stat().st_size:,} bytes")
