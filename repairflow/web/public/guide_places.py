"""The place (地区) for which a guide is shown: by its division code, else that of the office the installation serves.

The level of the office goes with it: some articles bind the institution of the province or city alone (`Overlay.levels`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from repairflow.casework.applicable_law import centre_division
from repairflow.casework.queries.people.office_places import places_of_offices
from repairflow.errors import Invalid, Problem
from repairflow.law.calendar.regions import holding, level_of
from repairflow.law.divisions import division_fault, names_of_provinces
from repairflow.law.own_rule_ranks import LEVELS
from repairflow.law.procedure.overlay import Overlay
from repairflow.web.core import arguments
from repairflow.web.core.context import RequestContext, current


@dataclass(frozen=True, slots=True)
class Place:
    """A place of an office: its division code (empty: no place is registered, the national rules), and its name in words."""

    code: str
    name: str

    @property
    def division(self) -> str | None:
        """The code as the law is asked with it."""
        return self.code or None

    @property
    def level(self) -> str:
        """The level of its offices in words; empty for no place."""
        return LEVELS.get(level_of(self.code), "")

    @property
    def asked(self) -> dict[str, str]:
        """What an address of a guide adds, so that it says this place whatever the installation's own is."""
        return {"place": self.code} if self.code else {}


NATIONWIDE = Place("", "全国")


@dataclass(frozen=True, slots=True)
class Places:
    """Which place is shown, and which can be chosen: those of the registered offices, cities with rules of their own, provinces."""

    chosen: Place
    groups: tuple[tuple[str, tuple[Place, ...]], ...]


def places() -> Places:
    """Return what the address asks (`place`: chosen, `code`: typed), and what can be chosen. Invalid for what is no code of one."""
    here = current()
    own, default = _registered(here)
    groups = (("本系统的单位所在地", own), ("另有规定的市", _cities(here)), ("省、自治区、直辖市", _provinces()))
    known = {one.code: one for _, some in reversed(groups) for one in some}
    code = (arguments.text("code") or arguments.text("place")).strip() or default
    chosen = _found(code, known)
    offered = tuple((label, tuple(one for one in some if known[one.code] is one)) for label, some in groups)
    further = () if code in known or not code else (("所选地区", (chosen,)),)
    return Places(chosen, tuple((label, some) for label, some in (*further, *offered) if some))


def registered(here: RequestContext) -> Place:
    """Return the place of the installation's own credit centre; the whole country where it has registered none."""
    own, default = _registered(here)
    return next((one for one in own if one.code == default), NATIONWIDE)


def bound(here: RequestContext, name: str, place: Place) -> tuple[str, ...]:
    """In words, which offices a place's rules for a procedure bind, and that they bind none of the place's level."""
    said = []
    for overlay in here.law.overlays.values():
        if overlay.base != name or not overlay.covers(here.today) or overlay.sector or overlay.office:
            continue
        if overlay.jurisdiction not in holding(place.division) or not overlay.levels:
            continue
        levels = "、".join(LEVELS[one] for one in overlay.levels)
        if level_of(place.code) in overlay.levels:
            said.append(f"{overlay.label}的期限适用于{levels}的单位。")
        else:
            said.append(f"{overlay.label}的期限只约束{levels}的单位；{place.level}的单位照国家规定办理，期限如下。")
    return tuple(said)


def _found(code: str, known: Mapping[str, Place]) -> Place:
    if not code:
        return NATIONWIDE
    if fault := division_fault(code):
        raise Invalid(f"行政区划代码{fault}。", [Problem("code", fault)])
    return known.get(code, Place(code, f"{names_of_provinces()[code[:2]]}（{code}）"))


def _registered(here: RequestContext) -> tuple[tuple[Place, ...], str]:
    """Return the places of the offices of this installation, and that of its credit centre."""
    with here.read() as tx:
        names = {code: some for code, some in places_of_offices(tx).items() if not division_fault(code)}
        centre = centre_division(tx)
    own = tuple(
        Place(code, f"{names_of_provinces()[code[:2]]}（{code}，{some[0]}{'等' if len(some) > 1 else ''}所在地）")
        for code, some in names.items()
    )
    return own, centre if centre in names else ""


def _cities(here: RequestContext) -> tuple[Place, ...]:
    """Places below the provinces for which rules of their own are in force today; named as their rules are (深圳市异议处理)."""
    found = {
        one.jurisdiction: _name(here, one)
        for one in here.law.overlays.values()
        if one.jurisdiction and not one.jurisdiction.endswith("0000") and one.covers(here.today)
    }
    return tuple(Place(code, name) for code, name in sorted(found.items()))


def _name(here: RequestContext, overlay: Overlay) -> str:
    label = here.law.procedure(overlay.base, overlay.base_version).label
    return overlay.label.removesuffix(label) or overlay.label


def _provinces() -> tuple[Place, ...]:
    return tuple(Place(f"{two}0000", name) for two, name in names_of_provinces().items())
