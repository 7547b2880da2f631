"""Holds the studio's training against PyTorch: logits, every gradient, AdamW step by step, a loss curve of 100 steps.

Run: npm run bench -- parity, then python test/reference/python/compare-training.py [FILE …]
Needs torch, transformers and safetensors. The files, by default all of .cache/parity/, hold the starting weights, the batches and what the
studio made of them; here transformers' BertForTokenClassification starts from the same numbers, dropout off, and takes the same steps.

Bounds: logits within 1e-4; each parameter's gradient within 1e-3 of its largest number; losses within 1e-3; parameters after 1 and 10 steps
of AdamW, against the sum of the rates so far: 1e-3 on average, 1e-2 for 999 numbers of 1000. Exits with 1 where one is broken.
"""

import json
import pathlib
import sys

import torch
from safetensors import safe_open
from transformers import BertConfig, BertForTokenClassification

CLIP, DECAY = 1.0, 0.01
FOLDER = pathlib.Path(__file__).parents[3] / ".cache/parity"


def build_model(config, start):
    model = BertForTokenClassification(
        BertConfig(
            vocab_size=config["vocabularySize"], hidden_size=config["hidden"], num_hidden_layers=config["layers"],
            num_attention_heads=config["heads"], intermediate_size=config["intermediate"],
            max_position_embeddings=config["maxPositions"], type_vocab_size=config["tokenTypes"],
            layer_norm_eps=config["layerNormEpsilon"], hidden_dropout_prob=0, attention_probs_dropout_prob=0,
            num_labels=config["tags"], attn_implementation="eager",
        )
    )
    missing, unexpected = model.load_state_dict(start, strict=False)
    assert not unexpected and all("position_ids" in key for key in missing), (missing, unexpected)
    return model.train()


def build_optimizer(model):
    free = [(key, p) for key, p in model.named_parameters() if key.endswith("bias") or "LayerNorm" in key]
    decayed = [(key, p) for key, p in model.named_parameters() if not (key.endswith("bias") or "LayerNorm" in key)]
    groups = [
        {"params": [p for _, p in decayed], "weight_decay": DECAY},
        {"params": [p for _, p in free], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)


class Bound:
    """The worst of a kind of difference, and whether it kept to its bound."""

    def __init__(self, name, limit):
        self.name, self.limit, self.worst, self.where = name, limit, 0.0, ""

    def add(self, value, where):
        if not value <= self.worst:
            self.worst, self.where = value, where

    def tell(self):
        verdict = "ok" if self.worst <= self.limit else "BROKEN"
        print(f"  {self.name:<56} {self.worst:.2e}  bound {self.limit:.0e}  {verdict}  {self.where}")
        return self.worst <= self.limit


def compare(path):
    with safe_open(path, "pt") as file:
        config = json.loads(file.metadata()["config"])
        names = list(file.keys())
        under = lambda prefix: {n.removeprefix(prefix): file.get_tensor(n) for n in names if n.startswith(prefix)}
        start, gradients = under("start/"), under("gradients/")
        batches = under("batches/")
        logits = under("logits/")
        after = {int(step): under(f"after/{step}/") for step in {n.split("/")[1] for n in names if n.startswith("after/")}}
        losses, norms, rates = (file.get_tensor(n).tolist() for n in ("losses", "norms", "rates"))
    model = build_model(config, start)
    optimizer = build_optimizer(model)
    count = len({name.split("/")[0] for name in batches})
    bounds = {
        "logits": Bound("logits of real pieces, largest difference", 1e-4),
        "gradients": Bound("gradients, difference / largest of the tensor", 1e-3),
        "losses": Bound("losses of all steps", 1e-3),
        "norms": Bound("gradient norms of all steps, relative", 1e-3),
        "parameters": Bound("parameters after 10 steps, difference / rate so far", 1e-2),
        "mean": Bound("parameters, mean difference / rate so far", 1e-3),
    }
    travelled = 0.0
    for step, rate in enumerate(rates):
        ids, mask, labels = (
            batches[f"{step % count}/{name}"].long() for name in ("pieceIds", "attentionMask", "labelIds")
        )
        out = model(input_ids=ids, attention_mask=mask).logits
        if str(step) in logits:
            difference = (logits[str(step)] - out).abs()[mask.bool()].max().item()
            bounds["logits"].add(difference, f"step {step}")
        loss = torch.nn.functional.cross_entropy(
            out.reshape(-1, config["tags"]), labels.reshape(-1), ignore_index=-100, reduction="sum"
        ) / (labels >= 0).sum()
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            for key, parameter in model.named_parameters():
                largest = parameter.grad.abs().max().item()
                difference = (parameter.grad - gradients[key]).abs().max().item()
                # The gradient of a key's bias is 0 but for rounding: every score of a row moves alike.
                if not key.endswith("key.bias"):
                    bounds["gradients"].add(difference / max(largest, 1e-12), key)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item()
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        travelled += rate
        bounds["losses"].add(abs(loss.item() - losses[step]), f"step {step}")
        bounds["norms"].add(abs(norm / norms[step] - 1), f"step {step}")
        for key, parameter in model.named_parameters():
            if step not in after or key.endswith("key.bias"):
                continue
            difference = (parameter.detach() - after[step][key]).abs() / travelled
            bounds["mean"].add(difference.mean().item(), f"step {step}, {key}")
            # Adam divides by the gradient's own size: where a number's gradient is rounding, its first steps are too.
            if step > 0:
                rare = difference.flatten().sort().values[int(0.999 * (difference.numel() - 1))].item()
                bounds["parameters"].add(rare, f"step {step}, {key}")
    print(f"{path.name}: {len(rates)} steps, loss {losses[0]:.4f} to {losses[-1]:.4f}")
    return all([bound.tell() for bound in bounds.values()])


if __name__ == "__main__":
    torch.set_num_threads(2)
    paths = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.safetensors"))
    if not paths:
        sys.exit(f"Expected files in {FOLDER}; run npm run bench -- parity first.")
    sys.exit(0 if all([compare(path) for path in paths]) else 1)
