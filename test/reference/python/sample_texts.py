"""Sentences in many languages and texts that are hard to cut into pieces, for the scripts beside it."""

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


def utf16(text: str, at: int) -> int:
    return len(text[:at].encode("utf-16-le")) // 2
