"""A value of the wrong type at any key of any file of law: told in Chinese with its line, never taken, never an error of the program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from repairflow.errors import DefinitionError, Problem
from repairflow.law.calendar.year_file import parse_year
from repairflow.law.checks.folder import Source, check
from repairflow.law.coverage import parse_coverage
from repairflow.law.procedure.errata import parse_erratum
from repairflow.law.procedure.model import parse
from repairflow.law.procedure.overlay_form import parse_overlay
from repairflow.law.procedure.packs import parse_pack
from repairflow.law.procedure.statutes import parse_statute
from repairflow.law.procedure.vocabulary import parse_vocabulary
from repairflow.law.vectors.form import parse_vectors
from repairflow.letters.text.template_file import read_template
from tests.support.shipped import WORKFLOWS, around
from tests.support.wrong_types import cases, pattern, toml

pytestmark = pytest.mark.either_database
READERS: dict[str, Callable[[str, str], object]] = {
    "packs": parse_pack, "overlays": parse_overlay, "procedures": parse, "calendars": parse_year, "statutes": parse_statute,
    "vectors": parse_vectors, "coverage": parse_coverage, "errata": parse_erratum, "vocabulary": parse_vocabulary,
}  # fmt: skip
ERRATUM = {
    "erratum": 1, "procedure": "repair", "version": "2026-04", "reason": "抄写有误", "read_by": "某人",
    "read_on": tomllib.loads("d = 2026-12-01")["d"], "set": {"clock": {"acceptance": {"days": {"working": 5}}}},
}  # fmt: skip
OWN_WORDS = {
    "vocabulary": "own", "role": {"fee_checker": {"label": "价格核查员", "side": "receiving"}},
    "outcome": {"refund_ordered": {"label": "责令退还", "side": "for"}},
}  # fmt: skip
EITHER: dict[str, set[tuple[str, ...]]] = {
    "packs": {("switch", name) for name in ("apply_on_next_day", "check_result_class", "asks_training", "asks_credit_report")},
    "procedures": {("action", "*", "reason")},
    "errata": {("set",)},
}  # fmt: skip
"""Keys that take values of several types; those of a case's expected answers are held against what the law answers."""
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"Input should|validation error|的值不是这里可以写的")


def understood(text: str) -> bool:
    """Whether a message is Chinese, in words of this program."""
    return CHINESE.search(text) is not None and ENGLISH.search(text) is None


def files(folder: str) -> Iterator[dict[str, Any]]:
    """The files of one sort, each as its content."""
    if folder in {"errata", "vocabulary"}:
        yield ERRATUM if folder == "errata" else OWN_WORDS
        return
    for path in sorted((WORKFLOWS / folder).rglob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def told(read: Callable[[str, str], object], text: str) -> Sequence[Problem] | None:
    """What a reader says is wrong; None where it takes the file."""
    try:
        read(text, "x.toml")
    except DefinitionError as error:
        return error.problems
    return None


@pytest.mark.parametrize("folder", sorted(READERS))
def test_no_key_takes_a_value_of_another_type(folder: str) -> None:
    tried = 0
    for path, old, new, text in cases(files(folder), each=1):
        tried += 1
        said = told(READERS[folder], text)
        if said is None:
            place = pattern(path)
            number = isinstance(old, float) and isinstance(new, int) and not isinstance(new, bool)
            loose = number or "结果" in path or any(place[: len(one)] == one for one in EITHER.get(folder, ()))
            inner = len(path) > 3 and path[0] == "action" and "guards" in path  # a guard's parameters: see the checks
            inner = inner or "filing_guards" in path or (len(path) > 3 and "set" in path)
            assert loose or inner or old == new, (path, old, new)
            continue
        assert said, (path, new)
        for one in said:
            assert understood(one.text), (path, new, one)
            assert re.fullmatch(r"x\.toml:\d+", one.where), (path, new, one)
    assert tried > 5


@pytest.mark.parametrize("folder", ["overlays", "calendars", "statutes", "vocabulary"])
def test_the_checks_tell_it_too(folder: str) -> None:
    surroundings = around()
    for path, _, new, text in cases(files(folder), each=1):
        found = [one for one in check([Source("x.toml", text)], surroundings).findings if one.severity == "error"]
        assert all(understood(one.text) and re.search(r":\d+$", one.where) for one in found), (path, new, found)


HEAD = {"title": "告知书", "mark": "信", "says": "notice", "required": ["we"], "optional": ["you"], "asked": {}}


def test_the_head_of_a_letter_text_is_read_so_too() -> None:
    body = "{{ we }}{% if you %}{{ you }}{% endif %}通知。"

    def read(text: str, _: str) -> object:
        return read_template(f"+++\n{text}+++\n{body}", "own_notice", "2026-04-01")

    assert told(read, toml(HEAD)) is None
    for path, _, new, text in cases(iter([HEAD]), each=20):
        said = told(read, text)
        assert said, (path, new)
        assert all(understood(one.text) for one in said), (path, new, said)


@pytest.mark.parametrize("text", [
    "a = " + "[" * 5000, "a = " + "{ a = " * 3000, "\x00", "a" * 200_000, 'pack = "' + "长" * 200_000, "[a]\n" * 3, "pack = 1979-13-45",
    "pack = nan", "effective = 99999-01-01", "\ufeffpack = 1", "pack = 0x" + "f" * 5000, "pack = " + "9" * 5000,
])  # fmt: skip
@pytest.mark.parametrize("folder", sorted(READERS))
def test_what_is_no_toml_is_told(folder: str, text: str) -> None:
    assert told(READERS[folder], text)
