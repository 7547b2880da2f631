"""Precompiled charsmaps as SentencePiece writes them into its models. For the scripts beside it.

    pip install sentencepiece==0.2.3 protobuf
"""

import io
import tempfile
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


def charsmap_of_rules(rules: dict[str, str]) -> bytes:
    """The charsmap that replaces each text by another."""
    code_points = lambda text: " ".join(f"{ord(char):X}" for char in text)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.tsv"
        path.write_text("".join(f"{code_points(old)}\t{code_points(new)}\n" for old, new in rules.items()))
        return _trained(normalization_rule_tsv=str(path))
