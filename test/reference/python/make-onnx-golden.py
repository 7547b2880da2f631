"""Logits of a small BERT token classifier, computed by transformers in float64, for the exported graph to be held against.

The weights come from a formula that both sides can compute exactly, so the golden holds none of them:
weight i of parameter k (parameters in the order of `parameters` below) is ((i + 1) * 2654435769 + k * 1589137900) mod 2^32 / 2^32 - 0.5,
times 1.5, plus 1 for the scale of a layer norm, rounded to f32.

Run: python test/reference/python/make-onnx-golden.py > test/reference/golden/onnx-logits.json
"""

import json

import torch
from transformers import BertConfig, BertForTokenClassification

SIZES = dict(vocab_size=29, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20,
             max_position_embeddings=11, type_vocab_size=2, layer_norm_eps=1e-12)
TAGS = 5
# Different lengths, so that there is padding; the last one fills every position.
SEQUENCES = [[2, 7, 3], [2, 11, 5, 28, 28, 9, 3], [2, 6, 13, 27, 4, 8, 1, 19, 22, 10, 3]]


def formula(count, k, centre):
    step, start = 2654435769, k * 1589137900
    whole = [((i + 1) * step + start) % 2**32 for i in range(count)]
    return torch.tensor([(w / 2**32 - 0.5) * 1.5 + centre for w in whole], dtype=torch.float64).float().double()


def parameters():
    yield from (f"bert.embeddings.{name}_embeddings.weight" for name in ("word", "position", "token_type"))
    yield from layer_norm("bert.embeddings.LayerNorm")
    for layer in range(SIZES["num_hidden_layers"]):
        at = f"bert.encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            yield from (f"{at}.{part}.weight", f"{at}.{part}.bias")
        yield from layer_norm(f"{at}.attention.output.LayerNorm")
        for part in ("intermediate.dense", "output.dense"):
            yield from (f"{at}.{part}.weight", f"{at}.{part}.bias")
        yield from layer_norm(f"{at}.output.LayerNorm")
    yield from ("classifier.weight", "classifier.bias")


def layer_norm(key):
    return f"{key}.weight", f"{key}.bias"


def main():
    model = BertForTokenClassification(BertConfig(**SIZES, num_labels=TAGS)).double().eval()
    state = model.state_dict()
    for k, key in enumerate(parameters()):
        centre = 1 if key.endswith("LayerNorm.weight") else 0
        state[key] = formula(state[key].numel(), k, centre).reshape(state[key].shape)
    missing, unexpected = model.load_state_dict(state, strict=True)
    assert not missing and not unexpected
    assert set(parameters()) == {key for key in state if "position_ids" not in key}
    logits = []
    with torch.no_grad():
        for ids in SEQUENCES:
            logits.append(model(input_ids=torch.tensor([ids])).logits[0].flatten().tolist())
    rounded = [[round(value, 9) for value in row] for row in logits]
    print(json.dumps({"sizes": SIZES, "tags": TAGS, "sequences": SEQUENCES, "logits": rounded}))


main()
