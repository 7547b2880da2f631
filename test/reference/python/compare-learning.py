"""Fine-tunes a bundled encoder with PyTorch and transformers, by a recipe that the studio has too, and prints JSON.

Run: python test/reference/python/compare-learning.py --out FOLDER [--corpus uner_en_ewt|mobie_de|wnut17] [--subset] [--rate 2e-4] [--head-rate 1]
     [--encoder multilingual-e5-small-8] [--seeds 1 2 3] [--epochs 3] [--threads 1] [--limit N] [--train-only]
Needs torch, transformers, tokenizers, safetensors and node. Data: ../shared/data/ beside the repository.

Recipe: 3 epochs, batches of 16 in plain shuffled order, AdamW with linear warm-up over 10 % and linear decay, weight decay 0.01 but none
on biases and layer norms, global norm clipped to 1, dropout 0.1, 128 pieces, the label on a word's first piece, nothing frozen. The word
table has the rows of the corpus' pieces only. After each epoch the predictions for dev are written to FOLDER and scored by
score-columns.mjs, over the full gold; the epoch with the best dev entity F1 also tags test.

The sentences are written to FOLDER too, as train.conll, dev.conll and test.conll, so that the studio trains on the same ones:

    npm run ner -- train --train FOLDER/train.conll --dev FOLDER/dev.conll --test FOLDER/test.conll --preset thorough --seed 1

`--subset` takes the training sentences that subsets.json names. An I- tag that continues nothing begins an entity, as conlleval reads it.
"""

import argparse
import json
import math
import pathlib
import random
import subprocess
import time

import torch
from encoder_folder import WORDS, read_encoder, read_tokenizer
from transformers import BertConfig, BertForTokenClassification, get_linear_schedule_with_warmup

HERE = pathlib.Path(__file__).parents[1]
ENCODERS = HERE.parents[1] / "public/models"
DATA = HERE.parents[2] / "shared/data"
# Files, and the columns of word and tag.
CORPORA = {
    "wnut17": ({"train": "wnut17train.conll", "dev": "emerging.dev.conll", "test": "emerging.test.annotated"}, (0, 1)),
    "uner_en_ewt": (
        {"train": "en_ewt-ud-train.derived.iob2", "dev": "en_ewt-ud-dev.iob2", "test": "en_ewt-ud-test.iob2"},
        (1, 2),
    ),
    "mobie_de": ({"train": "train.conll2003", "dev": "dev.conll2003", "test": "test.conll2003"}, (0, -1)),
}
BATCH, WARMUP, DECAY, CLIP, WINDOW = 16, 0.1, 0.01, 1.0, 128


def read_columns(path, columns):
    """Sentences as (words, tags); a line of white space ends one; comments and document marks are passed over."""
    sentences, rows = [], []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith(("# ", "-DOCSTART-")):
            continue
        if line.strip(" \t\r"):
            fields = line.rstrip("\r").split("\t")
            rows.append(tuple(fields[column] for column in columns))
        elif rows:
            words, tags = map(list, zip(*rows))
            sentences.append((words, begin_entities(tags)))
            rows = []
    return sentences


def begin_entities(tags):
    """Tags in which each entity begins with B-."""
    before = ["O", *tags]
    return [f"B-{tag[2:]}" if tag[:2] == "I-" and last[2:] != tag[2:] else tag for last, tag in zip(before, tags)]


def write_columns(path, sentences):
    with open(path, "w", encoding="utf-8") as out:
        for s in sentences:
            out.writelines(f"{word}\t{tag}\n" for word, tag in zip(s["words"], s["tags"]))
            out.write("\n")


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


def load_model(encoder, tags):
    config, weights, table = encoder
    config = BertConfig(**config, num_labels=len(tags))
    config.vocab_size = len(table)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.1
    model = BertForTokenClassification(config)
    state = {f"bert.{key}": torch.tensor(values) for key, values in {**weights, WORDS: table}.items()}
    missing, _ = model.load_state_dict(state, strict=False)
    strange = [k for k in missing if not k.startswith("classifier.") and "position_ids" not in k]
    assert not strange, f"the encoder lacks {strange}"
    torch.nn.init.normal_(model.classifier.weight, std=0.02)
    torch.nn.init.zeros_(model.classifier.bias)
    return model


def cut_table(encoder, splits):
    """The encoder with the rows of the pieces that the splits have, the first for padding; the splits' pieces become those rows."""
    config, weights, table = encoder
    used = sorted({config["pad_token_id"], *(piece for split in splits.values() for s in split for piece in s["pieces"])})
    row_of = {piece: row for row, piece in enumerate(used)}
    for split in splits.values():
        for s in split:
            s["pieces"] = [row_of[piece] for piece in s["pieces"]]
    return {**config, "pad_token_id": row_of[config["pad_token_id"]]}, weights, table[used]


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


def train(seed, encoder, splits, tags, folder, arguments):
    torch.manual_seed(seed)
    model = load_model(encoder, tags)
    tag_ids = {tag: i for i, tag in enumerate(tags)}
    decay_free = lambda key: key.endswith(".bias") or key.endswith("LayerNorm.weight")
    groups = {}
    for key, parameter in model.named_parameters():
        rate = arguments.rate * (arguments.head_rate if key.startswith("classifier.") else 1)
        groups.setdefault((rate, 0.0 if decay_free(key) else DECAY), []).append(parameter)
    optimizer = torch.optim.AdamW(
        [{"params": parameters, "lr": rate, "weight_decay": decay} for (rate, decay), parameters in groups.items()]
    )
    sentences = splits["train"]
    steps = arguments.epochs * math.ceil(len(sentences) / BATCH)
    scheduler = get_linear_schedule_with_warmup(optimizer, math.ceil(steps * WARMUP), steps)
    shuffler = random.Random(seed)
    epochs, best, pieces, seconds = [], None, 0, 0.0
    for epoch in range(1, arguments.epochs + 1):
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
        if arguments.train_only:
            print(f"seed {seed} epoch {epoch}: {pieces / seconds:.0f} pieces/s", flush=True)
            continue
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
    speed = {"seed": seed, "trainSeconds": seconds, "piecesPerSecond": pieces / seconds}
    if arguments.train_only:
        return speed
    return speed | {
        "bestEpoch": best,
        "bestDevEntityF1": epochs[best - 1]["dev"]["entity"]["f1"],
        "lastDevEntityF1": epochs[-1]["dev"]["entity"]["f1"],
        "testEntityF1": test["entity"]["f1"],
        "epochs": epochs,
    }


parser = argparse.ArgumentParser()
parser.add_argument("--out", type=pathlib.Path, required=True)
parser.add_argument("--corpus", choices=CORPORA, default="uner_en_ewt")
parser.add_argument("--encoder", default="multilingual-e5-small-8", help="a folder of public/models")
parser.add_argument("--rate", type=float, default=2e-4)
parser.add_argument("--head-rate", type=float, default=1.0, help="times as fast as the encoder the head learns")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--subset", action="store_true", help="only the training sentences that subsets.json names")
parser.add_argument("--limit", type=int, help="only the first sentences of each split")
parser.add_argument("--train-only", action="store_true", help="measure the speed alone")
arguments = parser.parse_args()
arguments.out.mkdir(parents=True, exist_ok=True)
torch.set_num_threads(arguments.threads)

folder = ENCODERS / arguments.encoder
tokenizer = read_tokenizer(folder)
tokenizer.enable_truncation(WINDOW)
files, columns = CORPORA[arguments.corpus]
splits = {}
for name, file in files.items():
    sentences = read_columns(DATA / arguments.corpus / file, columns)
    if name == "train" and arguments.subset:
        subsets = json.loads((HERE / "python/subsets.json").read_text())
        sentences = [sentences[i] for i in subsets[arguments.corpus]]
    sentences = sentences[: arguments.limit]
    splits[name] = [{"words": words, "tags": tags, **encode(tokenizer, words)} for words, tags in sentences]
    write_columns(arguments.out / f"{name}.conll", splits[name])
labels = sorted({tag[2:] for s in splits["train"] for tag in s["tags"] if tag != "O"})
tags = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
encoder = cut_table((json.loads((folder / "config.json").read_text()), *read_encoder(folder)), splits)
runs = [train(seed, encoder, splits, tags, arguments.out, arguments) for seed in arguments.seeds]
means = {
    key: sum(run[key] for run in runs) / len(runs)
    for key in ("bestDevEntityF1", "lastDevEntityF1", "testEntityF1", "trainSeconds", "piecesPerSecond")
    if key in runs[0]
}
result = {
    "sentences": {name: len(split) for name, split in splits.items()},
    "trainPieces": sum(len(s["pieces"]) for s in splits["train"]),
    "runs": runs,
    "means": means,
}
(arguments.out / "result.json").write_text(json.dumps(result, indent=1))
print(json.dumps(means))
