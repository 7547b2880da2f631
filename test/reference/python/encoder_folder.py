"""Reads an encoder's folder as the page serves it (docs/encoder-files.md): weights in 4 bits are expanded, a word table's shards joined."""

import gzip
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file
from tokenizers import BertWordPieceTokenizer, Tokenizer

WORDS = "embeddings.word_embeddings.weight"
SHARDS = "embeddings.word_embeddings.shards"


def read_encoder(folder: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The weights by their keys, without the word table, and the word table, f32[pieces, hidden]; keys have no `bert.` before them."""
    path = folder / "model.safetensors"
    weights = {key.removeprefix("bert."): values for key, values in _read(path).items()}
    if WORDS in weights:
        return weights, weights.pop(WORDS)
    shards = weights.pop(SHARDS).astype(np.uint8)
    with safe_open(path, "np") as file:
        names = file.metadata()["shards"].split()
    parts = [_read(folder / f"words-{name}.safetensors")[WORDS] for name in names]
    table = np.empty((len(shards), parts[0].shape[1]), np.float32)
    for shard, rows in enumerate(parts):
        assert len(rows) == (shards == shard).sum(), f"{names[shard]} has {len(rows)} rows"
        table[shards == shard] = rows
    return weights, table


def read_tokenizer(folder: Path):
    """The tokenizer of `tokenizers`; a `vocab.txt` alone is that of an uncased BERT."""
    packed = folder / "tokenizer.json.gz"
    if packed.exists():
        return Tokenizer.from_str(gzip.decompress(packed.read_bytes()).decode())
    return BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True)


def _read(path: Path) -> dict[str, np.ndarray]:
    weights = load_file(path)
    for key in [key for key in weights if key.endswith(".q4")]:
        name = key.removesuffix(".q4")
        weights[name] = _expand(weights.pop(key), weights.pop(f"{name}.scales"))
    return {key: values.astype(np.float32) for key, values in weights.items()}


def _expand(nibbles: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Blocks of 32 weights, (nibble - 8) * scale: the low nibbles of 16 bytes, then the high ones."""
    blocks = nibbles.reshape(-1, 16)
    low, high = (blocks & 15).astype(np.float32) - 8, (blocks >> 4).astype(np.float32) - 8
    return (np.concatenate([low, high], 1) * scales.astype(np.float32).reshape(-1, 1)).reshape(len(nibbles), -1)
