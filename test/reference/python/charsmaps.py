"""Precompiled charsmaps as SentencePiece writes them into its models. For the scripts beside it.

    pip install sentencepiece==0.2.3 protobuf
"""

import io
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2


def _trained(**options) -> bytes:
    written = io.BytesIO()
    lines = ["a small text of few words", "and another line"] * 50
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=written, vocab_size=40, hard_vocab_limit=False, minloglevel=2, **options
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(written.getvalue())
    return model.normalizer_spec.precompiled_charsmap


def charsmap_named(name: str) -> bytes:
    """The charsmap of one of SentencePiece's own rules, such as nmt_nfkc."""
    return _trained(normalization_rule_name=name)


def write_rules(rules: dict[str, str], path: Path) -> None:
    """Writes a file of rules, each of which replaces a text by another, as SentencePiece reads it."""
    code_points = lambda text: " ".join(f"{ord(char):X}" for char in text)
    path.write_text("".join(f"{code_points(old)}\t{code_points(new)}\n" for old, new in rules.items()))


def charsmap_of_rules(rules: dict[str, str]) -> bytes:
    """The charsmap that replaces each text by another."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.tsv"
        write_rules(rules, path)
        return _trained(normalization_rule_tsv=str(path))


def nfkc_rules(texts: list[str]) -> dict[str, str]:
    """The rules of nmt_nfkc for the characters of some texts alone."""
    rules = {}
    for char in sorted({char for text in texts for char in text + unicodedata.normalize("NFD", text)}):
        if char in "\t\n\r" or unicodedata.category(char) in ("Zs", "Zl", "Zp") and char != " " or char in "\u200b\u200c\u200d\ufeff▁":
            rules[char] = " "
        elif unicodedata.category(char) == "Cc":
            rules[char] = ""
        elif unicodedata.normalize("NFKC", char) != char:
            rules[char] = unicodedata.normalize("NFKC", char)
        parts = unicodedata.normalize("NFD", char)
        if len(parts) == 2 and unicodedata.normalize("NFC", parts) == char and ord(char) < 0xAC00:
            rules[parts] = char
    return rules
