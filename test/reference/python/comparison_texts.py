"""Texts on which our tokenizers are compared with Hugging Face's, and both sides of the comparison. For the scripts beside it."""

import json
import random
import re
import subprocess
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

ROOT = Path(__file__).parents[3]


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


def random_strings(draw: random.Random, count: int, pieces: list[str]) -> list[str]:
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
        pieces,
    ]
    strings = []
    for _ in range(count):
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


def expected_words(tokenizer: Tokenizer, words: list[str]) -> list[list[int]]:
    return [tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids for word in words]


def ours(path: Path, texts: list[str], folder: Path, *mode: str) -> list[list[int]]:
    """What our tokenizer of a tokenizer.json or a folder makes of texts; with the mode `words`, the ids of each text as a word by itself."""
    (folder / "texts.json").write_text(json.dumps(texts))
    command = ["node", ROOT / "test/reference/encode-texts.mjs", path, folder / "texts.json", folder / "result.bin", *mode]
    subprocess.run(command, check=True, cwd=ROOT)
    numbers = np.fromfile(folder / "result.bin", "<i4")
    ends = np.flatnonzero(numbers == -1)
    return [part[:-1].tolist() for part in np.split(numbers, ends[:-1] + 1)]
