"""Guides (办事指南), drawn from the procedure files in force today: nothing on them is written twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flask import Blueprint, render_template
from markupsafe import Markup

from repairflow import times
from repairflow.casework.cases.filing import filers
from repairflow.casework.context import Services
from repairflow.errors import NotFound, Refused
from repairflow.law.diagram.svg import Diagram
from repairflow.law.guide import Guide, guide
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import CITIZEN_ROLES
from repairflow.web.core import access, sessions
from repairflow.web.ui import navigation


@dataclass(frozen=True, slots=True)
class GuideCard:
    """A procedure in the list of guides; `who` is empty where an office opens it."""

    name: str
    label: str
    summary: str
    who: str
    longest: str


def install(door: Blueprint, services: Services) -> None:
    """Afterwards `door` shows a guide for each procedure in force."""

    @cache
    def diagram(name: str, version: str) -> Diagram:
        return Diagram(services.law.procedure(name, version))

    @door.get("/guides")
    @access.access(access.PUBLIC)
    def guides() -> str:
        cards = [_card(procedure, _guide(procedure)) for procedure in _in_force()]
        return render_template(
            "public/guides.html",
            to_apply=[card for card in cards if card.who],
            by_office=[card for card in cards if not card.who],
        )

    @door.get("/guides/<name>", endpoint="guide")
    @access.access(access.PUBLIC)
    def one(name: str) -> str:
        procedure = next((p for p in _in_force() if p.procedure == name), None)
        if procedure is None:
            raise NotFound
        # Drawn from our own files; the diagram escapes every label itself.
        drawn = Markup(diagram(procedure.procedure, procedure.version).svg())  # noqa: S704  no input of anybody
        actor = sessions.signed_in_actor()
        return render_template(
            "public/guide.html",
            name=name,
            guide=_guide(procedure),
            pack=_pack(),
            diagram=drawn,
            report=set(filers(procedure)) & CITIZEN_ROLES,
            badges=actor is not None and actor.has_role(*navigation.ADMINISTRATORS, *navigation.AUDITORS),
        )

    def _in_force() -> list[Procedure]:
        found = []
        for name in services.law.names():
            try:
                found.append(services.law.in_force(name, times.today()))
            except Refused:
                continue  # no version covers today: there is nothing to guide to
        # What a record lives through by itself is nothing one applies for.
        return [
            p for p in sorted(found, key=lambda p: (p.procedure != "repair", p.procedure)) if set(p.actor) != {"system"}
        ]

    def _pack() -> RulePack:
        return services.law.pack_on(times.today())

    def _guide(procedure: Procedure) -> Guide:
        return guide(procedure, _pack())


def _card(procedure: Procedure, drawn: Guide) -> GuideCard:
    working = [limit for limit in drawn.limits if limit.length.endswith("个工作日")]
    longest = "、".join(f"{limit.label} {limit.length}" for limit in working[:2])
    return GuideCard(procedure.procedure, procedure.label, drawn.summary, "、".join(drawn.who), longest)
