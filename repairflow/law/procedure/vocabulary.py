"""The vocabulary file: which roles and outcomes procedures may name, on whose side each stands, what it is called.

`workflows/vocabulary.toml` is shipped; an installation's own folder may have one beside it that adds entries. It adds only:
what a shipped word means is not an installation's to say.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import Field, ValidationError

from repairflow.errors import DefinitionError, Problem
from repairflow.law.procedure.form_faults import faults
from repairflow.law.procedure.model import Code, Strict
from repairflow.law.toml_file import broken, line_of, read_toml
from repairflow.settings import asset

Office = Literal["receiving", "deciding", "providing"]
OutcomeSide = Literal["for", "against", "neutral"]
SYSTEM = "system"
REFUSING = ("不予", "不准", "不同意", "驳回", "拒绝", "不成立")
HARMFUL = ("处罚", "列入", "约谈", "惩戒", "追究", "撤销", "收费")
"""What it is good not to do to somebody: 不予列入."""
GRANTING = ("准予", "同意", "批准")


class Role(Strict):
    """A role: of the subject's side, a citizen who turns to an office, or a post in one of a case's three offices."""

    label: str = Field(min_length=1, max_length=20)
    side: Literal["subject", "citizen", "receiving", "deciding", "providing"]
    approves: bool = False  # above those that take in, examine and propose

    @property
    def office(self) -> Office | None:
        """The office the post belongs to; None for the subject's side and for citizens."""
        return None if self.side == "subject" or self.side == "citizen" else self.side


class Outcome(Strict):
    """How a case may end, seen from the subject."""

    label: str = Field(min_length=1, max_length=20)
    side: OutcomeSide


class Vocabulary(Strict):
    """One vocabulary file."""

    vocabulary: str = Field(min_length=1)
    role: Mapping[Code, Role] = {}
    outcome: Mapping[Code, Outcome] = {}


def parse_vocabulary(text: str, where: str) -> Vocabulary:
    """Read one vocabulary from TOML text; DefinitionError with every fault of form, each with file and line."""
    try:
        return Vocabulary.model_validate(read_toml(text))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    except ValidationError as error:
        found = faults(error, text, where, Vocabulary)
        raise DefinitionError(f"{where} 有 {len(found)} 处错误，未采用", found) from error


def _turned(outcome: Outcome) -> bool:
    """Tell whether an outcome is called by the opposite of what it is."""
    refuses = any(word in outcome.label for word in REFUSING) and not any(word in outcome.label for word in HARMFUL)
    grants = outcome.label.startswith(GRANTING)
    return (refuses and outcome.side == "for") or (grants and outcome.side == "against")


def parse_own(text: str, where: str) -> Vocabulary:
    """As `parse_vocabulary`, of an installation's own; DefinitionError also for a word that is shipped or is said twice."""
    found, first = parse_vocabulary(text, where), shipped()
    problems: list[Problem] = []
    for sort, mine, theirs, reserved in (
        ("role", found.role, first.role, {SYSTEM}),
        ("outcome", found.outcome, first.outcome, set()),
    ):
        name = "岗位" if sort == "role" else "办理结果"
        labels = {entry.label: code for code, entry in theirs.items()}
        for code, entry in mine.items():
            at = f"{where}:{line_of(text, (sort, code))}"
            if code in theirs or code in reserved:
                problems.append(Problem(at, f"{name} {code} 已在随程序的词表中；自有词表只能增加，请换一个代码"))
            elif not entry.label.strip():
                problems.append(Problem(at, f"{name} {code} 的名称是空的；请写 label"))
            elif entry.label in labels:
                problems.append(
                    Problem(at, f"{name} {code} 与 {labels[entry.label]} 同名“{entry.label}”；请换一个名称")
                )
            elif isinstance(entry, Role) and entry.approves and entry.office is None:
                problems.append(
                    Problem(at, f"岗位 {code} 是当事人或者群众一方，不能批准；请删去 approves，或者改正 side")
                )
            elif isinstance(entry, Outcome) and _turned(entry):
                side = "有利（for）" if entry.side == "for" else "不利（against）"
                text = f"办理结果 {code} 的名称“{entry.label}”与 side 所写的对当事人{side}相反；请改正其中之一"
                problems.append(Problem(at, text))
            labels[entry.label] = code
    if problems:
        raise DefinitionError(f"{where} 有 {len(problems)} 处错误，未采用", problems)
    return found


@cache
def shipped() -> Vocabulary:
    """Return the shipped vocabulary."""
    path = asset("workflows") / "vocabulary.toml"
    return parse_vocabulary(path.read_text(encoding="utf-8"), path.name)
