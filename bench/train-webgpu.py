"""
PyTorch's side of `train-webgpu`: the same training step, in f32 and with f16 autocast, on CUDA. It needs torch alone.

    python3 bench/train-webgpu.py [--shapes MiniLM:32x128,bert-base:32x128] [--steps 20]

The step: forward, backward, clipping to a global norm of 1, AdamW; no padding, every piece labelled; dropout 0.1; attention as written in
the paper ("eager"), as in transformers' BertForTokenClassification. Products in f32 are those of f32: TF32 is off. The shapes are those of
gpu-folder/shapes.ts, the weights random: speed does not depend on them.
"""

import argparse
import json
import math
import statistics
import time

import torch
from torch import nn

TAGS = 9
VOCABULARY = 30_522
DROPOUT = 0.1
MODELS = {  # hidden, layers, heads, intermediate
    "MiniLM": (384, 6, 12, 1536),
    "bert-base": (768, 12, 12, 3072),
    "tiny": (128, 2, 2, 512),
}
WARM_UP = 5
COUNTED_SECONDS = 12


class Layer(nn.Module):
    def __init__(self, hidden, heads, intermediate):
        super().__init__()
        self.heads, self.head_width = heads, hidden // heads
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.output = nn.Linear(hidden, hidden)
        self.widen = nn.Linear(hidden, intermediate)
        self.narrow = nn.Linear(intermediate, hidden)
        self.norm1, self.norm2 = (nn.LayerNorm(hidden, eps=1e-12) for _ in range(2))
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x, bias):
        batch, pieces, hidden = x.shape

        def split(states):
            return states.view(batch, pieces, self.heads, self.head_width).transpose(1, 2)

        query, key, value = (split(part(x)) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(-1, -2) / math.sqrt(self.head_width) + bias
        context = self.drop(scores.softmax(-1)) @ value  # [batch, heads, pieces, head_width]
        context = context.transpose(1, 2).reshape(batch, pieces, hidden)
        x = self.norm1(x + self.drop(self.output(context)))
        return self.norm2(x + self.drop(self.narrow(nn.functional.gelu(self.widen(x)))))


class Tagger(nn.Module):
    def __init__(self, hidden, layers, heads, intermediate):
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, hidden)
        self.positions = nn.Embedding(512, hidden)
        self.token_types = nn.Embedding(2, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.drop = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(Layer(hidden, heads, intermediate) for _ in range(layers))
        self.classifier = nn.Linear(hidden, TAGS)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, piece_ids, mask, label_ids):
        places = torch.arange(piece_ids.shape[1], device=piece_ids.device)
        types = torch.zeros_like(piece_ids)
        x = self.words(piece_ids) + self.positions(places) + self.token_types(types)
        x = self.drop(self.norm(x))
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * torch.finfo(x.dtype).min
        for layer in self.layers:
            x = layer(x, bias)
        logits = self.classifier(self.drop(x))
        return nn.functional.cross_entropy(logits.view(-1, TAGS), label_ids.view(-1))


def make_step(model, batch, pieces, device, is_half):
    """A function that takes one step and returns its loss."""
    torch.manual_seed(1)
    tagger = Tagger(*MODELS[model]).to(device).train()
    decayed = [parameter for parameter in tagger.parameters() if parameter.dim() > 1]
    free = [parameter for parameter in tagger.parameters() if parameter.dim() == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": free, "weight_decay": 0.0}],
        lr=5e-5,
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    scaler = torch.amp.GradScaler(device, enabled=is_half and device == "cuda")
    numbers = torch.arange(batch * pieces, device=device)
    piece_ids = ((numbers * 7919 + 13) % VOCABULARY).view(batch, pieces)
    label_ids = ((numbers * 31) % TAGS).view(batch, pieces)
    mask = torch.ones_like(piece_ids)

    def step():
        with torch.autocast(device, dtype=torch.float16, enabled=is_half):
            loss = tagger(piece_ids, mask, label_ids)
        scaler.scale(loss).backward()
        scaler.unscale_(optimiser)
        torch.nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
        scaler.step(optimiser)
        scaler.update()
        optimiser.zero_grad(set_to_none=True)
        return loss.item()

    return step


def synchronise(device):
    if device == "cuda":
        torch.cuda.synchronize()


def measure(model, batch, pieces, device, steps, is_half):
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    step = make_step(model, batch, pieces, device, is_half)
    for _ in range(WARM_UP):
        step()
    synchronise(device)
    durations, loss = [], math.nan
    until = time.perf_counter() + COUNTED_SECONDS
    while len(durations) < steps and time.perf_counter() < until:
        started = time.perf_counter()
        loss = step()
        synchronise(device)
        durations.append(1000 * (time.perf_counter() - started))
    figures = {"steps": len(durations), "ms": statistics.median(durations), "loss": loss}
    if device == "cuda":
        figures["gpuBytes"] = torch.cuda.max_memory_allocated()
    return figures


def main():
    arguments = argparse.ArgumentParser(description="The training step of PyTorch on CUDA.")
    arguments.add_argument("--shapes", default="MiniLM:32x128,bert-base:32x128,MiniLM:8x64")
    arguments.add_argument("--steps", type=int, default=20, help="steps of which to take the median")
    arguments.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    arguments.add_argument("--json", action="store_true", help="a row a line, for the folder's table")
    asked = arguments.parse_args()
    if asked.device == "cuda" and not torch.cuda.is_available():
        raise SystemExit(f"PyTorch {torch.__version__} finds no CUDA device.")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    name = torch.cuda.get_device_name() if asked.device == "cuda" else "the CPU"
    if not asked.json:
        print(f"PyTorch {torch.__version__} on {name}, medians of {asked.steps} steps")
    for shape in asked.shapes.split(","):
        model, size = shape.split(":")
        batch, pieces = map(int, size.split("x"))
        for is_half in (False, True):
            figures = measure(model, batch, pieces, asked.device, asked.steps, is_half)
            title = "PyTorch f16 autocast" if is_half else "PyTorch f32"
            if asked.json:
                print(json.dumps([title, figures]), flush=True)
            else:
                rate = batch * pieces / figures["ms"] * 1000
                loss = figures["loss"]
                print(f"  {shape:18}{title:22}{figures['ms']:9.2f} ms{rate:10.0f} pieces/s  loss {loss:.3f}", flush=True)


if __name__ == "__main__":
    main()
