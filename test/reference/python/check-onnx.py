"""Holds an exported .onnx file against ONNX's own checker and against Python's onnxruntime.

Beside FILE stands FILE.logits.json with what onnxruntime-web or the trained model said:
{"sequences": [[piece ids]], "logits": [[numbers of [pieces, tags], row by row]]}. Without it only the checker runs, and that is said.

Run: python test/reference/python/check-onnx.py FILE...
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-4


def check(path):
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(str(path))
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    print(f"{path}: the checker agrees; {len(model.graph.node)} nodes, {len(model.graph.initializer)} tensors, "
          f"metadata {', '.join(metadata)}")
    expected_path = path.with_name(path.name + ".logits.json")
    if not expected_path.exists():
        print(f"{path}: logits not compared, {expected_path.name} is not there")
        return True
    expected = json.loads(expected_path.read_text())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    sequences, logits = expected["sequences"], expected["logits"]
    alone = [run(session, [ids])[0] for ids in sequences]
    together = run(session, sequences)
    worst = 0.0
    for ids, numbers, one, padded in zip(sequences, logits, alone, together, strict=True):
        wanted = np.array(numbers, dtype=np.float32).reshape(len(ids), -1)
        worst = max(worst, np.abs(one - wanted).max(), np.abs(padded[: len(ids)] - wanted).max())
    print(f"{path}: largest difference over {len(sequences)} sequences, alone and as a batch: {worst:.2e}")
    return worst <= TOLERANCE


def run(session, sequences):
    pieces = max(map(len, sequences))
    ids = np.array([row + [0] * (pieces - len(row)) for row in sequences], dtype=np.int64)
    mask = np.array([[1] * len(row) + [0] * (pieces - len(row)) for row in sequences], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    taken = {each.name for each in session.get_inputs()}  # files of some families take no token types
    return session.run(["logits"], {name: array for name, array in inputs.items() if name in taken})[0]


if len(sys.argv) < 2:
    sys.exit(__doc__)
sys.exit(0 if all([check(Path(path)) for path in sys.argv[1:]]) else 1)
