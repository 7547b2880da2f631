"""Holds exported .onnx files whose word table is in blocks against the same files with the whole table in f32.

The table is expanded here by numpy, from the tensors in the file, and put in the place of the look-up as one Gather. Both models run in
onnxruntime on random sequences of pieces that are in the file, alone and as a padded batch: their logits must be equal bit for bit. A piece
that is not in the file must end with an error, with graph optimizations and without. ONNX's checker sees both models.

Run: python test/reference/python/check-word-blocks.py FILE...
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

KEY = "bert.embeddings.word_embeddings"
BLOCK = 32
SEQUENCES = 40


def expand(tensors):
    """The table f32[pieces, hidden] and the ids of the pieces in it."""
    places, nibbles, scales = (numpy_helper.to_array(tensors[f"{KEY}.{name}"]) for name in ("places", "nibbles", "scales"))
    rows, half = nibbles.shape
    blocks = nibbles.reshape(rows, half * 2 // BLOCK, BLOCK // 2)
    values = np.concatenate([blocks & 15, blocks >> 4], axis=2).astype(np.int8) - 8
    kept = (values.astype(np.float32) * scales.astype(np.float32)[:, :, None]).reshape(rows, half * 2)
    changed = tensors.get(f"{KEY}.changed")
    table = kept if changed is None else np.concatenate([kept, numpy_helper.to_array(changed)])
    present = np.flatnonzero(places < len(table))
    whole = np.zeros((len(places), half * 2), dtype=np.float32)
    whole[present] = table[places[present]]
    return whole, present, len(table) - rows


def with_whole_table(model, whole):
    plain = onnx.ModelProto()
    plain.CopyFrom(model)
    graph = plain.graph
    nodes = [node for node in graph.node if not node.name.startswith("embeddings/words/") and node.name != "embeddings/words"]
    at = next(i for i, node in enumerate(nodes) if "embeddings/words" in node.input)
    nodes.insert(at, helper.make_node("Gather", [f"{KEY}.weight", "input_ids"], ["embeddings/words"], axis=0))
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, numpy_helper.from_array(whole, f"{KEY}.weight")])
    return plain


def open_session(model, optimized=True):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimized else levels.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def run(session, sequences):
    pieces = max(map(len, sequences))
    ids = np.zeros((len(sequences), pieces), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    ids[mask == 0] = sequences[0][0]  # a piece that is there
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    return session.run(["logits"], inputs)[0]


def is_refused(session, sequence):
    try:
        run(session, [sequence])
    except Exception as error:  # onnxruntime has classes of its own for each code
        return "out of data bounds" in str(error) or "out of bounds" in str(error)
    return False


def check(path):
    model = onnx.load(str(path))
    onnx.checker.check_model(str(path), full_check=True)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    whole, present, changed = expand(tensors)
    plain = with_whole_table(model, whole)
    onnx.checker.check_model(plain, full_check=True)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    longest = json.loads(metadata["tagwerk.maxPieces"])
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB, the checker agrees; words {metadata['tagwerk.words']}, "
          f"{len(present)} of {len(whole)} pieces are in the file")
    random = np.random.default_rng(16)
    sequences = [random.choice(present, size=random.integers(3, longest + 1)) for _ in range(SEQUENCES)]
    if changed:  # one sequence of changed rows
        places = numpy_helper.to_array(tensors[f"{KEY}.places"])
        ids = np.flatnonzero((places >= len(numpy_helper.to_array(tensors[f"{KEY}.nibbles"]))) & (places < places.max() + 1))
        sequences.append(ids[np.isin(ids, present)][:longest])
    absent = np.setdiff1d(np.arange(len(whole)), present)[:3]
    good = True
    for optimized in (True, False):
        blocks, expanded = open_session(model, optimized), open_session(plain, optimized)
        alone = all(np.array_equal(run(blocks, [s]), run(expanded, [s])) for s in sequences)
        together = np.array_equal(run(blocks, sequences), run(expanded, sequences))
        refused = all(is_refused(blocks, [present[0], piece]) for piece in absent)
        good = good and alone and together and refused
        print(f"  {'all' if optimized else 'no'} graph optimizations: logits of {len(sequences)} sequences equal bit for bit "
              f"alone {alone}, as a batch {together}; {len(absent)} pieces that are not there end with an error {refused}")
    return good


if len(sys.argv) < 2:
    sys.exit(__doc__)
sys.exit(0 if all([check(Path(path)) for path in sys.argv[1:]]) else 1)
