"""The law's own cases: the law answers them as they say, any changed figure fails one, and a reader of its own agrees."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from repairflow.cli.vectors import vectors
from repairflow.errors import DefinitionError
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import parse
from repairflow.law.procedure.overlay import apply
from repairflow.law.procedure.own_law import read_own_law
from repairflow.law.procedure.packs import laid_over, parse_pack
from repairflow.law.vectors.form import VectorFile, parse_vectors
from repairflow.law.vectors.running import exported, failures
from tests.house.sources import ROOT
from tests.support.shipped import WORKFLOWS, library

PLACES = ("henan", "shandong", "shanghai", "zhejiang", "shenzhen")
SECTIONS = ("packs", "procedures", "overlays")
NO_FIGURE = re.compile(r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*')
FIGURE = re.compile(r"(?<![\w.:-])\d+(?:\.\d+)?(?![\w.:-])")


@cache
def vector_files() -> dict[str, VectorFile]:
    return {
        path.name: parse_vectors(path.read_text(encoding="utf-8"), path.name)
        for path in sorted((WORKFLOWS / "vectors").glob("*.toml"))
    }


@pytest.mark.parametrize("name", sorted(path.name for path in (WORKFLOWS / "vectors").glob("*.toml")))
def test_the_law_answers_as_its_cases_say(name: str) -> None:
    wrong = {vector.name: failures(library(), vector) for vector in vector_files()[name].vectors}
    assert not {name: found for name, found in wrong.items() if found}


def test_every_file_of_law_has_cases_and_its_author_is_named() -> None:
    having = {file.law for file in vector_files().values()}
    there = {f"{section}/{path.name}" for section in SECTIONS for path in (WORKFLOWS / section).glob("*.toml")}
    assert having == there
    assert {file.author for file in vector_files().values()} == {"RepairFlow project"}
    assert all(any(place in law for law in having) for place in PLACES)


# Changing any figure


class Figure(NamedTuple):
    """One number of a file of law, and where it stands."""

    section: str
    file: str
    start: int
    end: int
    text: str

    def moved(self, by: int) -> str:
        """The number one unit of its last place away."""
        number = Decimal(self.text)
        return str(number + by * Decimal(1).scaleb(int(number.as_tuple().exponent)))


def figures(section: str) -> Iterator[Figure]:
    """Every number that is not part of a sentence, a comment, a day or a version."""
    for path in sorted((WORKFLOWS / section).glob("*.toml")):
        bare = NO_FIGURE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text(encoding="utf-8"))
        for found in FIGURE.finditer(bare):
            yield Figure(section, path.name, found.start(), found.end(), found[0])


def with_text(law: Library, section: str, name: str, text: str) -> Library:
    """The law with one file saying something else; DefinitionError when it may not say so."""
    if section == "packs":
        own = {path.name: parse_pack(path.read_text(encoding="utf-8"), path.name) for path in _paths("packs")}
        own[name] = parse_pack(text, name)
        bare = {pack.pack: pack for pack in own.values()}
        whole = {key: laid_over(pack, bare[pack.over]) if pack.over else pack for key, pack in bare.items()}
        return replace(law, packs={key: pack.citing(law.statutes) for key, pack in whole.items()})
    changed = dict(law.procedures)
    if section == "procedures":
        base = parse(text, name)
        changed[base.procedure, base.version] = base
    for path in _paths("overlays"):
        said = text if (section, path.name) == ("overlays", name) else path.read_text(encoding="utf-8")
        over = tomllib.loads(said)
        base = changed[over["base"], over["base_version"]]
        if section == "overlays" and path.name != name:
            continue
        if section == "procedures" and base is law.procedures[over["base"], over["base_version"]]:
            continue
        changed[over["base"], over["version"]] = apply(said, path.name, base)
    return replace(law, procedures=changed)


def _paths(section: str) -> list[Path]:
    return sorted((WORKFLOWS / section).glob("*.toml"))


def noticed(figure: Figure, by: int) -> bool:
    """Whether the changed figure is refused or fails a case."""
    text = (WORKFLOWS / figure.section / figure.file).read_text(encoding="utf-8")
    changed = text[: figure.start] + figure.moved(by) + text[figure.end :]
    try:
        law = with_text(library(), figure.section, figure.file, changed)
    except DefinitionError:
        return True
    own = f"{figure.section}/{figure.file}"
    files = sorted(vector_files().values(), key=lambda file: file.law != own)
    return any(failures(law, vector) for file in files if file.law == own for vector in file.vectors)


@pytest.mark.parametrize("section", SECTIONS)
def test_any_figure_changed_by_one_unit_fails_a_case_of_its_file(section: str) -> None:
    found = list(figures(section))
    assert len(found) > 10
    missed = [(figure, by) for figure in found for by in (1, -1) if not noticed(figure, by)]
    assert not missed


# The independent reader


@cache
def reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("read_vectors", ROOT / "scripts" / "read_vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_reader_that_knows_nothing_of_the_program_agrees() -> None:
    cases = json.loads(json.dumps(exported(vector_files().values()), ensure_ascii=False))
    assert len(cases) == sum(len(file.vectors) for file in vector_files().values())
    assert list(reader().differences(reader().Law(WORKFLOWS), cases)) == []
    cases[0]["结果"]["届满日"] = "2026-01-01"
    assert len(list(reader().differences(reader().Law(WORKFLOWS), cases))) == 1


def test_the_command_writes_all_cases_as_json() -> None:
    done = CliRunner().invoke(vectors, ["export"])
    assert done.exit_code == 0
    assert json.loads(done.output) == json.loads(json.dumps(exported(vector_files().values())))


def test_the_reader_imports_nothing_of_the_program() -> None:
    text = (ROOT / "scripts" / "read_vectors.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:import|from)\s+repairflow", text, re.MULTILINE)


# What is wrong with a case

GOOD = """"规则文件" = "procedures/repair-2026-04.toml"
"作者" = "测试"
[["案例"]]
"名称" = "受理"
["案例"."事实"]
"日期" = 2026-06-10
"程序" = "信用修复"
"期限" = "受理期限"
["案例"."结果"]
"届满日" = 2026-06-15
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2026-06-15", "2026-06-16", "届满日应为 2026-06-16，规则算得 2026-06-15"),
        ('"受理期限"', '"审批期限"', "没有名为“审批期限”的期限"),
        ('"信用修复"', '"信用修补"', "没有名为“信用修补”的办理程序"),
        ("届满日", "到期日", "到期日应为 2026-06-15，规则算得 （没有这一项）"),
        ("= 2026-06-10", "= 2020-06-10", "没有有效的“信用修复”程序版本"),
        ('"期限" = "受理期限"', '"步骤" = "批准"', "没有名为“批准”的步骤"),
        ('"期限" = "受理期限"', '"规则" = "救济.申诉.期限"', "没有“救济.申诉.期限”"),
        ('"期限" = "受理期限"', '"处罚类别" = ["罚酒"]', "没有列出处罚类别：罚酒"),
    ],
)
def test_a_case_that_does_not_hold_is_told_in_a_sentence(old: str, new: str, says: str) -> None:
    (vector,) = parse_vectors(GOOD.replace(old, new), "案例.toml").vectors
    (told,) = failures(library(), vector)
    assert says in told


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"作者" = "测试"\n', "", "作者"),
        ('["案例"."结果"]\n"届满日" = 2026-06-15\n', "", "结果"),
        ('"期限" =', '"时限" =', "时限"),
        ('"期限" = "受理期限"', '"期限" = "受理期限"\n"步骤" = "受理"', "须且只能写明一项"),
        ("= 2026-06-10", '= "六月十日"', "日期"),
        ('"程序" = "信用修复"\n', "", "须写明程序"),
        ('[["案例"]]', '[["案例"', "不是有效的 TOML"),
    ],
)
def test_a_file_of_cases_with_a_fault_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_vectors(GOOD.replace(old, new), "案例.toml")
    assert any(says in problem.text for problem in refused.value.problems)
    assert all(re.match(r"案例.toml:\d+$", problem.where) for problem in refused.value.problems)


def test_an_installation_keeps_cases_beside_its_own_law(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "own.toml").write_text(GOOD, encoding="utf-8")
    assert read_own_law(tmp_path).files == {}
    (tmp_path / "vectors" / "own.txt").write_text(GOOD, encoding="utf-8")
    with pytest.raises(DefinitionError):
        read_own_law(tmp_path)
