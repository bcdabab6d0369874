"""Errata (勘误): a figure of a released file that proves wrong is mended by a file of its own; the released one stays as it is.

`workflows/errata/*.toml` name a procedure version or a rule pack, why, who read it, and under `set` the tables and keys that
change, in the form of the file they mend. Only what stands there can be set: an erratum mends, it adds and removes nothing.
The errata of one file are numbered from 1 on without a gap, and each is laid over the one before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError, model_validator

from repairflow.errors import DefinitionError, Problem
from repairflow.law.procedure.form_faults import faults, refuse_reserved
from repairflow.law.procedure.model import Code, Procedure, Strict
from repairflow.law.procedure.packs import RulePack
from repairflow.law.toml_file import broken, line_of, meaning_digest, read_toml, unreadable

Mended = TypeVar("Mended", Procedure, RulePack)
FIXED = frozenset({
    "procedure", "version", "pack", "effective", "until", "over", "digest", "initial", "lists", "domain", "jurisdiction", "levels",
})  # fmt: skip
"""What names a file, says when, where and for whom it is in force, or what a case's recorded steps rest on: a
new version, never an erratum."""


class Erratum(Strict):
    """One erratum file."""

    erratum: int = Field(ge=1)
    procedure: Code | None = None
    version: str | None = None
    pack: str | None = None
    reason: str = Field(min_length=4)
    read_by: str = Field(min_length=2)
    read_on: date
    set: Mapping[str, object] = Field(min_length=1)
    where: str = ""
    text: str = Field(default="", repr=False)
    digest: str = ""

    @model_validator(mode="after")
    def _names_one_file(self) -> Erratum:
        if (self.pack is None) == (self.procedure is None) or (self.procedure is None) != (self.version is None):
            raise ValueError("须写明所勘误的规则包 pack，或者办理程序 procedure 和版本 version")
        return self

    def place(self, *key: str) -> str:
        """File and line of what it sets there."""
        return f"{self.where}:{line_of(self.text, ('set', *key))}"

    @property
    def key(self) -> tuple[str, str, str]:
        """Kind, name and version of what it mends."""
        return ("pack", self.pack or "", "") if self.pack else ("procedure", self.procedure or "", self.version or "")

    @property
    def title(self) -> str:
        """What it mends, as messages name it."""
        return f"{self.key[1]} {self.key[2]}".strip()


def parse_erratum(text: str, where: str) -> Erratum:
    """Read one erratum from TOML text; DefinitionError with every fault of form, each with file and line."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    refuse_reserved(data, ("where", "text", "digest"), text, where)
    try:
        found = Erratum.model_validate({**data, "where": where, "text": text, "digest": meaning_digest(data)})
    except ValidationError as error:
        raise _refused(where, faults(error, text, where, Erratum)) from error
    if fixed := sorted(FIXED & set(found.set)):
        raise _refused(where, [Problem(found.place(key), f"不能以勘误改动 {key}；请另建新版本文件") for key in fixed])
    return found


def _refused(where: str, problems: Sequence[Problem]) -> DefinitionError:
    return DefinitionError(f"{where} 有 {len(problems)} 处错误，未采用", problems)


def load_erratum(path: Path) -> Erratum:
    """As `parse_erratum`, from a file; DefinitionError also when it cannot be read."""
    try:
        return parse_erratum(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{path.name} 无法读取", [unreadable(path.name)]) from error


def read_errata(folder: Path, problems: list[Problem]) -> list[Erratum]:
    """Return every erratum of a folder, in the order in which they are laid over; faults are added to `problems`."""
    found: list[Erratum] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(load_erratum(path))
        except DefinitionError as error:
            problems += error.problems
    found.sort(key=lambda one: (one.key, one.erratum))
    numbers: dict[tuple[str, str, str], int] = {}
    for one in found:
        expected = numbers.get(one.key, 0) + 1
        if one.erratum != expected:
            problems.append(Problem(one.where, f"{one.title} 的勘误应为第 {expected} 号，写的是第 {one.erratum} 号"))
        numbers[one.key] = one.erratum
    return found


def mend(it: Mended, erratum: Erratum) -> Mended:
    """Return the file as the erratum has it; the digest covers both. DefinitionError naming what does not stand in the file."""
    data = it.model_dump(by_alias=True, exclude_unset=True)
    missing = list(_absent(data, erratum.set, ()))
    if missing:
        raise _refused(
            erratum.where,
            [
                Problem(erratum.place(*at), f"{erratum.title} 中没有 {'.'.join(at)}，勘误只能改正已有的内容")
                for at in missing
            ],
        )
    if same := list(_same(data, erratum.set, ())):
        said = [
            f"{'.'.join(at)} 与 {erratum.title} 现有的相同，没有改正什么；请写改正后的内容，或者删去" for at in same
        ]
        raise _refused(erratum.where, [Problem(erratum.place(*at), one) for at, one in zip(same, said, strict=True)])
    merged = _merged(data, erratum.set)
    merged["digest"] = meaning_digest({"base": it.digest, "erratum": erratum.digest})
    try:
        return type(it).model_validate(merged)
    except ValidationError as error:
        raise _refused(erratum.where, faults(error, erratum.text, erratum.where, type(it), ("set",))) from error


def mend_all(files: dict[Any, Mended], errata: Iterable[Erratum], problems: list[Problem]) -> None:
    """Ensure that each file an erratum names is as it has it; faults, and files that are not there, go to `problems`."""
    for one in errata:
        kind, name, version = one.key
        key = name if kind == "pack" else (name, version)
        if key not in files:
            place = f"{one.where}:{line_of(one.text, (kind,))}"
            problems.append(Problem(place, f"所勘误的 {one.title} 没有定义；请改正名称和版本"))
            continue
        try:
            files[key] = mend(files[key], one)
        except DefinitionError as error:
            problems += error.problems


def _absent(data: Mapping[str, Any], wanted: Mapping[str, Any], above: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    for name, value in wanted.items():
        if name not in data:
            yield (*above, name)
        elif isinstance(value, Mapping) and isinstance(data[name], Mapping):
            if not _is_figure(value, data[name]):
                yield from _absent(data[name], value, (*above, name))
        elif isinstance(value, Mapping) != isinstance(data[name], Mapping):
            yield (*above, name)


def _same(data: Mapping[str, Any], wanted: Mapping[str, Any], above: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """Yield what an erratum sets to what stands there already: whoever wrote it meant another figure, or another file."""
    for name, value in wanted.items():
        there = data[name]
        if isinstance(value, Mapping) and isinstance(there, Mapping) and not _is_figure(value, there):
            yield from _same(there, value, (*above, name))
        elif _plain(value) == _plain(there):
            yield (*above, name)


def _plain(value: object) -> object:
    """Return a value of a file or of what was read from one, to be held against the other."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def _is_figure(value: Mapping[str, object], there: Mapping[str, object]) -> bool:
    """Tell whether a table is one figure ({ working = 3 }): it is set whole, and may go from working days to days."""
    plain = all(not isinstance(item, Mapping) for item in (*value.values(), *there.values()))
    units = {"working", "calendar", "months", "years"}
    return plain and bool(units & set(value)) and bool(units & set(there))


def _merged(data: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(data)
    for name, value in wanted.items():
        there = merged[name]
        whole = not isinstance(value, Mapping) or not isinstance(there, Mapping) or _is_figure(value, there)
        merged[name] = value if whole else _merged(there, value)
    return merged
