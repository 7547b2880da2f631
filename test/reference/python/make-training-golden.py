"""Writes golden/training.json: 30 steps of fine-tuning a tiny random BERT with PyTorch and transformers, dropout off; and
golden/training-head-rate.json: 15 steps of its lowest layer alone, its head at ten times the rate.

Run: python test/reference/python/make-training-golden.py
Needs torch and transformers. The starting weights follow a formula that test/train/training-golden.browser.test.ts computes too, so
the golden holds only sentences, losses, gradient norms and the last logits.
"""

import json
import math
import pathlib
import random

import torch
from transformers import BertConfig, BertForTokenClassification, get_linear_schedule_with_warmup

CONFIG = {
    "vocabularySize": 61, "hidden": 24, "layers": 2, "heads": 3, "intermediate": 40, "maxPositions": 33,
    "tokenTypes": 2, "layerNormEpsilon": 1e-12, "hiddenDropout": 0, "attentionDropout": 0,
}
TAGS = 7
RECIPE = {"learningRate": 5e-3, "warmupShare": 0.1, "weightDecay": 0.01, "clipNorm": 1, "batchSize": 6, "epochs": 6}
SENTENCES = 30


def seeded_normal(size, deviation, seed):
    """Uniforms from SplitMix32, two at a time through Box and Muller: src/random/seeded-normal.ts."""
    state = seed & 0xFFFFFFFF
    numbers = []

    def uniform():
        nonlocal state
        state = (state + 0x9E3779B9) & 0xFFFFFFFF
        bits = ((state ^ (state >> 16)) * 0x21F0AAAD) & 0xFFFFFFFF
        bits = ((bits ^ (bits >> 15)) * 0x735A2D97) & 0xFFFFFFFF
        return (bits ^ (bits >> 15)) / 2**32

    for _ in range(size):
        radius = math.sqrt(-2 * math.log(1 - uniform()))
        numbers.append(deviation * radius * math.cos(2 * math.pi * uniform()))
    return torch.tensor(numbers, dtype=torch.float32)


def start(model):
    """Parameter number i, in Hugging Face's order: normal(0, 0.2) from seed 100 + i; layer norm weights around 1."""
    with torch.no_grad():
        for i, (key, parameter) in enumerate(model.named_parameters()):
            centre = 1 if key.endswith("LayerNorm.weight") else 0
            parameter.copy_((centre + seeded_normal(parameter.numel(), 0.2, 100 + i)).reshape(parameter.shape))


def make_sentences():
    """Words of one to three pieces; a tag follows from the word's first piece, so there is something to learn."""
    rng = random.Random(7)
    sentences = []
    for _ in range(SENTENCES):
        piece_ids, labels = [2], [-100]
        for _ in range(rng.randint(1, 12)):
            first = rng.randint(5, CONFIG["vocabularySize"] - 1)
            rest = [rng.randint(5, CONFIG["vocabularySize"] - 1) for _ in range(rng.choice([0, 0, 1, 2]))]
            piece_ids += [first, *rest]
            labels += [first % TAGS, *[-100] * len(rest)]
        piece_ids, labels = piece_ids[: CONFIG["maxPositions"] - 1], labels[: CONFIG["maxPositions"] - 1]
        sentences.append({"pieceIds": [*piece_ids, 3], "labelIds": [*labels, -100]})
    return sentences


def collate(sentences):
    width = max(len(s["pieceIds"]) for s in sentences)
    pad = lambda values, filler: values + [filler] * (width - len(values))
    return {
        "input_ids": torch.tensor([pad(s["pieceIds"], 0) for s in sentences]),
        "attention_mask": torch.tensor([pad([1] * len(s["pieceIds"]), 0) for s in sentences]),
        "labels": torch.tensor([pad(s["labelIds"], -100) for s in sentences]),
    }


def decay_free(key):
    return key.endswith(".bias") or key.endswith("LayerNorm.weight")


def groups(model, recipe):
    """AdamW's parameter groups: with and without weight decay, and the head's apart, whose rate is `headRate` times the encoder's."""
    named = list(model.named_parameters())
    for of_head, factor in [(False, 1), (True, recipe.get("headRate", 1))]:
        for free in [False, True]:
            own = [p for k, p in named if k.startswith("classifier.") == of_head and decay_free(k) == free]
            yield {"params": own, "weight_decay": 0.0 if free else recipe["weightDecay"], "lr": factor * recipe["learningRate"]}


def train(layers, recipe, sentences):
    """Trains the lowest `layers` of the model, and returns what the studio is held to."""
    model = BertForTokenClassification(
        BertConfig(
            vocab_size=CONFIG["vocabularySize"], hidden_size=CONFIG["hidden"], num_hidden_layers=CONFIG["layers"],
            num_attention_heads=CONFIG["heads"], intermediate_size=CONFIG["intermediate"],
            max_position_embeddings=CONFIG["maxPositions"], type_vocab_size=CONFIG["tokenTypes"],
            layer_norm_eps=CONFIG["layerNormEpsilon"], hidden_dropout_prob=0, attention_probs_dropout_prob=0,
            num_labels=TAGS,
        )
    ).train()
    start(model)
    model.bert.encoder.layer = model.bert.encoder.layer[:layers]
    per_epoch = SENTENCES // recipe["batchSize"]
    steps = recipe["epochs"] * per_epoch
    optimizer = torch.optim.AdamW(groups(model, recipe))
    scheduler = get_linear_schedule_with_warmup(optimizer, math.ceil(steps * recipe["warmupShare"]), steps)
    losses, norms = [], []
    for step in range(steps):
        first = step % per_epoch * recipe["batchSize"]
        loss = model(**collate(sentences[first : first + recipe["batchSize"]])).loss
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), recipe["clipNorm"]).item())
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        logits = [model(**collate([s])).logits[0].flatten().tolist() for s in sentences[:2]]
    shortened = lambda numbers: [round(x, 7) for x in numbers]
    return {"losses": shortened(losses), "gradientNorms": shortened(norms), "logits": [shortened(x) for x in logits]}


def write(name, golden):
    path = pathlib.Path(__file__).parents[1] / "golden" / name
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


sentences = make_sentences()
write(
    "training.json",
    {"config": CONFIG, "tags": TAGS, "recipe": RECIPE, "sentences": sentences, **train(CONFIG["layers"], RECIPE, sentences)},
)
recipe = {**RECIPE, "learningRate": 1e-3, "headRate": 10, "layers": 1, "epochs": 3}
write("training-head-rate.json", {"recipe": recipe, **train(recipe["layers"], recipe, sentences)})
