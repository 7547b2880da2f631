"""Writes golden/conlleval.json: entity scores by conlleval's rules, held against seqeval; tag scores by scikit-learn.

    python make-conlleval-golden.py        (needs seqeval 1.2 and scikit-learn)

`conlleval` below restates the decisions of the Perl script of the CoNLL-2000 shared task (Tjong Kim Sang and Buchholz 2000):
one pass over gold and guess side by side, with its start-of-chunk and end-of-chunk tables. seqeval's default mode must agree
on every case, or the script stops. Windows: the words from `wordsInWindow` on are unpredicted, O for the entity scores and
wrong for accuracy.
"""

import json
import random
from pathlib import Path

from seqeval.metrics.sequence_labeling import precision_recall_fscore_support
from sklearn.metrics import f1_score

LABELS = ["PER", "LOC", "ORG", "creative-work"]
SCHEMES = {"IOB1": "BI", "IOB2": "BI", "IOBES": "BIES", "IO": "I"}


def split(tag):
    return ("O", "") if tag == "O" else tuple(tag.split("-", 1))


def ends(previous, tag, previous_type, kind):
    return (
        (previous == "B" and tag in ("B", "S", "O"))
        or (previous == "I" and tag in ("B", "S", "O"))
        or previous in ("E", "S")
        or (previous != "O" and previous_type != kind)
    )


def starts(previous, tag, previous_type, kind):
    return (
        tag in ("B", "S")
        or (previous in ("E", "S", "O") and tag in ("E", "I"))
        or (tag != "O" and previous_type != kind)
    )


def conlleval(sentences):
    counts = {}  # type -> [correct, predicted, gold]

    def add(kind, index):
        counts.setdefault(kind, [0, 0, 0])[index] += 1

    in_correct = False
    last_gold = last_guess = ("O", "")
    boundary = ("O", "O")
    for gold_tag, guess_tag in [pair for s in sentences for pair in [*zip(s["gold"], s["predicted"]), boundary]]:
        gold, guess = split(gold_tag), split(guess_tag)
        if in_correct:
            gold_ends = ends(last_gold[0], gold[0], last_gold[1], gold[1])
            guess_ends = ends(last_guess[0], guess[0], last_guess[1], guess[1])
            if gold_ends and guess_ends and last_gold[1] == last_guess[1]:
                in_correct = False
                add(last_gold[1], 0)
            elif gold_ends != guess_ends or gold[1] != guess[1]:
                in_correct = False
        gold_starts = starts(last_gold[0], gold[0], last_gold[1], gold[1])
        guess_starts = starts(last_guess[0], guess[0], last_guess[1], guess[1])
        if gold_starts and guess_starts and gold[1] == guess[1]:
            in_correct = True
        if gold_starts:
            add(gold[1], 2)
        if guess_starts:
            add(guess[1], 1)
        last_gold, last_guess = gold, guess
    return counts


def spans_to_tags(spans, length, scheme):
    tags = ["O"] * length
    previous = (0, -1, "")
    for start, end, label in spans:
        for word in range(start, end):
            tags[word] = "I-" + label
        touching = previous[1] == start and previous[2] == label
        if scheme in ("IOB2", "IOBES") or (scheme == "IOB1" and touching):
            tags[start] = "B-" + label
        if scheme == "IOBES":
            tags[end - 1] = ("S-" if end - start == 1 else "E-") + label
        previous = (start, end, label)
    return tags


def random_sentence(rng, scheme):
    length = rng.randint(1, 14)
    spans, word = [], 0
    while word < length:
        if rng.random() < 0.5:
            end = min(length, word + rng.randint(1, 3))
            spans.append((word, end, rng.choice(LABELS)))
            word = end
        else:
            word += 1
    gold = spans_to_tags(spans, length, scheme)
    anything = ["O"] + [f"{prefix}-{label}" for prefix in SCHEMES[scheme] for label in LABELS]
    predicted = [tag if rng.random() < 0.7 else rng.choice(anything) for tag in gold]
    return {"gold": gold, "predicted": predicted}


def score(name, scheme, sentences):
    for sentence in sentences:
        sentence.setdefault("wordsInWindow", len(sentence["gold"]))
        seen = sentence["wordsInWindow"]
        sentence["predicted"] = sentence["predicted"][:seen] + ["O"] * (len(sentence["gold"]) - seen)
    counts = conlleval(sentences)
    gold = [s["gold"] for s in sentences]
    predicted = [s["predicted"] for s in sentences]
    total = [sum(c[i] for c in counts.values()) for i in range(3)]
    precision, recall, f1, _ = precision_recall_fscore_support(gold, predicted, average="micro", zero_division=0)
    expected = (total[0] / total[1] if total[1] else 0, total[0] / total[2] if total[2] else 0)
    assert abs(precision - expected[0]) < 1e-12 and abs(recall - expected[1]) < 1e-12, (name, counts, precision, recall)
    kinds = sorted(counts)
    if kinds:
        by_type = precision_recall_fscore_support(gold, predicted, average=None, zero_division=0)
        for index, kind in enumerate(kinds):
            correct, guessed, true = counts[kind]
            assert by_type[3][index] == true, (name, kind)
            assert abs(by_type[0][index] - (correct / guessed if guessed else 0)) < 1e-12, (name, kind)
    flat_gold = [tag for s in gold for tag in s]
    flat_predicted = [tag for s in predicted for tag in s]
    tags = sorted(set(flat_gold + flat_predicted) - {"O"})
    tag_f1 = f1_score(flat_gold, flat_predicted, labels=tags, average="micro", zero_division=0) if tags else 0
    right = sum(
        g == p
        for s in sentences
        for g, p in list(zip(s["gold"], s["predicted"]))[: s["wordsInWindow"]]
    )
    return {
        "name": name,
        "scheme": scheme,
        "sentences": sentences,
        "counts": {kind: dict(zip(("correct", "predicted", "gold"), counts[kind])) for kind in kinds},
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
        "tagF1": float(tag_f1),
        "tokenAccuracy": right / len(flat_gold),
    }


def pair(gold, predicted, seen=None):
    sentence = {"gold": gold.split(), "predicted": predicted.split()}
    return sentence if seen is None else {**sentence, "wordsInWindow": seen}


def main():
    hard = [
        ("an I- after O starts an entity", "IOB2", [pair("B-PER I-PER O", "I-PER I-PER O")]),
        ("an I- of another label starts an entity", "IOB2", [pair("B-PER B-LOC", "B-PER I-LOC")]),
        ("a B- splits what gold joins", "IOB2", [pair("B-PER I-PER", "B-PER B-PER")]),
        ("a too long entity is wrong once and missed once", "IOB2", [pair("B-ORG I-ORG O", "B-ORG I-ORG I-ORG")]),
        ("the right words under the wrong label", "IOB2", [pair("B-ORG I-ORG", "B-LOC I-LOC")]),
        ("an entity does not run on into the next sentence", "IOB1", [pair("I-PER", "I-PER"), pair("I-PER", "I-PER")]),
        ("adjacent IOB1 entities", "IOB1", [pair("I-PER B-PER I-PER", "I-PER B-PER I-PER")]),
        ("IO merges adjacent entities", "IO", [pair("I-PER I-PER", "I-PER I-PER")]),
        ("E- without a beginning", "IOBES", [pair("B-PER E-PER O S-LOC", "O E-PER E-PER S-LOC")]),
        ("B- without an end, then S-", "IOBES", [pair("S-PER S-PER", "B-PER S-PER")]),
        ("I- after E- and after S-", "IOBES", [pair("B-PER E-PER S-LOC O", "B-PER E-PER S-LOC I-LOC")]),
        ("nothing predicted", "IOB2", [pair("B-PER O", "O O")]),
        ("nothing there", "IOB2", [pair("O O", "B-PER O")]),
        ("nothing at all", "IOB2", [pair("O O", "O O")]),
        ("an entity beyond the window", "IOB2", [pair("B-PER O B-LOC I-LOC", "B-PER O B-LOC I-LOC", 2)]),
        ("an entity cut by the window", "IOB2", [pair("B-PER O B-LOC I-LOC O", "B-PER O B-LOC I-LOC O", 3)]),
        ("a label with hyphens", "IOB2", [pair("B-creative-work I-creative-work", "B-creative-work I-creative-work")]),
    ]
    rng = random.Random(17)
    cases = [score(*case) for case in hard]
    for scheme in SCHEMES:
        cases.append(score(f"{scheme} at random", scheme, [random_sentence(rng, scheme) for _ in range(40)]))
        cut = [random_sentence(rng, scheme) for _ in range(20)]
        for sentence in cut:
            sentence["wordsInWindow"] = rng.randint(1, len(sentence["gold"]))
        cases.append(score(f"{scheme} at random in a window", scheme, cut))
    out = Path(__file__).parents[1] / "golden" / "conlleval.json"
    for case in cases:
        for sentence in case["sentences"]:
            sentence["gold"] = " ".join(sentence["gold"])
            sentence["predicted"] = " ".join(sentence["predicted"])
    out.write_text(json.dumps(cases, separators=(",", ":")) + "\n")


main()
