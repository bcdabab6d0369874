"""Coverage of a statute: for each article in its stated range, what this law does with it. Pure.

A file of `workflows/coverage` says so article by article; which cases test an article is counted, not written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from repairflow.errors import DefinitionError
from repairflow.law.calendar.regions import holding, level_of
from repairflow.law.procedure.form_faults import faults
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.strict import Strict
from repairflow.law.toml_file import broken, read_toml
from repairflow.law.vectors.form import VectorFile

State = Literal["已实现", "不适用", "不能表达", "未实现", "待读"]


class Article(Strict):
    """One article or paragraph, and what is made of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    article: str = Field(alias="条", min_length=1)
    state: State = Field(alias="状态")
    rules: tuple[str, ...] = Field(default=(), alias="规则")  # files of law that do what it says
    touches: tuple[str, ...] = Field(
        default=(), alias="涉及"
    )  # 程序.步骤 whose result it bears on, not being expressed
    why: str = Field(default="", alias="说明")
    levels: tuple[Literal["province", "city", "county"], ...] = Field(default=(), alias="级别")  # of offices it binds
    versions: tuple[str, ...] = Field(default=(), alias="版本")  # of the procedure, where others express it
    checks: tuple[str, ...] = Field(default=(), alias="检查")  # of `procedures check`, that no file can say otherwise

    @model_validator(mode="after")
    def _says_enough(self) -> Article:
        if self.state == "已实现" and not self.rules:
            raise ValueError(f"{self.article}写了已实现，须写明规则")
        if self.state != "已实现" and not self.why:
            raise ValueError(f"{self.article}写了{self.state}，须在说明中写明原因")
        if self.state == "不能表达" and not self.touches:
            raise ValueError(f"{self.article}写了不能表达，须写明涉及哪些步骤")
        return self


class Coverage(Strict):
    """The articles of one statute, as far as its range goes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    statute: str = Field(alias="法规", min_length=1)
    range: tuple[str, ...] = Field(alias="范围", min_length=1)
    author: str = Field(alias="作者", min_length=1)
    place: str | None = Field(default=None, alias="地区", pattern=r"^[0-9]{6}$")  # where a local regulation holds
    note: str = Field(default="", alias="说明")
    articles: tuple[Article, ...] = Field(alias="条文", min_length=1)

    @model_validator(mode="after")
    def _covers_its_range(self) -> Coverage:
        beyond = [a.article for a in self.articles if not any(_within(a.article, one) for one in self.range)]
        lacking = [one for one in self.range if not any(_within(a.article, one) for a in self.articles)]
        if beyond or lacking:
            raise ValueError(f"条文与范围不符：{'、'.join([*beyond, *lacking])}")
        return self


@dataclass(frozen=True, slots=True)
class Line:
    """One article as the list shows it, with the number of cases that cite it or say that they prove it."""

    article: Article
    vectors: int

    @property
    def unproved(self) -> bool:
        """Whether it calls itself implemented and neither a case nor a check shows that."""
        return self.article.state == "已实现" and not self.vectors and not self.article.checks


def parse_coverage(text: str, where: str) -> Coverage:
    """Read one file of coverage; DefinitionError with every fault of form."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    try:
        return Coverage.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(f"{where} 的写法有误，未采用", faults(error, text, where, Coverage)) from error


def read_coverage(folder: Path) -> tuple[Coverage, ...]:
    """Return every file of coverage in a folder, none where there is no such folder; DefinitionError for one that is broken."""
    return tuple(parse_coverage(path.read_text("utf-8"), path.name) for path in sorted(folder.glob("*.toml")))


def not_expressed(
    found: Iterable[Coverage], procedure: Procedure, action: str, division: str | None = None
) -> tuple[str, ...]:
    """Return what a person has to mind in a step because no rule could be written for it: one sentence for each article that
    touches the step, of the statutes this version rests on and those of the case's place."""
    return tuple(
        f"{citation}没有写成规则，由办理人员把握：{why}"
        for citation, why in not_expressed_articles(found, procedure, action, division)
    )


def not_expressed_articles(
    found: Iterable[Coverage], procedure: Procedure, action: str, division: str | None = None
) -> tuple[tuple[str, str], ...]:
    """As `not_expressed`: the article, and why no rule says it."""
    step = f"{procedure.label}.{procedure.action[action].label}"
    cites = [basis.cite for basis in procedure.basis.values()]
    places = holding(division)
    return tuple(
        (f"《{one.statute}》{article.article}", article.why)
        for one in found
        if one.place in places or any(f"《{one.statute}》" in cite for cite in cites)
        for article in one.articles
        if article.state == "不能表达"
        and step in article.touches
        and (not article.versions or procedure.version in article.versions)
        and (division is None or not article.levels or level_of(division) in article.levels)
    )


def minded(
    found: Iterable[Coverage], procedure: Procedure, taken: Iterable[str], division: str | None
) -> tuple[str, ...]:
    """Return the same of all steps that were taken in a case: what stands beside its result."""
    known = tuple(found)
    steps = dict.fromkeys(one for one in taken if one in procedure.action)
    return tuple(dict.fromkeys(told for one in steps for told in not_expressed(known, procedure, one, division)))


def lines(coverage: Coverage, vectors: Iterable[VectorFile]) -> list[Line]:
    """Return every article in the file's order; a case counts for the articles it cites or proves, by the rules the article names."""
    cited: dict[str, list[set[str]]] = {}
    for file in vectors:
        for vector in file.vectors:
            named = vector.expected.get("条文", ())
            articles = {*vector.proves, *(map(str, named) if isinstance(named, tuple) else ())}
            cited.setdefault(file.law, []).append(articles)
    return [Line(article, _counted(coverage.statute, article, cited)) for article in coverage.articles]


def _counted(statute: str, article: Article, cited: Mapping[str, list[set[str]]]) -> int:
    wanted = f"《{statute}》{article.article}"
    return sum(wanted in articles for law in article.rules for articles in cited.get(law, ()))


def _within(article: str, whole: str) -> bool:
    """Tell whether an article or its paragraph lies in this entry of the range: 第四十一条第二款 in 第四十一条."""
    return article == whole or (article.startswith(whole) and whole.endswith("条"))
