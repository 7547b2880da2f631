"""Holds an exported .onnx against transformers: the file's own weights in BertForTokenClassification, logits on corpus sentences.

Run: python test/reference/python/compare-checkpoint.py FILE.onnx COLUMNS [--sentences 100]
Needs torch, transformers, tokenizers, onnx, onnxruntime. COLUMNS is a column file, word first.
"""

import argparse
import json

import numpy as np
import onnx
import onnxruntime
import torch
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForTokenClassification

TOLERANCE = 1e-4


def load_torch(model, metadata, config):
    """The classifier with the file's parameters, f32."""
    torch_config = BertConfig(
        vocab_size=config["vocabularySize"], hidden_size=config["hidden"], num_hidden_layers=config["layers"],
        num_attention_heads=config["heads"], intermediate_size=config["intermediate"],
        max_position_embeddings=config["maxPositions"], type_vocab_size=config["tokenTypes"],
        layer_norm_eps=config["layerNormEpsilon"], num_labels=len(json.loads(metadata["tagwerk.tags"])),
    )
    classifier = BertForTokenClassification(torch_config).eval()
    named = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
    wanted = classifier.state_dict()
    missing = [key for key in wanted if key not in named]
    if missing:
        raise SystemExit(f"the file lacks {', '.join(missing)}")
    classifier.load_state_dict({key: named[key] for key in wanted})
    return classifier


def read_sentences(path, limit):
    blocks = open(path, encoding="utf-8").read().replace("\t\n", "\n").split("\n\n")
    sentences = [[row.split("\t")[0] for row in block.split("\n") if row.strip()] for block in blocks]
    return [words for words in sentences if words][:limit]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("columns")
    parser.add_argument("--sentences", type=int, default=100)
    arguments = parser.parse_args()
    model = onnx.load(arguments.file)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    classifier = load_torch(model, metadata, json.loads(metadata["tagwerk.config"]))
    session = onnxruntime.InferenceSession(arguments.file)
    vocabulary = {piece: i for i, piece in enumerate(metadata["tagwerk.vocabulary"].split("\n"))}
    tokenizer = BertWordPieceTokenizer(vocabulary, lowercase=json.loads(metadata["tagwerk.lowercase"]))
    largest = 0.0
    for words in read_sentences(arguments.columns, arguments.sentences):
        ids = np.array([tokenizer.encode(words, is_pretokenized=True).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        with torch.no_grad():
            expected = classifier(torch.from_numpy(ids)).logits.numpy()
        largest = max(largest, float(np.abs(session.run(["logits"], inputs)[0] - expected).max()))
    print(f"largest logit difference against transformers: {largest:.2e} over {arguments.sentences} sentences")
    if not largest <= TOLERANCE:
        raise SystemExit(f"expected at most {TOLERANCE:.0e}")


main()
