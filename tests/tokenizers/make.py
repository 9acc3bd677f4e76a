#!/usr/bin/env python3
"""make.py: writes the small tokenizer.json files beside it, one for each family and for the odd corners.

The vocabularies are learnt here from a few sentences below, so that nothing of any published model is copied.
The files are committed; run this again only to change them, then vectors.mjs for their reference ids.
"""

import base64
import collections
import json
import math
import struct
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent

TEXT = """The quick brown fox jumps over the lazy dog, and the dog doesn't mind. We're measuring how long a prompt is:
the token counts must be the same as the server's own, or else the lengths of the load would be guesses.
In the beginning there were words, then there were tokens; the words were longer than the tokens are.
A benchmark that can't count isn't a benchmark. It's 1234 requests, 56 seconds, and 7,890 tokens in the year 2025.
Der schnelle Fuchs läuft über die Straße, während der müde Hund schläft. Größe, Maß und Übermut.
Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva de crapaüter en canoë au delà des îles.
日本語のテキストも数えます。中文文本也要计算。한국어 문장도 셉니다.
def count(tokens):\n\tfor token in tokens:\n\t\tif token is not None:\n\t\t\tyield token  # counts
https://example.org/path?query=value&other=1 (see also: [brackets], {braces}, <tags/>)"""

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def byte_letters():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters, extra = {}, 0
    for byte in range(256):
        if byte in printable:
            letters[byte] = chr(byte)
        else:
            letters[byte] = chr(256 + extra)
            extra += 1
    return letters


LETTERS = byte_letters()


def in_letters(text):
    return "".join(LETTERS[b] for b in text.encode())


def learn_merges(words, count, prefix="", suffix=""):
    """Plain byte-pair encoding; ties go to the pair that sorts first. Returns merges of symbols."""
    spelled = collections.Counter()
    for word, times in collections.Counter(words).items():
        symbols = [(prefix if i else "") + c for i, c in enumerate(word)]
        symbols[-1] += suffix
        spelled[tuple(symbols)] += times
    merges = []
    for _ in range(count):
        pairs = collections.Counter()
        for word, times in spelled.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += times
        if not pairs:
            break
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        joined = best[0] + best[1][len(prefix):]
        fresh = collections.Counter()
        for word, times in spelled.items():
            out, i = [], 0
            while i < len(word):
                if word[i:i + 2] == best:
                    out.append(joined)
                    i += 2
                else:
                    out.append(word[i])
                    i += 1
            fresh[tuple(out)] += times
        spelled = fresh
    return merges


def vocabulary(first, merges, prefix=""):
    ids = {}
    for token in [*first, *(a + b[len(prefix):] for a, b in merges)]:
        ids.setdefault(token, len(ids))
    return ids


def added(content, number, special=True, **flags):
    return {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": not special, "special": special} | flags


def bpe(vocab, merges, pairs=False, **more):
    model = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
             "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False}
    listed = [list(m) for m in merges] if pairs else [" ".join(m) for m in merges]
    return model | {"vocab": vocab, "merges": listed} | more


def byte_bpe(count=320):
    words = [in_letters(w) for line in TEXT.split("\n") for w in (" " + line).replace("  ", " ").split(" ") if w]
    words = ["Ġ" + w for w in words] + words
    merges = learn_merges(words, count)
    return vocabulary([LETTERS[b] for b in range(256)], merges), merges


def write(name, model, normalizer=None, pre_tokenizer=None, tokens=(), post=None):
    document = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": list(tokens),
                "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": post, "decoder": None,
                "model": model}
    (HERE / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


def sequence(kind, *parts):
    return {"type": "Sequence", {"n": "normalizers", "p": "pretokenizers"}[kind]: list(parts)}


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(prefix=False, regex=True):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}


def darts(entries):
    """A double array as SentencePiece stores it: units of label, leaf and offset; entries are {bytes: value}."""
    units = {0: 0}
    used = {0}

    def place(node, keys, depth):
        children = collections.defaultdict(list)
        for key in keys:
            children[key[depth] if depth < len(key) else 0].append(key)
        base = 1
        while any((base ^ label) in used for label in children) or base in used or base & 0xff == 0:
            base += 1
        offset = node ^ base
        assert offset < 1 << 21
        leaf = 1 << 8 if 0 in children else 0
        units[node] |= offset << 10 | leaf
        for label in children:
            used.add(base ^ label)
        used.add(base)
        for label, below in children.items():
            if label == 0:
                units[base] = 1 << 31 | entries[below[0]]
            else:
                units[base ^ label] = label
        for label, below in children.items():
            if label:
                place(base ^ label, below, depth + 1)

    place(0, sorted(entries), 0)
    return b"".join(struct.pack("<I", units.get(i, 0)) for i in range((max(units) | 0xff) + 1))


def charsmap():
    """What SentencePiece's nmt_nfkc does, for the characters that the tests use."""
    table = {"\t": " ", "\n": " ", "\r": " ", "\u00a0": " ", "\u200b": " ", "\u3000": " ", "\u2026": "...",
             "\ufb01": "fi", "\u00bd": "1\u20442", "\u2167": "VIII", "\u337f": "株式会社", "\uff21": "A", "\uff41": "a",
             "e\u0301": "é", "a\u0308": "ä", "\u0085": " ", "\u00b2": "2"}
    texts, entries = b"", {}
    for source, target in table.items():
        entries[source.encode()] = len(texts)
        texts += target.encode() + b"\0"
    trie = darts(entries)
    return base64.b64encode(struct.pack("<I", len(trie)) + trie + texts).decode()


def unigram_vocabulary(size, specials):
    counts = collections.Counter()
    for word in TEXT.split():
        word = "▁" + word
        for begin in range(len(word)):
            for end in range(begin + 1, min(begin + 9, len(word)) + 1):
                counts[word[begin:end]] += end - begin if end - begin > 1 else 1
    total = sum(counts.values())
    single = sorted((t for t in counts if len(t) == 1 and ord(t) < 0x3000), key=lambda t: (-counts[t], t))
    longer = sorted((t for t in counts if len(t) > 1 and counts[t] > 3), key=lambda t: (-counts[t], t))[:size]
    return [[t, 0.0] for t in specials] + [[t, round(math.log(counts[t] / total), 5)] for t in [*single, *longer]]


def main():
    vocab, merges = byte_bpe()
    top = len(vocab)
    write("gpt2", bpe(vocab, merges), pre_tokenizer=byte_level(), tokens=[added("<|endoftext|>", top)])
    write("roberta", bpe(vocab, merges), pre_tokenizer=byte_level(prefix=True),
          tokens=[added("<s>", top), added("<mask>", top + 1, lstrip=True)])
    whole = dict(vocab)
    for word in ("Ġbenchmarking", "Ġunmerged", "tokens!"):
        whole[word] = len(whole)
    write("llama3", bpe(whole, merges, ignore_merges=True),
          pre_tokenizer=sequence("p", split(LLAMA3), byte_level(regex=False)),
          tokens=[added("<|begin_of_text|>", len(whole)), added("<|eot_id|>", len(whole) + 1),
                  added("<|eot_id|>>", len(whole) + 2)],
          post={"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<|begin_of_text|>", "type_id": 0}},
                           {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"<|begin_of_text|>": {"id": "<|begin_of_text|>", "ids": [len(whole)],
                                                         "tokens": ["<|begin_of_text|>"]}}})
    write("qwen", bpe(vocab, merges, pairs=True, continuing_subword_prefix="", end_of_word_suffix=""),
          normalizer={"type": "NFC"},
          pre_tokenizer=sequence("p", split(LLAMA3.replace("{1,3}", "")), byte_level(regex=False)),
          tokens=[added("<|im_start|>", top), added("<think>", top + 1, special=False, normalized=False)])
    write("o200k", bpe(vocab, merges), pre_tokenizer=sequence("p", split(O200K), byte_level(regex=False)))
    write("deepseek", bpe(vocab, merges),
          pre_tokenizer=sequence("p", split(r"[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"),
                                 split(r"[一-龥ࠀ-一가-퟿]+"), {"type": "Digits", "individual_digits": True},
                                 byte_level(regex=False)))

    words = ["▁" + w for w in TEXT.split()]
    letters = sorted({c for w in words for c in w if ord(c) < 0x250 or c == "▁"})
    sp_merges = learn_merges(["".join(c for c in w if c in letters) for w in words], 260)
    first = ["<unk>", "<s>", "</s>", *(f"<0x{b:02X}>" for b in range(256)), *letters]
    sp_vocab = vocabulary(first, sp_merges)
    specials = [added("<unk>", 0), added("<s>", 1), added("</s>", 2)]
    write("llama2", bpe(sp_vocab, sp_merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True),
          normalizer=sequence("n", {"type": "Prepend", "prepend": "▁"},
                              {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}), tokens=specials)
    write("mistral", bpe(sp_vocab, sp_merges, pairs=True, unk_token="<unk>", fuse_unk=True, byte_fallback=True),
          pre_tokenizer={"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False},
          tokens=specials)
    no_bytes = vocabulary(["<unk>", *letters], sp_merges)
    for name, fuse in (("unknown", False), ("unknown_fused", True)):
        write(name, bpe(no_bytes, sp_merges, unk_token="<unk>", fuse_unk=fuse),
              pre_tokenizer={"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
              tokens=[added("<unk>", 0)])

    lower = TEXT.lower()
    clip_words = [w for w in "".join(c if c.isalnum() else " " for c in lower).split()]
    clip_merges = learn_merges(clip_words, 200, suffix="</w>")
    clip_letters = sorted({c for w in clip_words for c in w})
    clip_first = [*clip_letters, *(c + "</w>" for c in clip_letters), *(c + "</w>" for c in "'.,!?"), "<|unk|>"]
    write("clip", bpe(vocabulary(clip_first, clip_merges), clip_merges, unk_token="<|unk|>", end_of_word_suffix="</w>"),
          normalizer=sequence("n", {"type": "NFC"},
                              {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "},
                              {"type": "Lowercase"}),
          pre_tokenizer=split(r"<\|startoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", "Removed",
                              True))
    prefixed = learn_merges(clip_words, 150, prefix="##")
    pre_first = [*clip_letters, *("##" + c for c in clip_letters), "[UNK]"]
    write("prefixed", bpe(vocabulary(pre_first, prefixed, "##"), prefixed, unk_token="[UNK]",
                          continuing_subword_prefix="##"),
          normalizer={"type": "Lowercase"},
          pre_tokenizer={"type": "Whitespace"})

    plain = "".join(c for c in unicodedata.normalize("NFD", lower) if unicodedata.category(c) != "Mn")
    counts = collections.Counter("".join(c if c.isalnum() else f" {c} " for c in plain).split())
    starts = collections.Counter(w[:n] for w in counts for n in range(1, len(w) + 1))
    ends = collections.Counter("##" + w[-n:] for w in counts for n in range(1, len(w)))
    chars = sorted({c for w in counts for c in w})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *chars, *("##" + c for c in chars)]
    pieces += sorted(w for w, n in starts.items() if n > 2 or (w in counts and counts[w] > 1))
    pieces += sorted(w for w, n in ends.items() if n > 2)
    bert_vocab = vocabulary(pieces, [])
    wordpiece = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                 "max_input_chars_per_word": 20, "vocab": bert_vocab}
    bert_tokens = [added(t, bert_vocab[t]) for t in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")]
    for name, accents, small in (("bert", None, True), ("bert_cased", False, False)):
        write(name, wordpiece, pre_tokenizer={"type": "BertPreTokenizer"}, tokens=bert_tokens,
              normalizer={"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                          "strip_accents": accents, "lowercase": small})

    t5 = unigram_vocabulary(400, ["<pad>", "</s>", "<unk>"])
    write("t5", {"type": "Unigram", "unk_id": 2, "vocab": t5, "byte_fallback": False},
          normalizer=sequence("n", {"type": "Precompiled", "precompiled_charsmap": charsmap()},
                              {"type": "Strip", "strip_left": False, "strip_right": True},
                              {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}),
          pre_tokenizer={"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
          tokens=[added("</s>", 1), added("<extra_id_0>", len(t5), special=True)])
    xlmr = unigram_vocabulary(300, ["<s>", "<pad>", "</s>", "<unk>", *(f"<0x{b:02X}>" for b in range(256))])
    write("xlmr", {"type": "Unigram", "unk_id": 3, "vocab": xlmr, "byte_fallback": True},
          normalizer=sequence("n", {"type": "Nmt"}, {"type": "NFKC"}),
          pre_tokenizer=sequence("p", {"type": "WhitespaceSplit"},
                                 {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True}),
          tokens=[added("<s>", 0)])

    level = vocabulary(["<unk>", *sorted({w for w in "".join(c if c.isalnum() else " " for c in plain).split()})], [])
    write("words", {"type": "WordLevel", "unk_token": "<unk>", "vocab": level},
          normalizer=sequence("n", {"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, {"type": "Strip",
                              "strip_left": True, "strip_right": True}),
          pre_tokenizer=sequence("p", {"type": "CharDelimiterSplit", "delimiter": "-"}, {"type": "WhitespaceSplit"},
                                 {"type": "Punctuation", "behavior": "Contiguous"}, {"type": "Digits",
                                 "individual_digits": False}))
    write("odd", bpe(vocab, merges), normalizer=sequence("n", {"type": "NFKD"}, {"type": "ByteLevel"}),
          pre_tokenizer=sequence("p", {"type": "Punctuation", "behavior": "MergedWithPrevious"},
                                 split("e", "MergedWithNext", kind="String"), split("[aou]+", "Contiguous"),
                                 split("n", "MergedWithPrevious", True, "String"),
                                 {"type": "FixedLength", "length": 7}),
          tokens=[added("Dog", top, special=False, single_word=True), added("tokens", vocab["tokens"], special=False,
                  lstrip=True, rstrip=True), added("<x>", top + 1, rstrip=True)])


main()
