"""Fine-tunes the bundled encoder with PyTorch and transformers, as the studio does by default, and prints JSON.

Run: python test/reference/python/compare-learning.py --out FOLDER [--corpus wnut17|uner_en_ewt] [--seeds 1 2 3] [--threads 1] [--limit N]
Needs torch, transformers, tokenizers, safetensors and node. Data: ../shared/data/ beside the repository.

Recipe: 3 epochs, batches of 16 in plain shuffled order, AdamW at 5e-5 with linear warm-up over 10 % and linear decay, weight decay
0.01 but none on biases and layer norms, global norm clipped to 1, dropout 0.1, 128 pieces, the label on a word's first piece. After each
epoch the predictions for dev are written to FOLDER and scored by score-columns.mjs, over the full gold; the epoch with the best dev entity
F1 also tags test.
"""

import argparse
import json
import math
import pathlib
import random
import subprocess
import time

import torch
from safetensors.torch import load_file
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForTokenClassification, get_linear_schedule_with_warmup

HERE = pathlib.Path(__file__).parents[1]
ENCODER = HERE.parents[1] / "public/models/minilm-l6"
DATA = HERE.parents[2] / "shared/data"
# Files, and the columns of word and tag.
CORPORA = {
    "wnut17": ({"train": "wnut17train.conll", "dev": "emerging.dev.conll", "test": "emerging.test.annotated"}, (0, 1)),
    "uner_en_ewt": (
        {"train": "en_ewt-ud-train.derived.iob2", "dev": "en_ewt-ud-dev.iob2", "test": "en_ewt-ud-test.iob2"},
        (1, 2),
    ),
}
EPOCHS, BATCH, RATE, WARMUP, DECAY, CLIP, WINDOW = 3, 16, 5e-5, 0.1, 0.01, 1.0, 128


def read_columns(path, columns):
    """Sentences as (words, tags); a line of white space ends one, a line that begins with `# ` is a comment."""
    sentences, rows = [], []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith("# "):
            continue
        if line.strip(" \t\r"):
            fields = line.rstrip("\r").split("\t")
            rows.append(tuple(fields[column] for column in columns))
        elif rows:
            sentences.append(tuple(map(list, zip(*rows))))
            rows = []
    return sentences


def encode(tokenizer, words):
    encoding = tokenizer.encode(words, is_pretokenized=True)
    first_pieces = [-1] * len(words)
    for piece, word in enumerate(encoding.word_ids):
        if word is not None and first_pieces[word] < 0:
            first_pieces[word] = piece
    return {"pieces": encoding.ids, "first_pieces": first_pieces, "cut": len(encoding.overflowing) > 0}


def collate(batch, tag_ids=None):
    width = max(len(s["pieces"]) for s in batch)
    input_ids = torch.zeros(len(batch), width, dtype=torch.long)
    mask = torch.zeros(len(batch), width, dtype=torch.long)
    labels = torch.full((len(batch), width), -100)
    for row, s in enumerate(batch):
        input_ids[row, : len(s["pieces"])] = torch.tensor(s["pieces"])
        mask[row, : len(s["pieces"])] = 1
        if tag_ids:
            for piece, tag in zip(s["first_pieces"], s["tags"]):
                if piece >= 0:
                    labels[row, piece] = tag_ids[tag]
    return {"input_ids": input_ids, "attention_mask": mask} | ({"labels": labels} if tag_ids else {})


def load_model(tags):
    config = BertConfig.from_json_file(ENCODER / "config.json")
    config.num_labels = len(tags)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.1
    model = BertForTokenClassification(config)
    weights = load_file(ENCODER / "model.safetensors")
    weights = {(k if k.startswith("bert.") else f"bert.{k}"): v.float() for k, v in weights.items()}
    missing, _ = model.load_state_dict(weights, strict=False)
    strange = [k for k in missing if not k.startswith("classifier.") and "position_ids" not in k]
    assert not strange, f"the encoder lacks {strange}"
    torch.nn.init.normal_(model.classifier.weight, std=0.02)
    torch.nn.init.zeros_(model.classifier.bias)
    return model


@torch.no_grad()
def write_predictions(model, sentences, tags, path):
    model.eval()
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]["pieces"]))
    predicted = [None] * len(sentences)
    for first in range(0, len(order), 32):
        chosen = order[first : first + 32]
        best = model(**collate([sentences[i] for i in chosen])).logits.argmax(-1)
        for row, i in enumerate(chosen):
            s = sentences[i]
            seen = len(s["words"])
            if s["cut"]:
                seen = max((word for word, piece in enumerate(s["first_pieces"]) if piece >= 0), default=-1) + 1
            predicted[i] = [
                "-" if word >= seen else tags[best[row, piece]] if piece >= 0 else "O"
                for word, piece in enumerate(s["first_pieces"])
            ]
    with open(path, "w", encoding="utf-8") as out:
        for s, tags_of in zip(sentences, predicted):
            out.writelines(f"{w}\t{g}\t{p}\n" for w, g, p in zip(s["words"], s["tags"], tags_of))
            out.write("\n")


def score(path):
    printed = subprocess.run(["node", HERE / "score-columns.mjs", path], capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)


def train(seed, splits, tags, folder):
    torch.manual_seed(seed)
    model = load_model(tags)
    tag_ids = {tag: i for i, tag in enumerate(tags)}
    decay_free = lambda key: key.endswith(".bias") or key.endswith("LayerNorm.weight")
    named = list(model.named_parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for k, p in named if not decay_free(k)], "weight_decay": DECAY},
            {"params": [p for k, p in named if decay_free(k)], "weight_decay": 0.0},
        ],
        lr=RATE,
    )
    sentences = splits["train"]
    steps = EPOCHS * math.ceil(len(sentences) / BATCH)
    scheduler = get_linear_schedule_with_warmup(optimizer, math.ceil(steps * WARMUP), steps)
    shuffler = random.Random(seed)
    epochs, best, pieces, seconds = [], None, 0, 0.0
    for epoch in range(1, EPOCHS + 1):
        model.train()
        order = list(range(len(sentences)))
        shuffler.shuffle(order)
        losses, started = [], time.perf_counter()
        for first in range(0, len(order), BATCH):
            batch = [sentences[i] for i in order[first : first + BATCH]]
            loss = model(**collate(batch, tag_ids)).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            pieces += sum(len(s["pieces"]) for s in batch)
        seconds += time.perf_counter() - started
        path = folder / f"seed{seed}-epoch{epoch}-dev.tsv"
        write_predictions(model, splits["dev"], tags, path)
        report = score(path)
        epochs.append({"epoch": epoch, "meanLoss": sum(losses) / len(losses), "dev": report})
        if best is None or report["entity"]["f1"] > epochs[best - 1]["dev"]["entity"]["f1"]:
            best = epoch
            path = folder / f"seed{seed}-test.tsv"
            write_predictions(model, splits["test"], tags, path)
            test = score(path)
        print(f"seed {seed} epoch {epoch}: dev entity F1 {report['entity']['f1']:.4f}, {seconds:.0f} s", flush=True)
    return {
        "seed": seed,
        "bestEpoch": best,
        "bestDevEntityF1": epochs[best - 1]["dev"]["entity"]["f1"],
        "lastDevEntityF1": epochs[-1]["dev"]["entity"]["f1"],
        "testEntityF1": test["entity"]["f1"],
        "trainSeconds": seconds,
        "piecesPerSecond": pieces / seconds,
        "epochs": epochs,
    }


parser = argparse.ArgumentParser()
parser.add_argument("--out", type=pathlib.Path, required=True)
parser.add_argument("--corpus", choices=CORPORA, default="wnut17")
parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--limit", type=int, help="only the first sentences of each split")
arguments = parser.parse_args()
arguments.out.mkdir(parents=True, exist_ok=True)
torch.set_num_threads(arguments.threads)

tokenizer = BertWordPieceTokenizer(str(ENCODER / "vocab.txt"), lowercase=True)
tokenizer.enable_truncation(WINDOW)
files, columns = CORPORA[arguments.corpus]
splits = {}
for name, file in files.items():
    sentences = read_columns(DATA / arguments.corpus / file, columns)[: arguments.limit]
    splits[name] = [{"words": words, "tags": tags, **encode(tokenizer, words)} for words, tags in sentences]
labels = sorted({tag[2:] for s in splits["train"] for tag in s["tags"] if tag != "O"})
tags = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
runs = [train(seed, splits, tags, arguments.out) for seed in arguments.seeds]
mean = lambda key: sum(run[key] for run in runs) / len(runs)
summary = {key: mean(key) for key in ("bestDevEntityF1", "lastDevEntityF1", "testEntityF1", "trainSeconds", "piecesPerSecond")}
result = {
    "sentences": {name: len(split) for name, split in splits.items()},
    "trainPieces": sum(len(s["pieces"]) for s in splits["train"]),
    "runs": runs,
    "means": summary,
}
(arguments.out / "result.json").write_text(json.dumps(result, indent=1))
print(json.dumps(result["means"]))
