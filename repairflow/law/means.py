"""Means of repair (修复方式) as data: for which records, how many hours, who certifies, how that is checked. And the quiz. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from repairflow.errors import DefinitionError
from repairflow.law.procedure.strict import Strict

PENALTY = "penalty"


class Means(Strict):
    """One means, for some packs and kinds of records."""

    code: str
    label: str
    packs: tuple[str, ...] = Field(min_length=1)
    lists: tuple[str, ...] = Field(min_length=1)  # kinds of lists, or `penalty`
    hours: int = Field(default=0, ge=0)  # the least; 0: not counted in hours
    issuer: str
    verification: str
    valid_months: int = Field(default=0, ge=0)  # 0: without end
    by_quiz: bool = False


class Question(Strict):
    """One question with its answer (counted from 1), and why."""

    text: str
    choices: tuple[str, ...] = Field(min_length=2)
    answer: int = Field(ge=1)
    why: str
    basis: str

    @model_validator(mode="after")
    def _answer_is_a_choice(self) -> Question:
        if self.answer > len(self.choices):
            raise ValueError("answer 须是 choices 中的一项")
        return self


class Learning(Strict):
    """The quiz: how many answers must be right, how often one may try a day, how long its certificate counts."""

    version: str
    pass_mark: int = Field(ge=1)
    tries_a_day: int = Field(ge=1)
    valid_months: int = Field(ge=1)
    question: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_passed(self) -> Learning:
        if self.pass_mark > len(self.question):
            raise ValueError("pass_mark 不能超过题数")
        return self

    def wrong(self, answers: Sequence[int]) -> tuple[int, ...]:
        """Return the questions answered wrongly, counted from 0."""
        return tuple(at for at, one in enumerate(self.question) if at >= len(answers) or answers[at] != one.answer)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All means and the quiz."""

    means: tuple[Means, ...]
    learning: Learning

    def of(self, packs: Sequence[str], kind: str) -> Mapping[str, Means]:
        """Return what counts for a record classed by one of these packs (its own first), by code; `kind` is penalty or a list's."""
        found: dict[str, Means] = {}
        for pack in packs:
            for one in self.means:
                if kind in one.lists and pack in one.packs:
                    found.setdefault(one.code, one)
        return found


class _File(Strict):
    means: tuple[Means, ...]


def read_catalogue(means: str, learning: str) -> Catalogue:
    """Read both files; DefinitionError saying what is wrong."""
    try:
        return Catalogue(
            _File.model_validate(tomllib.loads(means)).means, Learning.model_validate(tomllib.loads(learning))
        )
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise DefinitionError(f"修复方式或者学习测验的文件有误：{error}") from error


MeansState = Literal["waiting", "verified", "refused"]
STATES: Mapping[str, str] = {"waiting": "待核验", "verified": "已核验", "refused": "核验未通过"}
