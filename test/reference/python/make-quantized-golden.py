"""Writes test/reference/golden/quantized.json: a small file with weights in blocks of 4 bits, and what they are.

The arithmetic is ggml's for Q4_0, with every nibble and scales of all sizes, subnormal ones among them.

    pip install safetensors numpy
    python test/reference/python/make-quantized-golden.py
"""

import base64
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save

random = np.random.default_rng(16)
rows, width = 3, 64
nibbles = random.integers(0, 256, (rows, width // 2), np.uint8)
nibbles[0, :16] = np.arange(16) * 17  # 0x00, 0x11, …, 0xff: every nibble in both halves
scales = np.array([[1.0, -0.0371], [6e-8, 0.0], [-65504.0, 1 / 3]], np.float16)

weights = np.empty((rows, width), np.float32)
for row in range(rows):
    for block in range(width // 32):
        for i in range(16):
            byte = int(nibbles[row, 16 * block + i])
            weights[row, 32 * block + i] = np.float32((byte & 15) - 8) * np.float32(scales[row, block])
            weights[row, 32 * block + i + 16] = np.float32((byte >> 4) - 8) * np.float32(scales[row, block])

bias = np.array([0.5, -1.25, 3.0], np.float16)
file = save(
    {"dense.weight.q4": nibbles, "dense.weight.scales": scales, "dense.bias": bias},
    metadata={"format": "pt", "quantization": "Q4_0"},
)
golden = {"base64": base64.b64encode(file).decode(), "weight": weights.flatten().tolist(), "bias": bias.tolist()}
(Path(__file__).parents[1] / "golden/quantized.json").write_text(json.dumps(golden) + "\n")
