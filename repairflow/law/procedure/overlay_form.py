"""The form of an overlay file (本地细化): what may be said in it. `overlay` lays one over its base."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from repairflow.errors import DefinitionError
from repairflow.law.calendar.regions import holding, level_of, prefix
from repairflow.law.procedure import strict
from repairflow.law.procedure.basis import Basis
from repairflow.law.procedure.extension import Extends
from repairflow.law.procedure.form_faults import faults, refuse_reserved
from repairflow.law.procedure.material import Material
from repairflow.law.procedure.model import Code, Days, GuardUse, Strict
from repairflow.law.procedure.opens import DecidedBy
from repairflow.law.toml_file import broken, meaning_digest, read_toml


class LocalClock(Strict):
    """What an overlay may say about a limit. A length of its own needs a source of its own.

    With `runs_in` it is a limit of an office that the base does not have; being late with it is reported, no more. Of an
    office's limit of the base, `runs_in` names its states and further ones that the same days must do for.
    """

    label: str | None = None
    runs_in: tuple[str, ...] = ()
    pauses_in: tuple[str, ...] = ()
    pause_basis: tuple[str, ...] = ()
    owner: str | None = None
    remind: tuple[int, ...] | None = None
    days: Days | None = None
    duty: bool = False
    basis: tuple[str, ...] = ()
    verified: bool | None = None

    @model_validator(mode="after")
    def _figure_has_source(self) -> LocalClock:
        if (self.days is not None) != bool(self.basis) or (self.days is not None) != (self.verified is not None):
            raise ValueError("改天数须同时写明 basis 和 verified；不改天数则都不写")
        return self


class LocalState(Strict):
    """What an overlay may say about a state."""

    label: str


class LocalAction(Strict):
    """What an overlay may say about an action. `guards` is the whole list that will hold, those of the base included.

    `extends` makes an extension shorter, or moves it to a limit the overlay adds; `basis` is then where that stands, and
    `from` may name further states in which that limit runs. Without
    `extends`, `basis` names articles of the place for the step: they go before those of the base, and its letter cites them.
    `list_basis` names, by kind of list, articles that the letter cites where the case is about that list: what a regulation says
    of 严重失信主体名单 alone is cited of no other. They do not stand for the bases of the step, which the office still confirms.
    `materials` are kinds that the step takes besides those of the base.
    `remedy` is the whole list that will be told, those of the base included; a 复核 that a place's statute gives to a body it
    names (`review_…`) stands in place of the base's.
    """

    label: str | None = None
    from_: tuple[str, ...] = Field(default=(), alias="from")
    guards: tuple[GuardUse, ...] | None = None
    extends: Extends | None = None
    basis: tuple[str, ...] = ()
    list_basis: Mapping[Code, tuple[str, ...]] = {}
    remedy: tuple[str, ...] | None = None
    materials: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _extension_has_source(self) -> LocalAction:
        if self.extends is not None and not self.basis:
            raise ValueError("改延长期限须同时写明 basis")
        if self.from_ and self.extends is None:
            raise ValueError("from 只用于延长期限的动作，须同时写明 extends")
        return self

    @field_validator("guards", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class Overlay(Strict):
    """One overlay file. `version` is that of the result: the base's with a number behind it (2026-04.1)."""

    overlay: Code
    label: str
    base: Code
    base_version: str
    version: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}\.[0-9]+$")
    jurisdiction: str | None = None
    levels: tuple[Literal["province", "city", "county"], ...] = ()  # of the acting office, where not all are bound
    sector: str | None = None
    office: str | None = None
    first_case: tuple[Code, ...] = ()  # only for cases about an earlier case of these procedures
    effective: date
    until: date | None = None
    summary: str | None = None
    basis: Mapping[str, Basis] = {}
    actor: Mapping[Code, str] = {}
    filing_guards: tuple[GuardUse, ...] | None = None
    filing_basis: tuple[str, ...] = ()  # articles of the place for filing; they go before those of the base
    material: Mapping[Code, Material] = {}
    state: Mapping[Code, LocalState] = {}
    clock: Mapping[Code, LocalClock] = {}
    action: Mapping[Code, LocalAction] = {}
    without_extension: tuple[Code, ...] = ()  # extensions of an office's limit that this place does not have
    without_pause: tuple[Code, ...] = ()  # limits of the base that no article of this place lets stand still
    decided_by: DecidedBy | None = (
        None  # the statute has the providing office decide, not the one that received the matter
    )
    mark_on_receipt: str | None = None  # the basis by which the record is marked as disputed when the objection arrives
    contact: Mapping[str, str] = {}  # shown on the guide page and in letters: 地址、电话、时间
    digest: str = ""

    @field_validator("filing_guards", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    def concerns(self, domain: str, office: str, division: str | None = None, first: str = "") -> bool:
        """Tell whether it is laid down for cases of this field, of the office with this code, and of this place (a division
        lies within the province and the city its code begins with), about an earlier case of this procedure.

        An article that binds the institution of the province alone (浙江三十) binds no office of a city or county: `levels`."""
        return (
            (not self.first_case or first in self.first_case)
            and self.sector in (None, domain)
            and self.office in (None, office)
            and (self.jurisdiction is None or self.jurisdiction in holding(division))
            and (not self.levels or level_of(division) in self.levels)
        )

    @property
    def closeness(self) -> tuple[bool, bool, int]:
        """Which of several overlays goes first: an office's own, then its field's, then that of the narrowest place."""
        return self.office is not None, self.sector is not None, len(prefix(self.jurisdiction or "000000"))

    def covers(self, day: date) -> bool:
        """Tell whether a case filed on this day follows it."""
        return self.effective <= day and (self.until is None or day < self.until)

    @model_validator(mode="after")
    def _somebody(self) -> Overlay:
        if not (self.jurisdiction or self.sector or self.office):
            raise ValueError("须写明适用于何地（jurisdiction）、何领域（sector）或者何单位（office）")
        if self.levels and not self.jurisdiction:
            raise ValueError("levels 是一地各级单位中受约束的几级，须同时写明 jurisdiction")
        return self


def parse_overlay(text: str, where: str, *, kept: bool = False) -> Overlay:
    """Read one overlay from TOML text; DefinitionError with every fault of form, each with file and line."""
    try:
        data = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{where} 不是有效的 TOML 文件", [broken(error, text, where)]) from error
    if not kept:
        refuse_reserved(data, ("digest",), text, where)
    try:
        return Overlay.model_validate({**data, "digest": meaning_digest(data)}, strict=strict.of(kept=kept))
    except ValidationError as error:
        found = faults(error, text, where, Overlay)
        raise DefinitionError(f"{where} 有 {len(found)} 处错误，未采用", found) from error
