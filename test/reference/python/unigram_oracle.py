"""Makes tokenizer.json of the multilingual encoder as Hugging Face's conversion writes it. For the scripts beside it."""

import base64

METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}


def tokenizer_json(pieces, scores, charsmap: bytes, unk_id: int = 3, **changes) -> dict:
    """XLM-RoBERTa's tokenizer: a precompiled charsmap, words at white space, each with ▁ before it, Unigram."""
    specials = [name for name in ("<s>", "<pad>", "</s>", "<unk>", "<mask>") if name in pieces]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": pieces.index(name),
                "content": name,
                "single_word": False,
                "lstrip": name == "<mask>",
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for name in specials
        ],
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode()},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, METASPACE]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [pieces.index("<s>")], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [pieces.index("</s>")], "tokens": ["</s>"]},
            },
        },
        "decoder": METASPACE,
        "model": {
            "type": "Unigram",
            "unk_id": unk_id,
            "vocab": [[piece, float(score)] for piece, score in zip(pieces, scores)],
            "byte_fallback": False,
        },
        **changes,
    }


def variants(charsmap: bytes) -> dict[str, dict]:
    """Other text preparations that Unigram files have, as changes of `tokenizer_json`."""
    precompiled = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode()}
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}
    strip = {"type": "Strip", "strip_left": False, "strip_right": True}
    return {
        "WhitespaceSplit and Metaspace": {},
        "Strip, Replace and Metaspace": {
            "normalizer": {"type": "Sequence", "normalizers": [precompiled, strip, spaces]},
            "pre_tokenizer": METASPACE,
        },
        "Metaspace as older files have it": {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}},
        "Metaspace before the first word only": {
            "normalizer": {"type": "Sequence", "normalizers": [precompiled, {**spaces, "content": " "}]},
            "pre_tokenizer": {**METASPACE, "prepend_scheme": "first"},
        },
        "Lowercase and texts replaced": {
            "normalizer": {
                "type": "Sequence",
                "normalizers": [
                    {"type": "Replace", "pattern": {"String": "``"}, "content": '"'},
                    {"type": "Lowercase"},
                    precompiled,
                ],
            },
            "pre_tokenizer": METASPACE,
        },
    }
