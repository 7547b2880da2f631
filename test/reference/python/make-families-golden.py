"""Writes test/reference/golden/{byte-level,sentence-piece,word-piece}.json: what Hugging Face's Rust tokenizer makes of texts in many languages
with small vocabularies of the families' kinds and the text preparations that `family_tokenizers.py` lists.

The vocabularies are trained on the sentences of `sample_texts.py`. Offsets are UTF-16 code units; model files of SentencePiece are base64.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf
    python test/reference/python/make-families-golden.py
"""

import base64
import json
import unicodedata
from pathlib import Path

from charsmaps import nfkc_rules
from family_tokenizers import (
    Made,
    byte_level_variants,
    sentence_piece_variants,
    train_byte_level,
    train_sentence_piece,
    train_word_piece,
    word_piece_variants,
)
from sample_texts import HARD, SENTENCES, utf16

GOLDEN = Path(__file__).parents[1] / "golden"
ADDED_TEXTS = ["the harbour of Lübeck", "Harbourmaster Lübecker lübeck", "a <e1>b<e1> c", "a   <right>   c", "der Größe größe nach", "<mask> a <mask>b"]
sentences = SENTENCES.strip().split("\n")
texts = [text for at, sentence in enumerate(sentences) for text in ([sentence, unicodedata.normalize("NFD", sentence)] if at % 3 == 0 else [sentence])]
texts += HARD + ADDED_TEXTS
words = sorted({word for text in texts[::6] for word in text.split()})


def encoded(made: Made, text: str) -> dict:
    encoding = made.oracle.encode(text, add_special_tokens=False)
    places = lambda side: [utf16(text, offsets[side]) for offsets in encoding.offsets]
    return {"text": text, "pieceIds": encoding.ids, "starts": places(0), "ends": places(1)}


def changed(files: dict, first: dict) -> dict:
    """Files of a variant; of tokenizer.json, only the parts that are not the first variant's."""
    written = {name: base64.b64encode(content).decode() if isinstance(content, bytes) else content for name, content in files.items()}
    if "tokenizer.json" in files and "tokenizer.json" in first and files is not first:
        own, base = json.loads(files["tokenizer.json"]), json.loads(first["tokenizer.json"])
        written["tokenizer.json"] = {key: value for key, value in own.items() if base.get(key) != value}
    return written


def write(name: str, variants: dict[str, Made]) -> None:
    first = next(iter(variants.values()))
    seen = set()
    cases = []
    for at, (variant, made) in enumerate(variants.items()):
        some = texts if at == 0 else [*HARD[at % 3 :: 3], *sentences[at % 6 :: 6], *ADDED_TEXTS]
        files = changed(made.files, first.files)
        # A model file that stands in an earlier case is named by its place only.
        for file, content in made.files.items():
            if isinstance(content, bytes):
                if content in seen:
                    files[file] = "as before"
                seen.add(content)
        oracle = made.word_oracle or made.oracle
        by_word = [{"word": word, "pieceIds": oracle.encode([word], is_pretokenized=True, add_special_tokens=False).ids} for word in words[at % 5 :: 5]]
        cases.append({"name": variant, "files": files, "texts": [encoded(made, text) for text in some], "words": by_word})
    path = GOLDEN / f"{name}.json"
    path.write_text(json.dumps({"cases": cases}, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(f"{path.name}: {len(cases)} cases, {sum(len(case['texts']) for case in cases)} texts, {path.stat().st_size:,} bytes")


characters = {char for text in texts for char in text if char.isalpha() and ord(char) < 0x700}
write("byte-level", byte_level_variants(train_byte_level(sentences, 900)))
own = train_sentence_piece(sentences, 700, nfkc_rules(texts), user_defined_symbols="<ent>")
albert = {"normalization_rule_name": "identity", "pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1, "control_symbols": "[CLS],[SEP]", "user_defined_symbols": "[MASK]"}
write("sentence-piece", sentence_piece_variants(own, train_sentence_piece([text.lower() for text in sentences], 600, **albert)))
write("word-piece", word_piece_variants(train_word_piece(sentences, 900, characters)))
