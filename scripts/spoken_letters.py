"""Write repairflow/law/spoken_letters.txt anew from pypinyin's dictionaries.

    .venv/bin/python scripts/spoken_letters.py

Run it when pypinyin has changed; tests/law/test_spoken_letters.py holds the table to it. Of the words that are read
as their characters are alone, the table keeps those that end as a word with another reading begins: taken from left to
right, they come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from repairflow.law.spoken_letters import FILE

LONGEST = max(map(len, PHRASES_DICT))
LONG = 4
"""So long are proverbs, which no name begins with; of them only those are kept that themselves hold a reading of their own."""


def spoken(text: str) -> str:
    """The first letters as pypinyin has them."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))


def read(text: str, alone: Mapping[str, str], words: Mapping[str, str]) -> str:
    """The first letters by words that are known so far, the longest first."""
    found, at = "", 0
    while at < len(text):
        lengths = range(min(LONGEST, len(text) - at), 1, -1)
        word = next((text[at : at + n] for n in lengths if text[at : at + n] in words), text[at])
        found += words.get(word) or alone.get(word, word)
        at += len(word)
    return found


def wrong(phrases: Iterable[str], alone: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """Phrases which these words do not give the right letters, with them."""
    return {phrase: right for phrase in phrases if (right := spoken(phrase)) != read(phrase, alone, words)}


def words_of(alone: Mapping[str, str]) -> dict[str, str]:
    """The words that must be known to read any phrase as pypinyin does."""
    phrases = sorted((phrase for phrase in PHRASES_DICT if len(phrase) > 1), key=lambda phrase: (len(phrase), phrase))
    words: dict[str, str] = {}
    for length in sorted({len(phrase) for phrase in phrases}):  # a longer one often follows from a shorter one in it
        words |= wrong((phrase for phrase in phrases if len(phrase) == length), alone, words)
    beginnings: dict[str, set[str]] = {}
    for word, letters in words.items():
        for length in range(1, len(word)):
            beginnings.setdefault(word[:length], set()).add(letters[:length])
    for phrase in phrases:
        right = spoken(phrase)
        ends = range(1, len(phrase))
        taken = any(said != right[at:] for at in ends for said in beginnings.get(phrase[at:], ()))
        if taken or (len(phrase) < LONG and any(phrase[at:] in beginnings for at in ends)):
            words[phrase] = right
    while rest := wrong(phrases, alone, words):
        words |= rest
    return words


def written() -> str:
    """The text of the table."""
    alone = {chr(point): spoken(chr(point)) for point in sorted(PINYIN_DICT)}
    words = words_of(alone)
    said = (
        word + ("" if letters == "".join(alone[one] for one in word) else letters)
        for word, letters in sorted(words.items())
    )
    return "\n".join(["".join(alone), "".join(alone.values()), " ".join(said), ""])


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
