"""
PyTorch's side of `train-cpu`: the same training step on the CPU, on one thread and on two, and its matrix products on one core.

Run it in an environment of its own, outside of the project, on a machine that does nothing else:

    python3 -m venv ENVIRONMENT
    ENVIRONMENT/bin/pip install torch==2.13.0 transformers numpy
    ENVIRONMENT/bin/python bench/train-cpu.py [--steps 9]

The step: forward, backward, clipping to a global norm of 1, AdamW; 8 x 64 pieces without padding, all labelled; dropout 0.1; attention
as written in the paper ("eager"). The shapes are those of train-cpu-messages.ts, the weights random: speed does not depend on them.
"""

import argparse
import statistics
import time

import torch
from transformers import BertConfig, BertForTokenClassification

TAGS = 9
BATCH, PIECES = 8, 64
SHAPES = {
    "MiniLM": {
        "hidden_size": 384,
        "num_hidden_layers": 6,
        "num_attention_heads": 12,
        "intermediate_size": 1536,
    },
    "tiny": {
        "hidden_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 512,
    },
}


def make_step(shape):
    """A function that takes one step and returns its loss."""
    config = BertConfig(
        vocab_size=30_522,
        max_position_embeddings=512,
        type_vocab_size=2,
        hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.1,
        num_labels=TAGS,
        attn_implementation="eager",
        **shape,
    )
    torch.manual_seed(1)
    model = BertForTokenClassification(config).train()
    free, decayed = [], []
    for name, parameter in model.named_parameters():
        is_free = name.endswith("bias") or name.endswith("LayerNorm.weight")
        (free if is_free else decayed).append(parameter)
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": free, "weight_decay": 0.0}],
        lr=5e-5,
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    numbers = torch.arange(BATCH * PIECES)
    piece_ids = ((numbers * 7919 + 13) % 30_522).view(BATCH, PIECES)
    label_ids = ((numbers * 31) % TAGS).view(BATCH, PIECES)
    mask = torch.ones_like(piece_ids)

    def step():
        loss = model(input_ids=piece_ids, attention_mask=mask, labels=label_ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        return loss.item()

    return step


def median_ms(run, times):
    run()
    run()
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        durations.append(1000 * (time.perf_counter() - started))
    return statistics.median(durations)


def print_products(times):
    """The three products of a linear layer: 512 x 384 x 1536 forward (NN), dX = dY Wt (NT) and dW = Xt dY (TN)."""
    x, w, dy = torch.randn(512, 384), torch.randn(384, 1536), torch.randn(512, 1536)
    forms = {"NN": lambda: x @ w, "NT": lambda: dy @ w.T, "TN": lambda: x.T @ dy}
    print("\n512 x 384 x 1536 on one core, GFLOPS")
    for name, run in forms.items():
        print(f"  {name}  {2 * 512 * 384 * 1536 / median_ms(run, 4 * times) / 1e6:6.1f}")


def main():
    arguments = argparse.ArgumentParser(description="The training step of PyTorch on the CPU.")
    arguments.add_argument("--steps", type=int, default=9, help="steps of which to take the median")
    steps = arguments.parse_args().steps
    vectors = torch.backends.cpu.get_cpu_capability()
    print(f"PyTorch {torch.__version__} ({vectors}), {BATCH} x {PIECES} pieces, medians of {steps} steps")
    print(f"  {'':8}{'threads':>8}{'median ms':>11}{'pieces/s':>10}{'loss':>8}")
    for name, shape in SHAPES.items():
        for threads in (1, 2):
            torch.set_num_threads(threads)
            step = make_step(shape)
            ms = median_ms(step, steps)
            rate = BATCH * PIECES / ms * 1000
            print(f"  {name:8}{threads:8}{ms:11.1f}{rate:10.0f}{step():8.3f}", flush=True)
    torch.set_num_threads(1)
    print_products(steps)


if __name__ == "__main__":
    main()
