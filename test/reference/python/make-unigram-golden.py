"""Writes test/reference/golden/unigram.json: what Hugging Face's Rust tokenizer makes of texts in many scripts with a small Unigram vocabulary.

Vocabulary, scores and charsmap are made here: pieces are the characters and frequent parts of the texts' own words, scores follow from a
hash. Some characters are left out, so that they are unknown. Offsets are UTF-16 code units.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3 protobuf
    python test/reference/python/make-unigram-golden.py
"""

import json
import unicodedata
import zlib
from collections import Counter
from pathlib import Path

from charsmaps import charsmap_of_rules
from tokenizers import Tokenizer
from unigram_oracle import METASPACE, tokenizer_json, variants

SENTENCES = """
The harbourmaster of Rostock met people from the railway on Tuesday, 14 March.
Der Hafenmeister von Rostock traf am Dienstag Leute von der Eisenbahn – „schöne Grüße“ aus Lübeck!
Straßenbahnhaltestelle Müllerstraße, Größe: 3½ m², 20 °C, Nr. ①
Le maire de Besançon a reçu hier l’équipe de l'école où naît l'œuvre.
El señor Núñez llegó a Cádiz con su niña; ¿quién lo vio?
O João não vê a irmã em São Paulo há três anos.
Ieri a Forlì è arrivata la città più bella, perché?
Wczoraj w Łodzi i Gdańsku żółta łódź płynęła źle.
Příliš žluťoučký kůň úpěl ďábelské ódy v Brně.
Îşte Türkiye’nin İstanbul ve Iğdır şehirleri, ağaç ve çiçek.
Tiếng Việt có nhiều dấu: Hà Nội, Đà Nẵng, Huế, ở đâu?
Начальник порта в Ростове вчера говорил с людьми из Москвы.
Київ і Львів — міста України, де живе їжак під ґанком.
Град Ниш у Србији и Охрид у Македонији.
Ο λιμενάρχης του Πειραιά μίλησε χθες στην Αθήνα· ποιος ήρθε;
تحدث مدير ميناء الإسكندرية أمس مع أهل القاهرة، فهل وصلوا؟
شهر تهران در ایران است و کتاب‌خانه‌ها باز هستند.
מנהל הנמל של חיפה דיבר אתמול עם אנשים מתל־אביב, שָׁלוֹם!
मुम्बई के बन्दरगाह का अधिकारी कल दिल्ली गया था।
কলকাতা বন্দরের প্রধান গতকাল ঢাকায় কথা বলেছেন।
சென்னை துறைமுகத்தின் தலைவர் நேற்று பேசினார்.
หัวหน้าท่าเรือกรุงเทพพบคนจากรถไฟเมื่อวานนี้ ๑๒๓
ຫົວໜ້າທ່າເຮືອ ວຽງຈັນ
ရန်ကုန်ဆိပ်ကမ်း အကြီးအကဲ
ប្រធានកំពង់ផែភ្នំពេញ
ბათუმის პორტის უფროსი გუშინ თბილისში იყო.
Երևանի քաղաքապետը երեկ խոսեց մարդկանց հետ։
የአዲስ አበባ ከንቲባ ትናንት ተናገሩ።
東京の港の責任者は昨日、鉄道会社の人と話した。ｶﾞｲﾄﾞ㍿
上海港的负责人昨天和铁路公司的人说了话，你知道吗？
臺北市長昨天說：「你好！」
부산 항구 책임자가 어제 서울에서 철도 회사 사람들을 만났다.
"""
HARD = [
    "", " ", "   ", "a", " a", "a ", "  two   spaces  ", "tab\tand\nline\r\nend", "\u00a0nbsp\u00a0inside", "\u3000wide\u3000space\u3000",
    "▁already ▁visible▁", "▁", "▁▁", "zero\u200bwidth\u200djoiner\u200c", "\ufeffbom", "soft\u00adhyphen", "\u0001control\u0002", "\u0001\u0002", "a\u0001b c\u0001 d",
    "\u0001first is dropped", "x \u0001second", "e\u0301 e\u0301\u0302 q\u0301", "\u0301alone", " \u0301\u0301 after space", "½\u0301 ªº ™", "ﬁne ﬂow ﬀ ﬃ",
    "ＦＵＬＬ ｗｉｄｔｈ ０１２", "＜s＞ fullwidth", "<s>", "</s>", "<unk>", "<mask>", "the <mask> town", "the<mask>town", "a  <mask>  b", "<s>the</s>", "<pad><pad>", "x<unk>y",
    "İstanbul ISTANBUL ıI", "Σίσυφος ΣΊΣΥΦΟΣ", "ß ẞ", "ﷺ", "㎏ ㍍ ㏒ ①②", "가각힣 \u1100\u1161\u11a8", "\u0958 \u0915\u093c", "👍🏽 👩‍👩‍👧 🇩🇪 1️⃣", "😀😀", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𠀀𠀁", "\U000e0041tag",
    "harbourmasterharbourmaster", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "``quoted''", "...---___", "don't", "https://example.org/a?b=c&d=%20#e", "@name #tag",
    "3.14 1,000,000 -5", "\u2028line\u2029paragraph", "\u0600ا\u0301", "\u0345\u0344", "\uff9e\uff9f ｶﾞ", "ǅ Ǆ ĳ", "\ud7ff\ue000", "unknown: ⸘ ꙮ ꧁ ꧂ ok", "⸘⸘⸘", "⸘ ⸘",
]  # fmt: skip
ADDED = [
    {"content": "harbour", "normalized": True}, {"content": "<e1>", "normalized": False}, {"content": "Lübeck", "normalized": True, "single_word": True},
    {"content": "<left>", "normalized": False, "lstrip": True}, {"content": "<right>", "normalized": False, "rstrip": True},
]  # fmt: skip
ADDED_TEXTS = [
    "the harbour of Lübeck", "harbourmaster Lu\u0308beck Lübecker", "a <e1>b<e1> c", "a   <left>   b <right>   c", "<left><right>", "harbour harbour", "\u3000harbour", "the ｈarbour", "",
]  # fmt: skip

sentences = SENTENCES.strip().split("\n")
texts = [text for sentence in sentences for text in dict.fromkeys([sentence, unicodedata.normalize("NFD", sentence)])] + HARD

rules = {}
for char in sorted({char for text in texts for char in text + unicodedata.normalize("NFD", text)}):
    if char in "\t\n\r" or unicodedata.category(char) in ("Zs", "Zl", "Zp") and char != " " or char in "\u200b\u200c\u200d\ufeff▁":
        rules[char] = " "
    elif unicodedata.category(char) == "Cc":
        rules[char] = ""
    elif unicodedata.normalize("NFKC", char) != char:
        rules[char] = unicodedata.normalize("NFKC", char)
    parts = unicodedata.normalize("NFD", char)
    if len(parts) == 2 and unicodedata.normalize("NFC", parts) == char and ord(char) < 0xAC00:
        rules[parts] = char
charsmap = charsmap_of_rules(rules)


def score(piece: str) -> float:
    """A number of its own for each piece; a longer piece is likelier than its letters together."""
    return -6 - 4 * len(piece) ** 0.5 - (zlib.crc32(piece.encode()) % 10_007) / 2_000


words = Counter("▁" + word for text in sentences for word in unicodedata.normalize("NFKC", text).split())
parts = Counter(word[at : at + length] for word in words for length in range(2, 7) for at in range(len(word)) if len(word) >= at + length)
characters = sorted({char for word in words for char in word} - set("łЪ東港ぷ부ث"))
frequent = sorted(part for part, count in parts.items() if count > 1 or zlib.crc32(part.encode()) % 9 == 0)
pieces = ["<s>", "<pad>", "</s>", "<unk>", *characters, *frequent[:: max(1, len(frequent) // 1200)], "<mask>"]
scores = [0.0 if piece[0] == "<" and len(piece) > 1 else score(piece) for piece in pieces]


def utf16(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le")) // 2


def encoded(tokenizer: Tokenizer, text: str) -> dict:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return {
        "text": text,
        "pieceIds": encoding.ids,
        "starts": [utf16(text, start) for start, _ in encoding.offsets],
        "ends": [utf16(text, end) for _, end in encoding.offsets],
    }


def case(name: str, own_texts: list[str], changes: dict, own_pieces=pieces, own_scores=scores) -> dict:
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json(own_pieces, own_scores, charsmap, **changes)))
    return {"name": name, "changes": changes, "texts": [encoded(tokenizer, text) for text in own_texts]}


plain = tokenizer_json(pieces, scores, charsmap)
added = []
for piece in ADDED:
    own = pieces.index(piece["content"]) if piece["content"] in pieces else len(pieces) + sum(known["id"] >= len(pieces) for known in added)
    added.append({"id": own, "single_word": False, "lstrip": False, "rstrip": False, "special": False, **piece})
bytes_model = {**plain["model"], "byte_fallback": True, "vocab": plain["model"]["vocab"] + [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]}
cases = [
    case(name, texts if not changes else HARD[::3] + sentences[::4], changes) for name, changes in variants(charsmap).items()
] + [
    case("added pieces", ADDED_TEXTS, {"added_tokens": plain["added_tokens"] + added}),
    case("pieces of bytes", ["unknown: ⸘ ok", "⸘", "東港", "x<unk>y"], {"model": bytes_model}),
    case("no prefix", ["the town", " the town"], {"pre_tokenizer": {**METASPACE, "prepend_scheme": "never"}}),
]
tokenizer = Tokenizer.from_str(json.dumps(plain))
distinct = {word for text in texts[::5] for word in text.split()}
golden = {
    "tokenizer": plain,
    "cases": cases,
    "words": [
        {"word": word, "pieceIds": tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids} for word in sorted(distinct)
    ],
}
path = Path(__file__).parents[1] / "golden/unigram.json"
path.write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")
unknown = sum(encoded["pieceIds"].count(3) for encoded in cases[0]["texts"])
print(f"{len(pieces)} pieces, {len(texts)} texts, {unknown} unknown pieces, charsmap of {len(charsmap)} bytes, {path.stat().st_size:,} bytes")
