"""Writes golden/tiny-bert.json: logits, gradients and three AdamW steps of a tiny BERT, computed by transformers and PyTorch in f64.

Run with torch and transformers installed: python test/reference/python/make-model-goldens.py
"""

import base64
import json
from pathlib import Path

import numpy
import torch
from transformers import BertConfig, BertForTokenClassification

SIZES = dict(vocab_size=31, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20)
POSITIONS, TAGS, PIECES = 16, 7, 9
LENGTHS = [9, 5, 3]  # the last: one word between [CLS] and [SEP]
RATES, CLIP, DECAY = [1e-3, 2e-3, 1e-3], 0.5, 0.01
IGNORED = -100


def seeded_numbers(size, seed):
    """The twin of seeded-numbers.ts."""
    numbers, state = [], seed
    for _ in range(size):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append(state / 2**31 - 1)
    return numpy.array(numbers, dtype=numpy.float32)


def batch_of(step):
    """Piece ids and labels of a step; padding has id 0, and neither first nor last pieces have a label."""
    pieces = numpy.zeros((len(LENGTHS), PIECES), dtype=int)
    labels = numpy.full((len(LENGTHS), PIECES), IGNORED)
    mask = numpy.zeros((len(LENGTHS), PIECES), dtype=int)
    for row, length in enumerate(LENGTHS):
        for place in range(length):
            pieces[row, place] = (step * 17 + row * 11 + place * 7 + 1) % SIZES["vocab_size"]
            mask[row, place] = 1
            if 0 < place < length - 1 and place != 4:
                labels[row, place] = (step + row * 3 + place * 5) % TAGS
    return pieces, mask, labels


def encoded(tensor):
    return base64.b64encode(tensor.detach().numpy().astype("<f4").tobytes()).decode()


config = BertConfig(
    **SIZES,
    max_position_embeddings=POSITIONS,
    num_labels=TAGS,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    attn_implementation="eager",
)
model = BertForTokenClassification(config).double()
parameters = dict(model.named_parameters())
with torch.no_grad():
    for seed, (key, parameter) in enumerate(parameters.items()):
        scale, shift = (0.1, 1.0) if key.endswith("LayerNorm.weight") else (0.1 if key.endswith("bias") else 0.3, 0.0)
        start = (seeded_numbers(parameter.numel(), seed + 1) * numpy.float32(scale) + numpy.float32(shift)).astype(numpy.float32)
        parameter.copy_(torch.tensor(start.astype(numpy.float64)).reshape(parameter.shape))

decaying = [p for key, p in parameters.items() if not (key.endswith("bias") or key.endswith("LayerNorm.weight"))]
resting = [p for key, p in parameters.items() if key.endswith("bias") or key.endswith("LayerNorm.weight")]
optimizer = torch.optim.AdamW([{"params": decaying, "weight_decay": DECAY}, {"params": resting, "weight_decay": 0.0}])

golden = {"keys": list(parameters), "steps": []}
for step, rate in enumerate(RATES):
    pieces, mask, labels = batch_of(step)
    output = model(input_ids=torch.tensor(pieces), attention_mask=torch.tensor(mask), labels=torch.tensor(labels))
    optimizer.zero_grad()
    output.loss.backward()
    record = {"pieceIds": pieces.ravel().tolist(), "attentionMask": mask.ravel().tolist(), "labelIds": labels.ravel().tolist()}
    record["loss"] = output.loss.item()
    record["logits"] = encoded(output.logits)
    if step == 0:
        golden["gradients"] = {key: encoded(parameter.grad) for key, parameter in parameters.items()}
    record["norm"] = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item()
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    golden["steps"].append(record)
golden["after"] = {key: encoded(parameter) for key, parameter in parameters.items()}

target = Path(__file__).parents[1] / "golden" / "tiny-bert.json"
target.write_text(json.dumps(golden, indent=1) + "\n")
print(target, target.stat().st_size, "bytes")
