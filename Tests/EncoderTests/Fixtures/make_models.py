#!/usr/bin/env python3
"""Makes tiny models with random weights in the layouts that are published, and what the reference libraries compute with them.

Writes, beside this file,
  models/NAME/          config.json, vocab.txt, model.safetensors, tokenizer_config.json and, for sentence encoders,
                        modules.json, 1_Pooling/config.json, sentence_bert_config.json
  models/expected.json  for each sentence encoder the word-piece ids and the vector of some texts (scaled to length 1), for
                        each cross-encoder ids, token types and the logit of some pairs
  casing.txt            what the reference makes of every Unicode scalar where case is kept, and where case is lowered and
                        accents are kept, as one digest per 4,096 scalars and way
and the table of marks that only a model without accents removes,
  ../../../Sources/Encoder/ScalarTable+Marks.swift

Run with Python 3.11, transformers 5.24.0, sentence-transformers 6.2.0, tokenizers 0.23, torch 2.15.0:
  python make_models.py
"""

import json
import pathlib
import shutil

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import normalizers, pre_tokenizers
from transformers import (AutoModelForSequenceClassification, AutoTokenizer, BertConfig, BertForSequenceClassification,
                          BertModel, MPNetConfig, MPNetModel)

HERE = pathlib.Path(__file__).resolve().parent
MODELS = HERE / "models"

WORDS = """call put puts sell sold the a of is assigned option options strike theta decay early dividend Über über Straße
straße Müller müller naïve naive café cafe Call Put 中 国 . , ? ! - $ % ( ) < > [ ] / 1 2 3 10 45 what when how will be my stock
closes above below expiration premium credit""".split()
PIECES = ["##s", "##ed", "##ing", "##a", "##b", "##c", "##d", "##e", "##f", "##g", "##h", "##i", "##k", "##l", "##m",
          "##n", "##o", "##p", "##r", "##t", "##u", "##w", "##y", "##0", "##5", "##ß", "##ü", "##ä"]
LETTERS = list("bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ04567899üäöé")

TEXTS = [
    "",
    "call",
    "Sell puts.",
    "What is theta decay?",
    "The call will be assigned early, dividend above 10%!",
    "Über die Straße: Müller naïve CAFÉ",
    "u\u0308ber cafe\u0301 中国 ΟΔΟΣ",
    "[SEP] <s> </s> [MASK] <mask> [CLS] x<s>y",
    "how option premium " * 30,
    "stock closes below strike 45 expiration credit " * 24,
]

PAIRS = [
    ("call", "put"),
    ("What is theta decay?", "Theta decay is the premium of options, sold early."),
    ("When will my put be assigned?", ""),
    ("", "sell"),
    ("how", "stock closes above strike " * 20),
    ("will my stock be assigned early " * 20, "dividend"),
    ("what is the call option strike " * 9, "the put option premium of my stock " * 9),
    ("credit [SEP] premium", "text with [MASK] inside"),
    ("early " * 31, "theta " * 28),
    ("early " * 28, "theta " * 31),
]


def vocabulary(specials):
    lines = specials + [piece for piece in dict.fromkeys(WORDS + LETTERS + PIECES)]
    assert len(lines) == len(set(lines))
    return lines


BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MPNET_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "[UNK]", "<mask>"]


def fresh(name):
    folder = MODELS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def randomise(model, seed):
    """Weights large enough that every part of the network shows in the output."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            center = 1.0 if "LayerNorm.weight" in name else 0.0
            parameter.copy_(center + 0.8 * (torch.rand(parameter.shape, generator=generator) - 0.5))
    return model.eval()


def save(model, folder, lines, tokenizer):
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "vocab.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_json(folder / "tokenizer_config.json", tokenizer)


def sentence_layout(folder, hidden, mode, limit, normalizes):
    """The files of sentence-transformers before version 6, which most published models have."""
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
               {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
    if normalizes:
        modules.append({"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"})
        (folder / "2_Normalize").mkdir()
        (folder / "2_Normalize" / ".gitkeep").write_text("")
    write_json(folder / "modules.json", modules)
    write_json(folder / "1_Pooling" / "config.json", {
        "word_embedding_dimension": hidden, "pooling_mode_cls_token": mode == "cls",
        "pooling_mode_mean_tokens": mode == "mean", "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": limit, "do_lower_case": False})


def make_bert_mean_cased():
    folder = fresh("bert-mean-cased")
    lines = vocabulary(BERT_SPECIALS)
    config = BertConfig(vocab_size=len(lines), hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
                        intermediate_size=40, max_position_embeddings=64)
    save(randomise(BertModel(config), 1), folder, lines, {
        "tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 64})
    sentence_layout(folder, 24, "mean", 20, False)


def make_bert_cls_accents():
    folder = fresh("bert-cls-accents")
    lines = vocabulary(BERT_SPECIALS)
    config = BertConfig(vocab_size=len(lines), hidden_size=16, num_hidden_layers=1, num_attention_heads=4,
                        intermediate_size=32, max_position_embeddings=40, type_vocab_size=3)
    save(randomise(BertModel(config), 2), folder, lines, {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "strip_accents": False, "model_max_length": 512})
    sentence_layout(folder, 16, "cls", 40, True)


def make_mpnet():
    folder = fresh("mpnet-mean")
    lines = vocabulary(MPNET_SPECIALS)
    config = MPNetConfig(vocab_size=len(lines), hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
                         intermediate_size=40, max_position_embeddings=180, layer_norm_eps=1e-5)
    save(randomise(MPNetModel(config), 3), folder, lines, {
        "tokenizer_class": "MPNetTokenizer", "do_lower_case": True, "model_max_length": 178, "bos_token": "<s>",
        "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "unk_token": "[UNK]", "pad_token": "<pad>",
        "mask_token": "<mask>"})
    sentence_layout(folder, 24, "mean", 178, True)


def make_cross_encoder():
    folder = fresh("cross-encoder")
    lines = vocabulary(BERT_SPECIALS)
    config = BertConfig(vocab_size=len(lines), hidden_size=24, num_hidden_layers=2, num_attention_heads=2,
                        intermediate_size=40, max_position_embeddings=64, num_labels=1)
    save(randomise(BertForSequenceClassification(config), 4), folder, lines, {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 60})


def expected_vectors(name):
    model = SentenceTransformer(str(MODELS / name), device="cpu").double()
    entries = []
    for text in TEXTS:
        features = model.preprocess([text]) if hasattr(model, "preprocess") else model.tokenize([text])
        vector = torch.tensor(model.encode([text], convert_to_numpy=True)[0]).double()
        entries.append({"text": text, "ids": features["input_ids"][0].tolist(),
                        "vector": [round(value, 9) for value in (vector / vector.norm()).tolist()]})
    return entries


def expected_logits(name):
    tokenizer = AutoTokenizer.from_pretrained(MODELS / name)
    model = AutoModelForSequenceClassification.from_pretrained(MODELS / name).double().eval()
    entries = []
    for question, text in PAIRS:
        features = tokenizer([question], [text], truncation="longest_first", max_length=tokenizer.model_max_length,
                             return_tensors="pt")
        with torch.no_grad():
            logit = model(**features).logits
        assert logit.shape == (1, 1)
        entries.append({"question": question, "text": text, "ids": features["input_ids"][0].tolist(),
                        "types": features["token_type_ids"][0].tolist(), "logit": round(logit.item(), 9)})
    return entries


def scalars(first, last):
    return [scalar for scalar in range(first, last) if not 0xD800 <= scalar < 0xE000]


def write_casing():
    """For each block of scalars the FNV-1a digest of the words of the text "aXb aYb ...", joined by line feeds."""
    words = pre_tokenizers.BertPreTokenizer()
    with open(HERE / "casing.txt", "w") as output:
        for way, lowers in [("kept", False), ("lowered", True)]:
            normalizer = normalizers.BertNormalizer(lowercase=lowers, strip_accents=False)
            for first in range(0, 0x110000, 4096):
                if first >= 0x30000 and first not in (0xE0000, 0xE1000, 0xF0000, 0x10F000):
                    continue
                block = scalars(first, first + 4096)
                if not block:
                    continue
                text = normalizer.normalize_str(" ".join("a" + chr(scalar) + "b" for scalar in block))
                digest = 0xCBF29CE484222325
                for byte in "\n".join(word for word, _ in words.pre_tokenize_str(text)).encode():
                    digest = (digest ^ byte) * 0x100000001B3 % 2**64
                output.write(f"{way} {first:x} {digest:016x}\n")


def digits(value):
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while True:
        value, digit = divmod(value, 36)
        text = alphabet[digit] + text
        if value == 0:
            return text


def write_marks():
    kept = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    stripped = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    marks = [scalar for scalar in scalars(0x80, 0x110000)
             if stripped.normalize_str(chr(scalar)) == "" and kept.normalize_str(chr(scalar)) != ""]
    entries, position, index = [], 0, 0
    while index < len(marks):
        end = index
        while end + 1 < len(marks) and marks[end + 1] == marks[end] + 1:
            end += 1
        count = end - index + 1
        entries.append(digits(marks[index] - position) + (":" + digits(count) if count > 1 else ""))
        position = marks[end] + 1
        index = end + 1
    lines, line = [], ""
    for entry in entries:
        if len(line) + len(entry) + 1 > 108:
            lines.append(line)
            line = entry
        else:
            line = (line + " " + entry).strip()
    body = "\n".join("        " + text for text in lines + [line])
    (HERE.parents[2] / "Sources" / "Encoder" / "ScalarTable+Marks.swift").write_text(f'''// Generated by Tests/EncoderTests/Fixtures/make_models.py; change it there.

extension ScalarTable {{
    /// Scalars that vanish with accents and stay where accents stay, in base 36: the distance from the end of the previous
    /// run, and the number of scalars in a row (`:n`).
    static let encodedMarks: StaticString = """
{body}
        """
}}
''')


def main():
    torch.manual_seed(0)
    make_bert_mean_cased()
    make_bert_cls_accents()
    make_mpnet()
    make_cross_encoder()
    write_casing()
    write_marks()
    write_json(MODELS / "expected.json", {
        "encoders": {name: expected_vectors(name) for name in ["bert-mean-cased", "bert-cls-accents", "mpnet-mean"]},
        "cross_encoders": {"cross-encoder": expected_logits("cross-encoder")},
    })


main()
