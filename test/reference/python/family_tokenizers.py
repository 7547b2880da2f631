"""Small tokenizers of the families, trained on given lines, as `tokenizers` and as the files that our reader gets. For the scripts beside it."""

import base64
import io
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import sentencepiece
from charsmaps import write_rules
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


@dataclass
class Made:
    """A tokenizer of Hugging Face's, and the files of a folder that mean it."""

    oracle: Tokenizer
    files: dict[str, str | bytes]
    """How corpus words by themselves are encoded, where it is not as `oracle` does."""
    word_oracle: Tokenizer | None = None


def made(tokenizer: dict, word_tokenizer: dict | None = None) -> Made:
    text = json.dumps(tokenizer, ensure_ascii=False)
    words = Tokenizer.from_str(json.dumps(word_tokenizer)) if word_tokenizer else None
    return Made(Tokenizer.from_str(text), {"tokenizer.json": text}, words)


def added(content: str, id: int, **flags) -> dict:
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": id, "content": content, **plain, **flags}


def train_byte_level(lines: list[str], size: int) -> dict:
    """GPT-2's merges with RoBERTa's special pieces, as roberta-base has them in tokenizer.json."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        lines, trainers.BpeTrainer(vocab_size=size, special_tokens=SPECIALS, initial_alphabet=alphabet, show_progress=False)
    )
    own = json.loads(tokenizer.to_str())
    own["added_tokens"] = [added(name, id, lstrip=name == "<mask>") for id, name in enumerate(SPECIALS)]
    own["post_processor"] = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": False}
    return own


def byte_level_variants(own: dict) -> dict[str, Made]:
    """A byte-level tokenizer as different files have it."""

    def changed(prefix: bool | None = None, model: dict = {}, **changes) -> dict:
        tokenizer = {**own, **changes, "model": {**own["model"], **model}}
        if prefix is not None:
            tokenizer["pre_tokenizer"] = {**own["pre_tokenizer"], "add_prefix_space": prefix}
        return tokenizer

    def pair(**changes) -> Made:
        """Words by themselves have a space before them, whatever the text has."""
        return made(changed(**changes), changed(**{**changes, "prefix": True}))

    roberta = own["post_processor"]
    last = len(own["model"]["vocab"])
    extra = own["added_tokens"] + [
        added("harbour", last, normalized=True, special=False),
        added("<e1>", last + 1, special=False),
        added("Lübeck", last + 2, normalized=True, single_word=True, special=False),
        added("<right>", last + 3, rstrip=True, special=False),
    ]
    vocab = {piece: id for piece, id in own["model"]["vocab"].items() if piece not in ("Â", "Ã", "z", "Ġz")}
    rest = {piece: id for id, piece in enumerate(sorted(vocab, key=vocab.get))}
    merges = [merge for merge in own["model"]["merges"] if all(part in rest for part in [*merge, "".join(merge)])]
    fewer = {"vocab": rest, "merges": merges}
    normalizer = {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}
    plain = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    without = "\n".join(" ".join(merge) for merge in own["model"]["merges"])
    folder = {"vocab.json": json.dumps(own["model"]["vocab"]), "merges.txt": f"#version: 0.2\n{without}\n"}
    prefixed = {"post_processor": {**roberta, "add_prefix_space": True}}
    return {
        "RoBERTa": pair(),
        "RoBERTa with a space before the text": pair(prefix=True, **prefixed),
        "RoBERTa, offsets untrimmed": pair(post_processor={**roberta, "trim_offsets": False}),
        "RoBERTa, trimmed without its own space": pair(prefix=True),
        "GPT-2": pair(post_processor=plain),
        "no post-processor": pair(post_processor=None),
        "added pieces": pair(added_tokens=extra),
        "added pieces in a normalized text": pair(added_tokens=extra, normalizer=normalizer, prefix=True),
        "bytes that are no pieces, dropped": pair(model=fewer),
        "bytes that are no pieces, unknown": pair(model={**fewer, "unk_token": "<unk>"}),
        "bytes that are no pieces, unknown together": pair(model={**fewer, "unk_token": "<unk>", "fuse_unk": True}),
        "vocab.json and merges.txt": Made(pair().oracle, folder, pair().word_oracle),
    }


def train_sentence_piece(lines: list[str], size: int, rules: dict[str, str] | None = None, **options) -> bytes:
    """A Unigram model file with SentencePiece's own rules of normalization, or the given ones."""
    written = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        if rules:
            write_rules(rules, Path(folder) / "rules.tsv")
            options["normalization_rule_tsv"] = f"{folder}/rules.tsv"
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(line for line in lines if line.strip()),
            model_writer=written,
            **{"vocab_size": size, "character_coverage": 1.0, "minloglevel": 2, "num_threads": 1, "hard_vocab_limit": False, **options},
        )
    return written.getvalue()


def charsmap_steps(proto: sentencepiece_model_pb2.ModelProto) -> list[dict]:
    charsmap = proto.normalizer_spec.precompiled_charsmap
    return [{"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode()}] if charsmap else []


def sentence_piece_variants(model: bytes, albert: bytes) -> dict[str, Made]:
    """A SentencePiece model as transformers' converters number and prepare it."""
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model)
    own = [[piece.piece, piece.score] for piece in proto.pieces]
    charsmap = charsmap_steps(proto)
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}
    strip = {"type": "Strip", "strip_left": False, "strip_right": True}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    fairseq = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0]]
    unused = [["<s>NOTUSED", 0.0], ["<pad>", 0.0], ["</s>NOTUSED", 0.0], ["<unk>", 0.0], ["<unk>NOTUSED", -100.0]]

    def unigram(vocab: list, steps: list, mask: str, specials: list[str], unk_id: int) -> Tokenizer:
        names = [name for name, _ in vocab]
        tokenizer = Tokenizer.from_str(
            json.dumps(
                {
                    "version": "1.0",
                    "added_tokens": [
                        *(added(name, names.index(name)) for name in specials),
                        *(
                            added(piece.piece, names.index(piece.piece), special=False)
                            for piece in proto.pieces
                            if piece.type == 4 and piece.piece in names and piece.piece != mask
                        ),
                        added(mask, names.index(mask), lstrip=True),
                    ],
                    "normalizer": {"type": "Sequence", "normalizers": steps},
                    "pre_tokenizer": metaspace,
                    "model": {"type": "Unigram", "unk_id": unk_id, "vocab": vocab, "byte_fallback": False},
                }
            )
        )
        # Scores read from JSON by Rust may be off by the last bit, which decides between equal sums.
        tokenizer.model = models.Unigram([(name, score) for name, score in vocab], unk_id=unk_id, byte_fallback=False)
        return tokenizer

    usual = ["<s>", "<pad>", "</s>", "<unk>"]
    xlm = unigram(fairseq + own[3:] + [["<mask>", 0.0]], [*charsmap, strip, spaces], "<mask>", usual, 3)
    camembert = unigram(unused + own[1:] + [["<mask>", 0.0]], [*charsmap, strip, spaces], "<mask>", [*usual, *(name for name, _ in unused if "NOTUSED" in name)], 3)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(albert)
    is_number = lambda text: len(text) > 1 and text[-1] == "," and text[-2].isdigit()
    lowered = [[piece.piece, piece.score - 100 if is_number(piece.piece) else piece.score] for piece in proto.pieces]
    charsmap = charsmap_steps(proto)
    quotes = [{"type": "Replace", "pattern": {"String": old}, "content": '"'} for old in ("``", "''")]
    steps = [*quotes, {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, *charsmap, {**spaces, "content": " "}]
    small = unigram(lowered, steps, "[MASK]", ["<pad>", "<unk>", "[CLS]", "[SEP]"], 1)
    configuration = lambda family: json.dumps({"model_type": family})
    return {
        "XLM-R, by its family": Made(xlm, {"sentencepiece.bpe.model": model, "config.json": configuration("xlm-roberta")}),
        "CamemBERT, by its class": Made(
            camembert,
            {"sentencepiece.bpe.model": model, "config.json": configuration("camembert"), "tokenizer_config.json": '{"tokenizer_class":"CamembertTokenizerFast"}'},
        ),
        "ALBERT": Made(small, {"spiece.model": albert, "tokenizer_config.json": '{"tokenizer_class":"AlbertTokenizer"}'}),
    }


def train_word_piece(lines: list[str], size: int, characters: set[str]) -> dict:
    """A cased vocabulary, as BERT has it in tokenizer.json."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    both = [*lines, *(line.lower() for line in lines)]
    alphabet = sorted({part for char in characters for part in char + char.lower()})
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=specials, initial_alphabet=alphabet, limit_alphabet=size // 2, show_progress=False)
    tokenizer.train_from_iterator(both, trainer)
    own = json.loads(tokenizer.to_str())
    own["added_tokens"] = [added(name, id) for id, name in enumerate(specials)]
    return own


def word_piece_variants(own: dict) -> dict[str, Made]:
    bert = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True}
    variants = {}
    for lowercase in (True, False):
        for strip in (True, False, None):
            for chinese in (True, False):
                changes = {"lowercase": lowercase, "strip_accents": strip, "handle_chinese_chars": chinese}
                variants["BertNormalizer, " + ", ".join(f"{key} {value}" for key, value in changes.items())] = made({**own, "normalizer": {**bert, **changes}})
    stated = {"do_lower_case": True, "strip_accents": False, "tokenize_chinese_chars": False}
    written = made({**own, "normalizer": {**bert, "lowercase": True, "strip_accents": False, "handle_chinese_chars": False}})
    variants["settings before tokenizer.json"] = Made(
        written.oracle, {"tokenizer.json": json.dumps({**own, "normalizer": bert}), "tokenizer_config.json": json.dumps(stated)}
    )
    step = lambda type, **settings: {"type": type, **settings}
    replace = step("Replace", pattern={"String": "``"}, content='"')
    sequences = {
        "NFD, Lowercase, StripAccents": [step("NFD"), step("Lowercase"), step("StripAccents")],
        "NFC": [step("NFC")],
        "NFKC and Lowercase": [step("NFKC"), step("Lowercase")],
        "NFKD": [step("NFKD")],
        "NFD": [step("NFD")],
        "NFKD and NFC": [step("NFKD"), step("NFC")],
        "Replace, Strip, BertNormalizer uncleaned": [replace, step("Strip", strip_left=True, strip_right=True), {**bert, "clean_text": False}],
        "Prepend": [step("Prepend", prepend="«")],
    }
    for name, steps in sequences.items():
        variants[name] = made({**own, "normalizer": {"type": "Sequence", "normalizers": steps}})
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    variants["WhitespaceSplit"] = made({**own, "normalizer": bert, "pre_tokenizer": {"type": "WhitespaceSplit"}})
    variants["BertPreTokenizer and Metaspace"] = made(
        {**own, "normalizer": bert, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "BertPreTokenizer"}, metaspace]}}
    )
    last = len(own["model"]["vocab"])
    extra = own["added_tokens"] + [added("harbour", last, normalized=True, special=False), added("Größe", last + 1, normalized=True, single_word=True, special=False)]
    variants["added pieces, accents kept"] = made({**own, "normalizer": {**bert, "strip_accents": False}, "added_tokens": extra})
    variants["added pieces, NFD"] = made({**own, "normalizer": {"type": "Sequence", "normalizers": [step("NFD")]}, "added_tokens": extra})
    return variants
