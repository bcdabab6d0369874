"""Guides (办事指南), drawn from the procedure files in force today: nothing on them is written twice."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template, url_for
from markupsafe import Markup

from repairflow.casework.actor import Actor
from repairflow.casework.cases.filing import filers
from repairflow.errors import NotFound, Refused
from repairflow.law.diagram.svg import Diagram
from repairflow.law.guide import Guide, guide
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES
from repairflow.web.core.context import RequestContext, Site, current
from repairflow.web.ui import navigation


@dataclass(frozen=True, slots=True)
class GuideCard:
    """A procedure in the list of guides; `who` is empty where an office opens it."""

    name: str
    label: str
    summary: str
    who: str
    longest: str


class Diagrams:
    """The diagrams of procedures, each drawn at its first use."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._drawn: dict[tuple[str, str], Diagram] = {}

    def of(self, procedure: Procedure) -> Diagram:
        """Give the diagram of this version of a procedure."""
        key = procedure.procedure, procedure.version
        if key not in self._drawn:
            self._drawn[key] = Diagram(self._site.services.law.procedure(*key))
        return self._drawn[key]


def guides() -> str:
    """Show the guides of all procedures in force."""
    here = current()
    cards = [_card(procedure, guide(procedure, here.law.pack_on(here.today))) for procedure in _in_force(here)]
    return render_template(
        "public/guides.html",
        to_apply=[card for card in cards if card.who],
        by_office=[card for card in cards if not card.who],
    )


def guide_of(name: str) -> str:
    """Show the guide of one procedure. NotFound when it is not in force."""
    here = current()
    procedure = next((p for p in _in_force(here) if p.procedure == name), None)
    if procedure is None:
        raise NotFound
    # Drawn from our own files; the diagram escapes every label itself.
    drawn = Markup(here.site.one(Diagrams).of(procedure).svg())  # noqa: S704  no input of anybody
    visitor, pack = here.visitor, here.law.pack_on(here.today)
    return render_template(
        "public/guide.html",
        name=name,
        guide=guide(procedure, pack),
        pack=pack,
        diagram=drawn,
        report=set(filers(procedure)) & CITIZEN_ROLES,
        apply=_way_in(procedure, visitor),
        badges=visitor is not None and visitor.has_role(*navigation.ADMINISTRATORS, *navigation.AUDITORS),
    )


def _way_in(procedure: Procedure, visitor: Actor | None) -> dict[str, str] | None:
    """Where a subject begins this filing, and what the button says; None where no subject files, or the visitor is no agent."""
    if not set(filers(procedure)) & (SUBJECT_ROLES - CITIZEN_ROLES) or (
        visitor is not None and visitor.kind != "agent"
    ):
        return None
    of_record = procedure.subject == "record"
    if "portal.ask" not in current_app.view_functions:  # a node that serves the public alone
        return None
    where = url_for("portal.credit_file" if of_record else "portal.ask")
    if visitor is None:
        return {"href": url_for("login.enter", next=where), "text": f"登录后申请{procedure.label}"}
    return {
        "href": where,
        "text": f"在信用档案中选择信息，申请{procedure.label}" if of_record else f"申请{procedure.label}",
    }


def _in_force(here: RequestContext) -> list[Procedure]:
    found = []
    for name in here.law.names():
        try:
            found.append(here.law.in_force(name, here.today))
        except Refused:
            continue  # no version covers today: there is nothing to guide to
    # What a record lives through by itself is nothing one applies for.
    return [
        p for p in sorted(found, key=lambda p: (p.procedure != "repair", p.procedure)) if set(p.actor) != {"system"}
    ]


def _card(procedure: Procedure, drawn: Guide) -> GuideCard:
    working = [limit for limit in drawn.limits if limit.length.endswith("个工作日")]
    longest = "、".join(f"{limit.label} {limit.length}" for limit in working[:2])
    return GuideCard(procedure.procedure, procedure.label, drawn.summary, "、".join(drawn.who), longest)
