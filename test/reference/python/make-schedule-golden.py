"""Writes golden/schedule.json: learning rates of transformers' schedules with warm-up, step by step.

Run: python test/reference/python/make-schedule-golden.py
Needs torch and transformers; `TrainingArguments.get_warmup_steps` gives the warm-up a Trainer would use.
"""

import json
import math
import pathlib
import tempfile

import torch
from transformers import TrainingArguments, get_scheduler

CASES = [
    {"sentences": 3394, "epochs": 3, "batchSize": 16, "warmupShare": 0.1, "learningRate": 5e-5},
    {"sentences": 33, "epochs": 2, "batchSize": 8, "warmupShare": 0.0, "learningRate": 1e-3},
    {"sentences": 7, "epochs": 1, "batchSize": 8, "warmupShare": 0.1, "learningRate": 2e-5},
    {"sentences": 40, "epochs": 1, "batchSize": 4, "warmupShare": 0.99, "learningRate": 1.0},
    {"sentences": 33, "epochs": 3, "batchSize": 8, "warmupShare": 0.2, "learningRate": 1e-3, "schedule": "constant"},
    {"sentences": 33, "epochs": 3, "batchSize": 8, "warmupShare": 0.2, "learningRate": 1e-3, "schedule": "cosine"},
    {"sentences": 7, "epochs": 2, "batchSize": 8, "warmupShare": 0.0, "learningRate": 1e-3, "schedule": "cosine"},
]
NAMES = {"constant": "constant_with_warmup"}


def rates(case):
    steps = case["epochs"] * math.ceil(case["sentences"] / case["batchSize"])
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(output_dir=folder, warmup_steps=case["warmupShare"], report_to=[], use_cpu=True)
        warmup_steps = arguments.get_warmup_steps(steps)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=case["learningRate"])
    name = case.get("schedule", "linear")
    scheduler = get_scheduler(NAMES.get(name, name), optimizer, warmup_steps, steps)
    out = []
    for _ in range(steps):
        out.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    # The long schedule is kept at every 37th step and at its ends.
    kept = [s for s in range(steps) if steps < 50 or s % 37 == 0 or s in (warmup_steps - 1, warmup_steps, steps - 1)]
    return {**case, "steps": steps, "warmupSteps": warmup_steps, "rates": [[s, out[s]] for s in kept]}


golden = pathlib.Path(__file__).parents[1] / "golden" / "schedule.json"
golden.write_text(json.dumps([rates(case) for case in CASES]) + "\n")
