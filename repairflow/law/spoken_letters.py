"""First letters of how Chinese is spoken (拼音首字母), from a table of our own: the dictionaries it was made of take 56 MB.

`spoken_letters.txt` is written by `scripts/spoken_letters.py` and holds three lines: all characters in the order of their code
points; as many letters; and the words in which a character is read in another way than alone (重庆cq), with those without letters
that keep their characters from such a word (严重, that 严重复杂 is not taken for 重复).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_suffix(".txt")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class _Table(NamedTuple):
    characters: str
    letters: str
    words: dict[str, str]  # letters: '' where each character is read as it is alone
    longest: int


@cache
def _table() -> _Table:
    characters, letters, said = FILE.read_text(encoding="utf-8").rstrip("\n").split("\n")
    words = {}
    for word in said.split(" "):
        plain = word.rstrip(LETTERS)
        words[plain] = word[len(plain) :]
    return _Table(characters, letters, words, max(map(len, words)))


def spoken_letters(text: str) -> str:
    """Return the first letter of each character as it is spoken; what is no Chinese character stays as it is.

    A character read in several ways has the one its word asks for; the longest word that begins at a place is taken.
    """
    if text.isascii():
        return text
    table = _table()
    found, at = [], 0
    while at < len(text):
        word = _word(table, text, at)
        found.append(table.words.get(word) or "".join(_alone(table, one) for one in word))
        at += len(word)
    return "".join(found)


def _word(table: _Table, text: str, at: int) -> str:
    for length in range(min(table.longest, len(text) - at), 1, -1):
        if (word := text[at : at + length]) in table.words:
            return word
    return text[at]


def _alone(table: _Table, character: str) -> str:
    place = bisect_left(table.characters, character)
    return table.letters[place] if table.characters[place : place + 1] == character else character
