"""A file of vectors: for one file of law, cases with their facts and the answers a lawyer expects. Keys are Chinese."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date

from pydantic import ConfigDict, Field, ValidationError, model_validator

from repairflow.errors import DefinitionError, Problem
from repairflow.law.procedure.form_faults import faults
from repairflow.law.procedure.strict import Strict
from repairflow.law.toml_file import broken, read_toml

Answer = bool | date | int | str | tuple[date | int | float | str, ...]
SORTS: Mapping[str, str] = {"期限": "clock", "步骤": "step", "规则": "figure", "处罚类别": "kinds", "条目": "entry"}
"""The fact that shows what a case asks, and its field: a limit, a step, a figure, the class of a penalty, a table."""


class Facts(Strict):
    """What is given. Exactly one of 期限, 步骤, 规则, 处罚类别, 条目 says what is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    day: date = Field(alias="日期")  # the filing, or the decision a publicity period counts from
    procedure: str = Field(default="", alias="程序")
    domain: str = Field(default="general", alias="领域")
    division: str | None = Field(default=None, alias="地区")
    office: str = Field(default="", alias="单位")
    first: str = Field(default="", alias="原办件")  # the procedure of the earlier case, by its label
    clock: str = Field(default="", alias="期限")
    start: date | None = Field(default=None, alias="起算日")  # the day of filing where it is not written
    extended: bool = Field(default=False, alias="延长")
    step: str = Field(default="", alias="步骤")
    ground: str = Field(default="", alias="事由")  # of the step: what the ground says of the conditions
    figure: str = Field(default="", alias="规则")
    entry: str = Field(default="", alias="条目")  # a table of the pack, or the bases of the procedure
    kinds: tuple[str, ...] = Field(default=(), alias="处罚类别")
    fine_wan: float | None = Field(default=None, ge=0, allow_inf_nan=False, alias="罚款万元")
    simple: bool | None = Field(default=None, alias="简易程序")
    person: bool = Field(default=False, alias="公民")

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Facts:
        if sum(bool(getattr(self, name)) for name in SORTS.values()) != 1:
            raise ValueError(f"须且只能写明一项：{'、'.join(SORTS)}")
        if (self.clock or self.step) and not self.procedure:
            raise ValueError("写了期限或者步骤，须写明程序")
        if self.ground and not self.step:
            raise ValueError("写了事由，须写明步骤")
        return self


class Vector(Strict):
    """One case: its name, facts, expected answers, and the author where he is not the file's."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str = Field(alias="名称", min_length=1)
    facts: Facts = Field(alias="事实")
    expected: Mapping[str, Answer] = Field(alias="结果", min_length=1)
    author: str = Field(default="", alias="作者")
    proves: tuple[str, ...] = Field(default=(), alias="验证")  # articles it tests beside those the answer cites


class VectorFile(Strict):
    """The vectors of one file of law; an office that has read and signed them is named as author."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    law: str = Field(alias="规则文件", min_length=1)
    author: str = Field(alias="作者", min_length=1)
    vectors: tuple[Vector, ...] = Field(alias="案例", min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> VectorFile:
        names = [vector.name for vector in self.vectors]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"案例名称重复：{'、'.join(twice)}")
        return self


def parse_vectors(text: str, where: str) -> VectorFile:
    """Read one file of vectors; DefinitionError with every fault of form, each with file and line."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    try:
        return VectorFile.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(f"{where} 的案例写法有误，未采用", _faults(error, text, where)) from error


def line_of_vector(text: str, name: str) -> int:
    """Return the line on which the case of this name begins."""
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.startswith('"名称"') and f'"{name}"' in line), 1)


def _faults(error: ValidationError, text: str, where: str) -> list[Problem]:
    """Faults in the words of all definition files; those within a case are told at the line of the case."""
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == '[["案例"]]']
    found = faults(error, text, where, VectorFile)
    at = [next((part for part in item["loc"] if isinstance(part, int)), None) for item in error.errors()]
    if len(found) != len(at):
        return found
    return [
        problem if index is None or index >= len(starts) else Problem(f"{where}:{starts[index]}", problem.text)
        for problem, index in zip(found, at, strict=True)
    ]
