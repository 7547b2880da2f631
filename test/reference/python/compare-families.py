"""Compares our tokenizers of the families with Hugging Face's, ids and offsets: byte-level BPE, SentencePiece model files, WordPiece's settings.

The vocabularies are trained here on the corpora in ../shared/data, with every text preparation that `family_tokenizers.py` lists. Texts: the
corpora (all of them with the first preparation of each kind, every tenth sentence with the others), sentences in many languages, and random strings.
Corpus words by themselves are compared as `is_split_into_words` gives them.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf numpy
    python test/reference/python/compare-families.py [byte-level|sentence-piece|word-piece] [shown differences]
"""

import random
import sys
import tempfile
import unicodedata
from pathlib import Path

from comparison_texts import corpora, expected, expected_words, ours, random_strings
from family_tokenizers import (
    Made,
    byte_level_variants,
    sentence_piece_variants,
    train_byte_level,
    train_sentence_piece,
    train_word_piece,
    word_piece_variants,
)
from sample_texts import HARD, SENTENCES

RANDOM_STRINGS = 10_000
draw = random.Random(16)
wanted_kinds = [kind for kind in sys.argv[1:] if not kind.isdigit()]
shown = next((int(number) for number in sys.argv[1:] if number.isdigit()), 2)

sentences = [line for lines in corpora().values() for line in lines]
samples = [form for text in [*SENTENCES.strip().split("\n"), *HARD] for form in dict.fromkeys([text, unicodedata.normalize("NFD", text)])]
training = [*sentences[::4], *samples]
words = sorted({word for line in sentences[::3] for word in line.split()}) + [text for text in HARD if text]


def kinds() -> dict[str, dict[str, Made]]:
    albert = {"normalization_rule_name": "nmt_nfkc_cf", "pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1, "control_symbols": "[CLS],[SEP]", "user_defined_symbols": "[MASK]"}
    makers = {
        "byte-level": lambda: byte_level_variants(train_byte_level(training, 8000)),
        "sentence-piece": lambda: sentence_piece_variants(
            train_sentence_piece(training, 8000, user_defined_symbols="<ent>"), train_sentence_piece(training, 8000, **albert)
        ),
        "word-piece": lambda: word_piece_variants(train_word_piece(training, 8000, {char for text in samples for char in text})),
    }
    return {kind: make() for kind, make in makers.items() if not wanted_kinds or kind in wanted_kinds}


failures = 0
with tempfile.TemporaryDirectory() as name:
    for kind, variants in kinds().items():
        print(f"== {kind}", flush=True)
        for at, (variant, own) in enumerate(variants.items()):
            folder = Path(name) / f"{kind}-{at}"
            folder.mkdir()
            for file, content in own.files.items():
                (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
            pieces = list(own.oracle.get_vocab())
            texts = {
                "corpora": sentences if at == 0 else sentences[at % 10 :: 10],
                "languages": samples,
                "random": random_strings(random.Random(f"{kind} {at}"), RANDOM_STRINGS, pieces),
            }
            lines = [text for group in texts.values() for text in group]
            right = expected(own.oracle, lines)
            found = ours(folder, lines, Path(name))
            assert len(right) == len(found), (len(right), len(found))
            differing = [row for row in zip(lines, right, found) if row[1] != row[2]]
            ids = sum(row[1][: len(row[1]) // 3] != row[2][: len(row[2]) // 3] for row in differing)
            by_word = list(zip(words, expected_words(own.word_oracle or own.oracle, words), ours(folder, words, Path(name), "words")))
            wrong_words = [row for row in by_word if row[1] != row[2]]
            failures += len(differing) + len(wrong_words)
            count = sum(len(row) // 3 for row in right)
            print(
                f"{variant:90} {len(lines):7,} texts {count:9,} pieces: {ids} differ in ids, {len(differing)} in ids or offsets; "
                f"{len(by_word):,} words: {len(wrong_words)} differ",
                flush=True,
            )
            for text, one, other in (differing + wrong_words)[:shown]:
                print("   ", ascii(text), "\n      expected", one, "\n      found   ", other)
print(f"{failures} differ")
sys.exit(failures > 0)
