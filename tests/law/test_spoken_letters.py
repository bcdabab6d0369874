"""First letters of names (拼音首字母) are those of the dictionaries the table was made of; `scripts/spoken_letters.py` writes it."""

from __future__ import annotations

import unicodedata
from itertools import islice

import pytest
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from repairflow.law.names import initials
from repairflow.law.spoken_letters import spoken_letters


def first(reading: str) -> str:
    return unicodedata.normalize("NFD", reading)[0]


def test_every_character_alone() -> None:
    read = {chr(point): first(readings.split(",")[0]) for point, readings in PINYIN_DICT.items()}
    given = {character: spoken_letters(character) for character in read}
    assert {one: (given[one], letter) for one, letter in read.items() if given[one] != letter} == {}


def test_every_word_of_ten() -> None:
    words = {word: "".join(first(one[0]) for one in read) for word, read in islice(PHRASES_DICT.items(), 0, None, 10)}
    given = {word: spoken_letters(word) for word in words}
    assert {word: (given[word], right) for word, right in words.items() if given[word] != right} == {}


@pytest.mark.parametrize(("name", "letters"), [
    ("重庆长江A股份有限公司", "cqcjagfyxgs"),
    ("严重复杂", "yzfz"),  # 重复 is another word
    ("知道行政行为", "zdxzxw"),  # so is 道行
    ("厦门市行知商行", "xmsxzsh"),
    ("中国银行（云溪）支行", "zgyhyxzx"),
    ("𠀀𬬻甲", "hlj"),  # beyond 65,535
    ("〇九号", "ljh"),
    ("ABC（2026）", "abc2026"),
    ("Ωλ商行", "ωλsh"),
    ("", ""),
])  # fmt: skip
def test_names(name: str, letters: str) -> None:
    assert initials(name) == letters
