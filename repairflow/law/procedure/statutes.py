"""Statutes (法律依据): one file per act, its articles read one by one. Packs and procedures name them as `act.article`.

A statute is no part of a definition's digest: reading an article, or reading it again, changes no rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import Field, ValidationError

from repairflow.errors import DefinitionError, Problem
from repairflow.law.procedure import strict
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.form_faults import faults
from repairflow.law.procedure.model import Code, Strict
from repairflow.law.toml_file import broken, line_of, read_toml, unreadable


class Article(Strict):
    """One article of an act: where it stands, what it says in one line of our own, whether somebody read it."""

    article: str = Field(
        pattern=r"^第[零一二三四五六七八九十百千]+条(第[一二三四五六七八九十]+款)?(第[一二三四五六七八九十]+项)?$"
    )
    says: str = ""
    verified: bool
    read_on: date | None = None  # where this article was read on another day than the rest of the act
    digest: str = Field(default="", pattern=r"^(sha256:[0-9a-f]{64})?$")
    signed_by: str = ""


class Statute(Strict):
    """One act. `read_by` and `read_on` hold for each of its articles that is verified."""

    statute: Code
    name: str = Field(min_length=1)
    number: str = ""
    source: str = ""
    adopted: date | None = None  # when the text that was read was adopted or last amended: nobody read it before
    read_by: str = ""
    read_on: date | None = None
    valid_to: date | None = None
    recheck_by: date | None = None
    article: Mapping[Code, Article] = Field(min_length=1)

    def bases(self) -> dict[str, Basis]:
        """Its articles as bases, by `act.article`; ValidationError for a verified one that lacks who read what and when."""
        cite = f"《{self.name}》" + (f"（{self.number}）" if self.number else "")
        return {
            f"{self.statute}.{code}": Basis(
                cite=cite, article=one.article, says=one.says, source=self.source, read_by=self.read_by,
                read_on=one.read_on or self.read_on, signed_by=one.signed_by, verified=one.verified, valid_to=self.valid_to,
                recheck_by=self.recheck_by, adopted=self.adopted, digest=one.digest,
            )
            for code, one in self.article.items()
        }  # fmt: skip


def parse_statute(text: str, where: str, *, kept: bool = False) -> Statute:
    """Read one statute from TOML text; DefinitionError with every fault of form, each with file and line."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    try:
        found = Statute.model_validate(data, strict=strict.of(kept=kept))
        if late := _read_after_its_end(found):
            at, day = late
            told = f"有效期 valid_to（{found.valid_to}）早于核对日期 read_on（{day}）；请改正"
            line = line_of(text, at)
            raise DefinitionError(f"{where} 的有效期有误，未采用", [Problem(f"{where}:{line}", told)])
        found.bases()
    except ValidationError as error:
        problems = faults(error, text, where, Statute)
        raise DefinitionError(f"{where} 有 {len(problems)} 处错误，未采用", problems) from error
    return found


def _read_after_its_end(of: Statute) -> tuple[tuple[str, ...], date] | None:
    """Return where a day of reading stands on which the act was no longer in force, and that day; None where there is none."""
    days = {("valid_to",): of.read_on} | {("article", code, "read_on"): one.read_on for code, one in of.article.items()}
    late = ((at, day) for at, day in days.items() if of.valid_to is not None and day is not None and of.valid_to < day)
    return next(late, None)


def read_statutes(folder: Path, problems: list[Problem]) -> dict[str, Basis]:
    """Return the articles of every statute in a folder, by `act.article`; what is wrong is added to `problems`."""
    bases: dict[str, Basis] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            bases |= parse_statute(path.read_text(encoding="utf-8"), path.name).bases()
        except DefinitionError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError):
            problems.append(unreadable(path.name))
    return bases
