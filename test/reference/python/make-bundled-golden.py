"""Writes test/reference/golden/bundled-encoder.json: hashes of the bundled encoder's weights, expanded to float32 by NumPy.

    pip install safetensors numpy tokenizers==0.23.3
    python test/reference/python/make-bundled-golden.py

`float32` is over all tensors in the order of their names, without the word table; `words` over every 97th row of the table.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from encoder_folder import SHARDS, read_encoder

ROOT = Path(__file__).parents[3]
EVERY = 97

weights, table = read_encoder(ROOT / "public/models/multilingual-e5-small-8")
digest = hashlib.sha256()
for name in sorted(weights):
    digest.update(weights[name].astype(np.float32).tobytes())
golden = {
    "tensors": len(weights),
    "weights": sum(values.size for values in weights.values()),
    "float32": digest.hexdigest(),
    "every": EVERY,
    "words": hashlib.sha256(np.ascontiguousarray(table[::EVERY]).tobytes()).hexdigest(),
}
assert SHARDS not in weights
path = ROOT / "test/reference/golden/bundled-encoder.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.read_text())
