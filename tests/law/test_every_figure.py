"""Every number of a procedure, overlay or pack file is a figure that is either read or listed as open; so is every number of days
that a page states by itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repairflow.law.open_figures import figures_of_pack, figures_of_procedure, unread
from repairflow.law.page_figures import PAGE_FIGURES
from repairflow.law.procedure.model import GuardUse
from repairflow.settings import asset
from tests.support.shipped import library, source

WORKFLOWS = asset("workflows")
FILES = [path for name in ("procedures", "overlays", "packs") for path in sorted((WORKFLOWS / name).glob("*.toml"))]
NO_FIGURE = {
    "remind": "how many days before the end the office reminds itself: nothing follows for anybody",
}
Path_ = tuple[str, ...]


def numbers(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, float]]:
    """Every number of a file with the names that lead to it; a condition is named by its guard."""
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield path, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from numbers(one, (*path, name))
    elif isinstance(value, list):
        for one in value:
            yield from numbers(one, (*path, one["guard"]) if isinstance(one, dict) and "guard" in one else path)


def known(path: Path) -> dict[Path_, str]:
    """The figures that the program finds in a file, in words."""
    data, law = tomllib.loads(path.read_text(encoding="utf-8")), library()
    if path.parent.name == "packs":
        return {one.path: one.words for one in figures_of_pack(law.packs[data["pack"]])}
    version = law.procedures[data.get("base") or data["procedure"], data["version"]]
    return {one.path: one.words for one in figures_of_procedure(version)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_number_of_a_file_is_a_figure(path: Path) -> None:
    found = known(path)
    for at, number in numbers(tomllib.loads(path.read_text(encoding="utf-8"))):
        if at[-1] in NO_FIGURE:
            continue
        words = [found[at[:end]] for end in range(len(at), 0, -1) if at[:end] in found]
        assert words, (path.name, at, number)
        assert str(int(number) if number == int(number) else number) in words[0], (at, words)


@pytest.mark.parametrize(("step", "number"), [
    ("信用修复：“容缺受理”的条件", "20个工作日"), ("失信约谈：“同意改期”的条件", "5个工作日"),
    ("失信约谈：“制发约谈通知书”的条件", "3个工作日"),
    ("限期整改：“签发限期整改通知书”填写的", "3至30"),
    ("举报：“登记奖励已发放”填写的", "1至1000000"), ("信用修复：“移送", "不满2次"),
])  # fmt: skip
def test_numbers_of_conditions_and_forms_are_listed_as_open(step: str, number: str) -> None:
    listed = [figure for row in unread(library()) for figure in row.figures]
    assert [one for one in listed if step in one and number in one]


@pytest.mark.parametrize(("name", "old", "new", "listed"), [
    ("repair", 'guard = "materials_promised", working = 20', 'guard = "materials_promised", working = 21', "21个工作日"),
    ("interview", 'guard = "rescheduled_within", working = 5', 'guard = "rescheduled_within", working = 6', "6个工作日"),
])  # fmt: skip
def test_the_list_follows_the_number(name: str, old: str, new: str, listed: str) -> None:
    law = library()
    version = law.newest[name]
    use = next(one for action in version.action.values() for one in action.guards if one.guard == old.split('"')[1])
    longer = GuardUse(guard=use.guard, parameters={**use.parameters, "working": int(new.rsplit(" ", 1)[1])})
    changed = version.model_copy(update={
        "action": {
            key: action.model_copy(update={"guards": tuple(longer if one == use else one for one in action.guards)})
            for key, action in version.action.items()
        }
    })  # fmt: skip
    assert [one for one in figures_of_procedure(changed) if listed in one.words and use.guard in one.path]
    assert old in source(name)


# What a page or template says by itself, as a number of days: where, and why it is no unread figure.
STATED = re.compile(r"(?:[0-9]+|[一二三四五六七八九十两]+) ?个?(?:工作日|日内|日前|天内)")
ALLOWED = {
    "components/actions.html": "a comment: an example of a date",
    "components/due.html": "a comment: an example of a text",
    "desk/queue.html": "a filter of the queue: what ends within two working days",
}


def test_no_template_states_a_length_of_its_own() -> None:
    folder = asset("templates")
    found = {
        str(path.relative_to(folder)): STATED.findall(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
        if STATED.search(path.read_text(encoding="utf-8"))
    }
    assert set(found) == set(ALLOWED), found


def test_what_a_page_states_is_listed_and_marked() -> None:
    listed = {figure for row in unread(library()) for figure in row.figures}
    for one in PAGE_FIGURES:
        assert f"{one.words}（页面）" in listed
    for page in ("oversight/pushes.html", "desk/timeliness.html"):
        assert "个工作日" in (text := (asset("templates") / page).read_text(encoding="utf-8"))
        assert "{{ unverified(" in text
