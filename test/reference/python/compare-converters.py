"""Compares our reading of tokenizer files with what transformers makes of the same folders: ids, offsets, words by themselves, special pieces.

Folders without a tokenizer.json, which transformers converts by the class of the tokenizer: sentencepiece.bpe.model of XLM-R and CamemBERT,
spiece.model of ALBERT, vocab.json with merges.txt of RoBERTa, vocab.txt of BERT with its settings.

    pip install transformers==4.57.1 sentencepiece protobuf numpy
    python test/reference/python/compare-converters.py
"""

import json
import sys
import tempfile
import unicodedata
from pathlib import Path

from comparison_texts import ours, utf16_places
from family_tokenizers import train_byte_level, train_sentence_piece, train_word_piece
from sample_texts import HARD, SENTENCES
from transformers import AlbertTokenizerFast, BertTokenizerFast, CamembertTokenizerFast, RobertaTokenizerFast, XLMRobertaTokenizerFast

sentences = SENTENCES.strip().split("\n")
texts = [form for text in [*sentences, *HARD] for form in dict.fromkeys([text, unicodedata.normalize("NFD", text)])]
words = sorted({word for text in texts for word in text.split()})

model = train_sentence_piece(sentences, 700)
albert = train_sentence_piece(sentences, 700, pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols="[CLS],[SEP]", user_defined_symbols="[MASK]")
roberta = train_byte_level(sentences, 1200)["model"]
bert = train_word_piece(sentences, 1200, {char for text in texts for char in text if char.isalpha()})["model"]["vocab"]
merges = "\n".join(" ".join(merge) for merge in roberta["merges"])
bpe = {"vocab.json": json.dumps(roberta["vocab"]).encode(), "merges.txt": f"#version: 0.2\n{merges}\n".encode()}
vocabulary = {"vocab.txt": "".join(f"{piece}\n" for piece in sorted(bert, key=bert.get)).encode()}
CASES = [
    ("XLM-R", XLMRobertaTokenizerFast, {"sentencepiece.bpe.model": model}, {"tokenizer_class": "XLMRobertaTokenizer"}),
    ("CamemBERT", CamembertTokenizerFast, {"sentencepiece.bpe.model": model}, {"tokenizer_class": "CamembertTokenizer"}),
    ("ALBERT", AlbertTokenizerFast, {"spiece.model": albert}, {"tokenizer_class": "AlbertTokenizer"}),
    ("ALBERT, cased with accents", AlbertTokenizerFast, {"spiece.model": albert}, {"tokenizer_class": "AlbertTokenizer", "do_lower_case": False, "keep_accents": True}),
    ("RoBERTa", RobertaTokenizerFast, bpe, {"tokenizer_class": "RobertaTokenizer"}),
    ("RoBERTa, spaces before", RobertaTokenizerFast, bpe, {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True}),
    ("RoBERTa, offsets untrimmed", RobertaTokenizerFast, bpe, {"tokenizer_class": "RobertaTokenizer", "trim_offsets": False}),
    *(
        (f"BERT, {settings}", BertTokenizerFast, vocabulary, {"do_lower_case": True, **settings})
        for settings in [{}, {"strip_accents": False}, {"tokenize_chinese_chars": False}, {"do_lower_case": False}, {"do_lower_case": False, "strip_accents": True}]
    ),
]

failures = 0
with tempfile.TemporaryDirectory() as name:
    for at, (title, reader, files, settings) in enumerate(CASES):
        folder = Path(name) / str(at)
        folder.mkdir()
        for file, content in {**files, "tokenizer_config.json": json.dumps(settings).encode(), "config.json": b"{}"}.items():
            (folder / file).write_bytes(content)
        found, found_words = ours(folder, texts, Path(name)), ours(folder, words, Path(name), "words")
        oracle = reader.from_pretrained(folder)
        by_word = reader.from_pretrained(folder, add_prefix_space=True) if reader is RobertaTokenizerFast else oracle
        right = []
        for text in texts:
            encoding = oracle(text, add_special_tokens=False, return_offsets_mapping=True)
            places = utf16_places(text)
            starts, ends = ([places[offsets[side]] for offsets in encoding["offset_mapping"]] for side in (0, 1))
            right.append([*encoding["input_ids"], *starts, *ends])
        right_words = [by_word([word], is_split_into_words=True, add_special_tokens=False)["input_ids"] for word in words]
        wrong = [row for row in [*zip(texts, right, found), *zip(words, right_words, found_words)] if row[1] != row[2]]
        failures += len(wrong)
        print(f"{title:70} {len(texts)} texts and {len(words)} words: {len(wrong)} differ")
        for row in wrong[:2]:
            print("   ", ascii(row[0]), "\n      expected", row[1], "\n      found   ", row[2])
sys.exit(failures > 0)
