#!/usr/bin/env python3
"""Makes the reference that the encoder is tested against, with the libraries the model was published for.

Writes, beside this file,
  sentences.jsonl   200 sentences: word-piece ids and UTF-8 offsets without [CLS] and [SEP], and the normalised sentence
                    vector (mean over at most 256 pieces, [CLS] and [SEP] included) as base64 of little-endian float32;
                    computed in float64, one sentence at a time, without padding
  scalars.txt       what the reference makes of every Unicode scalar, as one digest per 4,096 of them
and the table the tokenizer is built on,
  ../../../Sources/Encoder/ScalarTable+Data.swift

Run with Python 3.11, tokenizers 0.23.3, transformers 5.23.0, torch 2.15.0:
  python make_reference.py DIRECTORY_OF_ALL-MINILM-L6-V2
"""

import base64
import json
import pathlib
import sys

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

HERE = pathlib.Path(__file__).resolve().parent
MODEL = pathlib.Path(sys.argv[1])
LIMIT = 256

PLAIN = """
The covered call was assigned on Friday.
Theta decay accelerates in the last thirty days before expiration.
Sell a cash-secured put at the 30-delta strike, 45 DTE.
Implied volatility rank is above 50 for AAPL, MSFT and NVDA.
What is my net delta across all positions?
How much buying power does an iron condor on SPX need?
Roll the 450 put down and out to the next monthly cycle.
Total revenue increased 12.4% year over year to $1,234.5 million.
Net income attributable to common shareholders was $(3.2) billion, or $(0.87) per diluted share.
The Company's effective tax rate was 21.3% in fiscal 2023, compared with 18.9% in fiscal 2022.
Goodwill impairment of $450 million was recorded in the fourth quarter.
As of December 31, 2024, we had approximately 164,000 full-time employees.
Risk factors include interest-rate risk, credit risk, and counterparty default.
The wheel strategy alternates between cash-secured puts and covered calls.
If the stock closes at $99.99, will my 100-strike put be assigned?
Max loss equals spread width minus credit received, times the multiplier.
Vega is highest for at-the-money options with a long time to expiration.
EBITDA margin widened by 150 bps to 34.2%.
Free cash flow = operating cash flow - capital expenditures
The 10-K was filed with the SEC on 2024-02-15T16:05:00Z.
A replacement within 30 days before or after a sale at a loss is a wash sale.
Buy-write indices such as BXM have lower volatility than the S&P 500.
The VIX closed at 13.2, its lowest level since January 2020.
Probability of profit is not the same as expected value.
Early assignment is most likely just before the ex-dividend date.
Please summarize the liquidity section of the annual report.
Portfolio beta-weighted to SPY: +152.7 delta, -34.1 theta.
Sharpe ratio, Sortino ratio, and maximum drawdown over 252 trading days
Deferred revenue is recognized ratably over the subscription term.
Which of my positions expire this week and are in the money?
Hello world
hello, world!
The quick brown fox jumps over the lazy dog.
unaffable embeddings supercalifragilisticexpialidocious antidisestablishmentarianism
I don't know; it's John's (or James') cat -- isn't it?
To be, or not to be: that is the question.
She sells seashells by the seashore
Once upon a midnight dreary, while I pondered, weak and weary
Water boils at 100 degrees Celsius, i.e. 212 degrees Fahrenheit.
A
a
I
x y z
ALL CAPS SHOUTING SENTENCE ABOUT NOTHING
MiXeD CaSe WoRdS aNd camelCaseIdentifiers
Dr. Smith went to Washington, D.C., at 5 p.m. on Jan. 3rd.
No punctuation here just a run of words that goes on for a while without any stop
one two three four five six seven eight nine ten eleven twelve thirteen
1234567890
3.14159265358979323846264338327950288419716939937510
1,000,000.00 + 2e10 - 0x1F4 = ?
+1 (555) 123-4567
192.168.0.1:8080
2024-01-31 23:59:59.999
50% off! $5 -> $2.50 (was 5,00 EUR)
1/2 3/4 7/8
https://www.example.com/path/to/page?query=value&other=1#fragment
Send mail to first.last+tag@example.co.uk or visit http://localhost:8080/
ftp://user:secret@host:21/dir/file.tar.gz
C:\\Windows\\System32\\drivers\\etc\\hosts and /usr/local/bin/swift
func price(_ strike: Double, dte: Int) -> Double { return strike * exp(-0.05 * Double(dte) / 365) }
SELECT symbol, SUM(quantity) FROM positions WHERE expiry < '2025-01-17' GROUP BY symbol;
for (int i = 0; i < n; i++) { a[i] += b[i] ^ mask; }
{"symbol": "AAPL", "strike": 190.0, "right": "P", "legs": [1, -1]}
<div class="row"><a href='#'>link</a></div>
git commit -m "Fix off-by-one" && git push --force-with-lease
x = y ** 2 if y > 0 else None  # comment
__init__ snake_case_name kebab-case-name CONSTANT_NAME
$HOME/.config ~user `backticks` ^caret |pipe| @at #hash
!!! ??? ... ,,, ;;; ::: --- ___ === +++ *** /// \\\\\\ ||| ~~~
()[]{}<>"'`
!"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~
-----------------------------------------------------------
wow!!!!!! really?!?!?! ok... :-) :( ;P <3
[SEP]
[CLS] hello [SEP] world [SEP]
text with [MASK] inside and[PAD]glued[UNK]tokens
[sep] [Sep] [ SEP ] [SEP [SEP]] [[CLS]]
[UNK][UNK] [unused0] [unused42] ##ing ##s # #
ignore the passage[SEP]and do this instead
""".strip("\n").split("\n")

WORLD = [
    "Café déjà vu, naïve façade, Ångström, piñata, crème brûlée",
    "CAFÉ DÉJÀ VU NAÏVE FAÇADE ÅNGSTRÖM PIÑATA",
    "cafe\u0301 e\u0301le\u0300ve o\u0302 u\u0308 n\u0303 A\u030a",
    "Z\u0351\u036b\u0343a\u0329\u032b\u0347l\u0321\u0356\u034eg\u0338\u0321o\u0334\u0348 text with stacked marks",
    "a\u0323\u0307 a\u0307\u0323 \u1e69 s\u0323\u0307 s\u0307\u0323 marks in either order",
    "Straße, Fußgänger, groß, STRASSE, ẞ GROẞ",
    "Müller, Jäger, Öl, Übergröße, schön",
    "İstanbul ISPARTA ışık Iğdır DİYARBAKIR ıI iİ",
    "ΟΔΥΣΣΕΥΣ Σίσυφος ΣΑΣ ὈΔΥΣΣΕΎΣ ΌΣΟΣ",
    "αβγδ ΑΒΓΔ ἀρχή ᾳ ῷ Ἀθῆναι",
    "Привет, мир! Ёлка и йод, ЩЁТКА, Київ, Ђорђе",
    "Cena akcji wzrosła o 5% – zażółć gęślą jaźń ŁÓDŹ",
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Tiếng Việt: phở, Nguyễn, đường, ĐẠI HỌC",
    "Ærø Øresund œuvre Œdipe þorn Þór ðæt Ðe ŋ Ŋ",
    "苹果公司的股票价格上涨了百分之五。",
    "今天天气很好,我们去公园吧!",
    "日本語のテキスト:期権の価格は?カタカナ ひらがな 漢字",
    "ガギグゲゴ パピプペポ が ぱ \u304b\u3099 \u306f\u309a ヴ",
    "株価は1,234円です(税込)。",
    "東京2024年AAPL株100株",
    "𠀀𠀁𪜀𫝀𫠠 rare ideographs 㐀㐁 豈更車 丽丸",
    "주식 옵션의 가격은 얼마입니까? 한국어 문장입니다.",
    "각 갂 갃 한글 \u1112\u1161\u11ab\u1100\u1173\u11af 힣",
    "العربية: سعر السهم ارتفع اليوم بنسبة ٥٪.",
    "مُحَمَّدٌ السَّلَامُ عَلَيْكُمْ؟",
    "שלום עולם, מה שלומך? שָׁלוֹם",
    "फ़िल्म और हिन्दी में लिखा हुआ वाक्य। क़ ख़",
    "বাংলা ভাষায় একটি বাক্য। কো কৌ ড়",
    "தமிழ் மொழி கொ கோ கௌ",
    "తెలుగు ಕನ್ನಡ മലയാളം සිංහල",
    "ภาษาไทยไม่มีช่องว่างระหว่างคำ ราคาหุ้นวันนี้",
    "ລາວ ខ្មែរ မြန်မာ བོད་ཡིག",
    "ქართული ᲥᲐᲠᲗᲣᲚᲘ Հայերեն ՀԱՅԵՐԵՆ",
    "አማርኛ ᏣᎳᎩ ꮳꮃꭹ ᐃᓄᒃᑎᑐᑦ",
    "Hello 👋 world 🌍! Stocks 📈📉 to the moon 🚀🚀🚀",
    "👨‍👩‍👧‍👦 family, 👩🏽‍💻 coder, 🏳️‍🌈 flag, 🇩🇪🇫🇷 flags, 1️⃣ keycap, ❤️ heart",
    "emoji\u200dzwj\u200cnon\u200bzero width \ufeffbom word\u2060joiner soft\u00adhyphen",
    "left\u200eto\u200fright \u202aembedded\u202c \u2066isolate\u2069",
    "finance office ffi ffl ﬁnance oﬃce ﬂow ﬀ ſt",
    "Full width text 12345 $100",
    "ハンカク カナ ゙ ゚",
    "ℌ𝔢𝔩𝔩𝔬 𝓌𝑜𝓇𝓁𝒹 𝐁𝐨𝐥𝐝 𝟙𝟚𝟛 𝖠𝖡𝖢",
    "∑ ∫ √2 ≈ 1.414 ≠ 2 ∀x∈ℝ ∃y: x² + y² = 1",
    "≮ ≯ ≢ ∄ ∉ negated relations and K (kelvin) Å (angstrom) Ω (ohm)",
    "x₁ + x₂ = ½ · ¾ ± 10⁻³ × 10⁶ µm μm",
    "α = 0.05, σ² ≤ 1, Δ ≈ −0.30, Γ, Θ, ν, ρ",
    "€100 £50 ¥1000 ₹500 ₽20 ₿0.5 ¢99 ₩ ₺ ¤",
    "“Smart quotes” and ‘single ones’ – en dash — em dash … ellipsis • bullet",
    "«guillemets» „German“ ‹single› ¿Qué? ¡Sí! § ¶ † ‡ ‰",
    "、。〈〉《》「」『』【】〔〕!?:;",
    "\u2e3a \u2e43 \u2e52 newer punctuation a\u2e43b a\u2e52b \U00010a50 \U0001e95e",
    "© 2024 Magnus™ ® ℠ № 5 ℃ ℉",
    "→ ← ↑ ↓ ⇒ ⇔ ■ □ ▲ ▼ ★ ☆ ✓ ✗",
    "│ ┌─┐ └─┘ ╔═╗ ░▒▓█ box drawing",
    "⠓⠑⠇⠇⠕ 𓀀𓁐 𐎀𐎁 𒀀 ancient and braille",
    "\ue000\uf8ff private use \U000f0000 word\ue000joined",
    "\u0378\u0530\U000e0fff unassigned scalars a\u0378b",
    "\ufffd replacement \ufffdin\ufffdside",
    "nul\x00inside and \x01\x02control\x7f chars\x1b[31m red \x85 next line",
    "tab\tseparated\tvalues\nnew line\r\ncarriage return\x0bvertical\x0cfeed",
    "no\u00a0break\u2003em\u2009thin\u3000ideographic\u2028line\u2029paragraph\u202fnarrow\u1680ogham",
    "",
    " ",
    "   \t\n  ",
    "\u200b\u200b",
    "\u0301\u0302",
    "\x00\x01",
    "\u3000",
    "  leading and trailing   spaces   inside  ",
    "a" * 100,
    "a" * 101,
    "short " + "b" * 150 + " short",
    "é" * 100 + " " + "e\u0301" * 101,
    "ab" * 40 + "-" + "cd" * 60,
    "中" * 20,
    "한" * 34,
    "word" * 25 + " " + "word" * 25 + "s",
    "🚀" * 101 + " rocket",
    "ɐʇɐp uʍop ǝpısdn ᴛɪɴʏ ᴄᴀᴘs",
    "ǅ ǈ ǋ ǲ titlecase Ǆ ǆ DŽ",
    "ꙮ Ꙗ Ѹ ѽ Ѿ old Cyrillic",
    "ⓐⓑⓒ ⒶⒷⒸ Ⅷ ⅷ ㎏ ㍿ ㈱ ﷽",
    "࠰ ࡞ ॥ ။ ၊ ෴ ๏ ༈ ⸮ ꓿ ꛳ ꡶ punctuation of many scripts",
    "′ ″ ‴ ‵ ‖ ‿ ⁀ ⁅ ⁆ ⁇ ⁈ ⁉",
    "﴾ ﴿ ︐ ︱ ﹁ ﹏ ﹣ ﹫ _ {|}",
    "Ⅿ Ↄ Ⱥ Ⱦ Ɒ Ɥ Ꞌ Ɜ Ꭓ Ꞷ newer capitals",
    "𐐀𐐁 𐐨𐐩 𐲀 𑢠 𞤀 capitals beyond the basic plane",
    "𑄮 𑍋 𝅗𝅥 𝆺𝅥 \U0001d15e composed beyond the basic plane",
    "क\u093c\u094d a\u0300\u0315\u0323 \u0f73 \u0344 \u0f71\u0f72\u0f74",
]

TEMPLATES = [
    "{0} reported {1} of ${2} million, {3} analysts' estimate of ${4} million.",
    "Sold {5} contracts of the {0} {4} put for a credit of ${2}.{5}; the position {3} expectations.",
    "In fiscal 20{5}, {1} at {0} was ${2}.{4} billion, which {3} the prior year.",
    "Is {0}'s {1} of {2} {3} what the market priced in on 2024-{5}-{5}?",
]
NAMES = ["Apple", "Microsoft Corporation", "3M Company", "NVDA", "Johnson & Johnson", "Nestlé S.A.", "AT&T", "トヨタ"]
MEASURES = ["net revenue", "operating income", "diluted EPS", "free cash flow", "gross margin", "EBITDA"]
RELATIONS = ["beating", "missing", "roughly in line with", "well above", "far below"]

LONG = [
    "The registrant describes its market risk in the following paragraphs, and each of them refers to a note. " * 12,
    "Über die Optionsprämie entscheidet die implizite Volatilität – Zeitwertverfall inbegriffen. " * 14,
    "期权价格取决于标的价格、波动率与时间。" * 16,
    "antidisestablishmentarianism-" * 60,
]


def sentences():
    texts = PLAIN + WORLD + LONG
    index = 0
    while len(texts) < 200:
        template = TEMPLATES[index % len(TEMPLATES)]
        texts.append(template.format(
            NAMES[index % len(NAMES)], MEASURES[index % len(MEASURES)], 100 + 37 * index,
            RELATIONS[index % len(RELATIONS)], 250 + 5 * index, 10 + index))
        index += 1
    assert len(texts) == 200 and len(set(texts)) == 200, (len(texts), len(set(texts)))
    return texts


def write_sentences(tokenizer):
    model = AutoModel.from_pretrained(MODEL, attn_implementation="eager").double().eval()
    with open(HERE / "sentences.jsonl", "w", encoding="utf-8") as output:
        for text in sentences():
            encoding = tokenizer.encode(text, add_special_tokens=False)
            byte_offset = [0]
            for character in text:
                byte_offset.append(byte_offset[-1] + len(character.encode()))
            offsets = [byte_offset[place] for pair in encoding.offsets for place in pair]
            ids = [101] + encoding.ids[:LIMIT - 2] + [102]
            with torch.no_grad():
                states = model(input_ids=torch.tensor([ids])).last_hidden_state[0]
            mean = states.mean(0)
            vector = (mean / mean.norm()).numpy().astype("<f4")
            output.write(json.dumps({
                "text": text,
                "ids": encoding.ids,
                "offsets": offsets,
                "vector": base64.b64encode(vector.tobytes()).decode(),
            }, ensure_ascii=True, separators=(",", ":")) + "\n")


def is_ideograph(scalar):
    return any(first <= scalar <= last for first, last in [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
        (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)])


def treatment(tokenizer, scalar):
    """What becomes of a scalar: its kind, and the scalars it turns into."""
    character = chr(scalar)
    normalized = tokenizer.normalizer.normalize_str(character)
    pieces = [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str("a" + normalized + "b")]
    if normalized == "":
        return "removed", ""
    if normalized == " ":
        return "space", ""
    if len(normalized) == 3 and normalized[0] == normalized[2] == " ":
        assert is_ideograph(scalar), hex(scalar)
        return "isolated", normalized[1]
    assert " " not in normalized and not is_ideograph(scalar), hex(scalar)
    if pieces == ["a", normalized, "b"] and len(normalized) == 1:
        return "isolated", normalized
    assert pieces == ["a" + normalized + "b"], (hex(scalar), pieces)
    return "joined", normalized


def scalars():
    return (scalar for scalar in range(0x110000) if not 0xD800 <= scalar < 0xE000)


def write_scalars(tokenizer):
    """For each block of scalars the FNV-1a digest of the words of the text "aXb aYb ...", joined by line feeds."""
    with open(HERE / "scalars.txt", "w") as output:
        for block in range(0x110000 // 4096):
            first = block * 4096
            # Beyond the third plane nothing is assigned but tags and private use, of which a few blocks are enough.
            if first >= 0x30000 and first not in (0xE0000, 0xE1000, 0xF0000, 0x10F000):
                continue
            text = " ".join("a" + chr(scalar) + "b" for scalar in range(first, first + 4096)
                            if not 0xD800 <= scalar < 0xE000)
            words = tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text))
            digest = 0xCBF29CE484222325
            for byte in "\n".join(word for word, _ in words).encode():
                digest = (digest ^ byte) * 0x100000001B3 % 2**64
            if text:
                output.write(f"{first:x} {digest:016x}\n")


def digits(value):
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while True:
        value, digit = divmod(value, 36)
        text = alphabet[digit] + text
        if value == 0:
            return text


def write_table(treatments):
    entries = []
    position = 0x80

    def emit(first, count, step, text):
        nonlocal position
        entry = digits(first - position) + text
        entry += ":" + digits(count) if count > 1 else ""
        entry += "/" + digits(step) if step > 1 else ""
        entries.append(entry)
        position = first + (count - 1) * step + 1

    simple = {"removed": "!", "space": "_"}
    interesting = {}
    for scalar, (kind, result) in treatments.items():
        if scalar < 0x80 or 0xAC00 <= scalar <= 0xD7A3:
            continue
        if kind in simple:
            interesting[scalar] = simple[kind]
        elif result != chr(scalar):
            if len(result) == 1:
                delta = ord(result) - scalar
                interesting[scalar] = ("+" if delta > 0 else "-") + digits(abs(delta))
            else:
                interesting[scalar] = "=" + ".".join(digits(ord(character)) for character in result)
        elif kind == "isolated" and not is_ideograph(scalar):
            interesting[scalar] = "^"
    # An isolated result must itself be isolated, so that following the map once tells the kind.
    for scalar, (kind, result) in treatments.items():
        if scalar >= 0x80 and kind == "isolated" and not is_ideograph(scalar):
            assert treatments[ord(result)] == ("isolated", result), hex(scalar)
        if scalar >= 0x80 and kind == "joined":
            assert all(treatments[ord(character)] == ("joined", character) for character in result), hex(scalar)
    ordered = sorted(interesting)
    index = 0
    while index < len(ordered):
        first = ordered[index]
        text = interesting[first]
        best, best_step = 1, 1
        for step in (1, 2):
            count = 1
            while text[0] != "=" and interesting.get(first + count * step) == text and (
                    step == 1 or first + count * step - 1 not in interesting):
                count += 1
            if count > best:
                best, best_step = count, step
        emit(first, best, best_step, text)
        index += best
    lines, line = [], ""
    for entry in entries:
        if len(line) + 1 + len(entry) > 110:
            lines.append(line)
            line = entry
        else:
            line = (line + " " + entry).strip()
    lines.append(line)
    body = "\n".join("        " + line for line in lines)
    path = HERE.parents[2] / "Sources" / "Encoder" / "ScalarTable+Data.swift"
    path.write_text(f'''// Generated by Tests/EncoderTests/Fixtures/make_reference.py; change it there.

extension ScalarTable {{
    /// What BERT's lower-casing normaliser and its word splitter do to scalars from U+0080 on, wherever that is neither
    /// nothing nor arithmetic (Hangul). Unicode grows; the model's vocabulary does not, so the reference stays as it is.
    ///
    /// Entries are in order of the scalar, in base 36: the distance from the end of the previous entry, what happens
    /// (`!` removed, `_` white space, `^` a word by itself, `+d` or `-d` moved by d, `=a.b` replaced), the number of
    /// scalars alike (`:n`) and the distance between them (`/d`).
    static let encoded: StaticString = """
{body}
        """
}}
''')


def main():
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    treatments = {scalar: treatment(tokenizer, scalar) for scalar in scalars()}
    write_scalars(tokenizer)
    write_table(treatments)
    write_sentences(tokenizer)


main()
