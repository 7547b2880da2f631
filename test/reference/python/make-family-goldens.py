"""Writes golden/families.json: tiny encoders of each family as transformers saves them, with logits, gradients and losses in float64.

Of each it holds config.json as `save_pretrained` wrote it, the names and shapes of the tensors in model.safetensors (of the token
classifier, of the bare encoder and of the pre-trained model), and what PyTorch makes of a batch. Weights come from a formula: number i of
the tensor at place k of the token classifier's sorted names is `seeded_numbers(…, k + 1)[i]`, scaled as in `weights_of`.

Run with torch and transformers installed: python test/reference/python/make-family-goldens.py
"""

import base64
import json
import re
import tempfile
from pathlib import Path

import numpy
import torch
from safetensors import safe_open
from transformers import AutoConfig, AutoModel, AutoModelForPreTraining, AutoModelForTokenClassification

VOCABULARY, TAGS, PIECES = 29, 5, 9
LENGTHS = [9, 5, 3]
RATES, CLIP, DECAY = [1e-3, 2e-3, 1e-3], 0.5, 0.01
IGNORED = -100
SIZES = dict(vocab_size=VOCABULARY, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
# Of each family another depth, width or activation; widths that four divides, and others.
CASES = {
    "bert": ("bert", dict(SIZES, hidden_act="gelu_new", max_position_embeddings=12)),
    "distilbert": ("distilbert", dict(vocab_size=VOCABULARY, dim=8, n_layers=2, n_heads=2, hidden_dim=12, max_position_embeddings=10)),
    "distilbert-relu": (
        "distilbert",
        dict(vocab_size=VOCABULARY, dim=6, n_layers=1, n_heads=3, hidden_dim=7, max_position_embeddings=9, activation="relu", sinusoidal_pos_embds=True),
    ),
    "roberta": ("roberta", dict(SIZES, hidden_act="relu", max_position_embeddings=12, type_vocab_size=1, layer_norm_eps=1e-5)),
    "xlm-roberta": (
        "xlm-roberta",
        dict(SIZES, hidden_size=6, num_hidden_layers=1, num_attention_heads=3, intermediate_size=7, hidden_act="relu", max_position_embeddings=11, type_vocab_size=1, layer_norm_eps=1e-5),
    ),
    # As CamemBERT 2 has it: padding has id 0, so positions begin at 1.
    "camembert": ("camembert", dict(SIZES, num_hidden_layers=1, max_position_embeddings=11, type_vocab_size=1, pad_token_id=0)),
    "electra": ("electra", dict(SIZES, embedding_size=6, num_hidden_layers=2, hidden_act="gelu", max_position_embeddings=12)),
    "electra-base": ("electra", dict(SIZES, embedding_size=8, num_hidden_layers=1, hidden_act="gelu_new", max_position_embeddings=12)),
}


def seeded_numbers(size, seed):
    """The twin of seeded-numbers.ts."""
    numbers, state = [], seed
    for _ in range(size):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append(state / 2**31 - 1)
    return numpy.array(numbers, dtype=numpy.float32)


def is_norm(name):
    return re.search(r"(LayerNorm|layer_norm)\.weight$", name) is not None


def weights_of(name, shape, place):
    numbers = seeded_numbers(int(numpy.prod(shape)), place + 1)
    scale, shift = (0.1, 1.0) if is_norm(name) else (0.1 if name.endswith("bias") else 0.3, 0.0)
    start = (numbers * numpy.float32(scale) + numpy.float32(shift)).astype(numpy.float32)
    return torch.tensor(start.astype(numpy.float64)).reshape(shape)


def batch_of(step, padding):
    """Piece ids, mask and labels of a step. No piece is padding: RoBERTa does not count such a one as a position."""
    pieces = numpy.full((len(LENGTHS), PIECES), padding)
    labels = numpy.full((len(LENGTHS), PIECES), IGNORED)
    mask = numpy.zeros((len(LENGTHS), PIECES), dtype=int)
    for row, length in enumerate(LENGTHS):
        for place in range(length):
            pieces[row, place] = 2 + (step * 17 + row * 11 + place * 7) % (VOCABULARY - 2)
            mask[row, place] = 1
            if 0 < place < length - 1 and place != 4:
                labels[row, place] = (step + row * 3 + place * 5) % TAGS
    return [torch.tensor(array) for array in (pieces, mask, labels)]


def encoded(tensors):
    numbers = torch.cat([tensor.detach().flatten() for tensor in tensors])
    return base64.b64encode(numbers.numpy().astype("<f4").tobytes()).decode()


def saved(model):
    """The folder's config.json, and the tensors of its model.safetensors by name."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        config = json.loads((Path(folder) / "config.json").read_text())
        with safe_open(Path(folder) / "model.safetensors", "pt") as file:
            return config, {name: file.get_slice(name).get_shape() for name in sorted(file.keys())}


def golden_of(kind, settings):
    torch.manual_seed(1)
    config = AutoConfig.for_model(kind, **settings, num_labels=TAGS)
    model = AutoModelForTokenClassification.from_config(config, attn_implementation="eager")
    written, tensors = saved(model)
    model = model.double().eval()  # without dropout
    parameters = dict(model.named_parameters())
    assert sorted(parameters) == list(tensors), "a buffer is saved, or a parameter is not"
    for place, (name, shape) in enumerate(tensors.items()):
        parameters[name].data.copy_(weights_of(name, shape, place))
    resting = [name for name in tensors if name.endswith("bias") or is_norm(name)]
    optimizer = torch.optim.AdamW(
        [
            {"params": [parameters[name] for name in tensors if name not in resting], "weight_decay": DECAY},
            {"params": [parameters[name] for name in resting], "weight_decay": 0.0},
        ]
    )
    golden = {
        "config": written,
        "tensors": tensors,
        "bare": saved(AutoModel.from_config(config))[1],
        "preTrained": saved(AutoModelForPreTraining.from_config(config))[1],
        "losses": [],
    }
    for step, rate in enumerate(RATES):
        pieces, mask, labels = batch_of(step, config.pad_token_id)
        output = model(input_ids=pieces, attention_mask=mask, labels=labels)
        optimizer.zero_grad()
        output.loss.backward()
        golden["losses"].append(output.loss.item())
        if step == 0:
            golden["logits"] = encoded(row[: int(kept)] for row, kept in zip(output.logits, mask.sum(1)))
            golden["gradients"] = encoded(parameters[name].grad for name in tensors)
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
    return golden


goldens = {case: golden_of(kind, settings) for case, (kind, settings) in CASES.items()}
target = Path(__file__).parents[1] / "golden" / "families.json"
lines = ",\n".join(f"{json.dumps(case)}: {json.dumps(golden, separators=(',', ':'))}" for case, golden in goldens.items())
target.write_text(f"{{\n{lines}\n}}\n")
print(target, target.stat().st_size, "bytes")
