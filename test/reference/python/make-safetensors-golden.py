"""Writes test/reference/golden/safetensors.json: small files from Hugging Face's own writer, and what they hold.

    pip install safetensors torch
    python test/reference/python/make-safetensors-golden.py
"""

import base64
import json
from pathlib import Path

import torch
from safetensors.torch import save

torch.manual_seed(5)
WEIGHTS = {
    "bert.embeddings.LayerNorm.weight": torch.ones(3),
    "a": torch.randn(2, 3),
    "Z": torch.tensor([0.0, -0.0, 6.1e-5, 5.96e-8, 65504.0, 1 / 3, -2.5]),
    "scalar": torch.tensor(0.15625),
    "empty": torch.zeros(0, 4),
}
files = {}
for name, dtype in {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}.items():
    tensors = {key: values.to(dtype) for key, values in WEIGHTS.items()}
    files[name] = {
        "base64": base64.b64encode(save(tensors, metadata={"format": "pt"})).decode(),
        "values": {
            key: {"shape": list(values.shape), "data": values.float().flatten().tolist()} for key, values in tensors.items()
        },
    }
mixed = {"weights": torch.randn(2), "position_ids": torch.arange(4).reshape(1, 4)}
files["mixed"] = {
    "base64": base64.b64encode(save(mixed)).decode(),
    "values": {"weights": {"shape": [2], "data": mixed["weights"].tolist()}},
}
golden = Path(__file__).parents[1] / "golden/safetensors.json"
golden.write_text(json.dumps(files, indent=1) + "\n")
