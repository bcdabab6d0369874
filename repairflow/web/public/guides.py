"""Guides (办事指南), drawn from the procedure files in force today at a place: nothing on them is written twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from flask import Response, current_app, render_template, url_for
from markupsafe import Markup

from repairflow.casework.actor import Actor
from repairflow.casework.cases.filing import filers
from repairflow.casework.queries.people.contacts import contacts
from repairflow.casework.queries.printables import forms_of
from repairflow.errors import NotFound, Refused
from repairflow.law.diagram.svg import Diagram
from repairflow.law.guide import Guide, GuideLimit, guide
from repairflow.law.procedure.model import Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES
from repairflow.web.core.context import RequestContext, Site, current
from repairflow.web.public.guide_places import Place, bound, places, registered
from repairflow.web.public.open_answers import address, as_json
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
    """Show the guides of all procedures in force at a place (`?place=410000`). Invalid for what is no code of one."""
    here, found = current(), places()
    cards = _cards(here, found.chosen)
    return render_template(
        "public/guides.html",
        places=found,
        to_apply=[card for card in cards if card.who],
        by_office=[card for card in cards if not card.who],
    )


def offered() -> tuple[GuideCard, ...]:
    """Return what subjects and citizens begin themselves, at the place that the installation serves."""
    here = current()
    return tuple(card for card in _cards(here, registered(here)) if card.who)


def shown(name: str) -> Guide:
    """Return the guide of one procedure at the place that the installation serves. NotFound when it is not in force."""
    here = current()
    place = registered(here)
    return _guide(here, _named(here, name, place), place)


def guide_of(name: str) -> str:
    """Show the guide of one procedure at a place (`?place=410000`). NotFound when it is not in force, Invalid for what is no
    code of a place."""
    here, found = current(), places()
    procedure = _named(here, name, found.chosen)
    # Drawn from our own files; the diagram escapes every label itself.
    drawn = Markup(here.site.one(Diagrams).of(procedure).svg())  # noqa: S704  no input of anybody
    visitor = here.visitor
    return render_template(
        "public/guide.html",
        name=name,
        guide=_guide(here, procedure, found.chosen),
        pack=_pack(here, found.chosen),
        places=found,
        told=bound(here, name, found.chosen),
        forms=forms_of(name),
        diagram=drawn,
        report=set(filers(procedure)) & CITIZEN_ROLES,
        apply=_way_in(procedure, visitor),
        badges=visitor is not None and visitor.has_role(*navigation.ADMINISTRATORS, *navigation.AUDITORS),
    )


def guides_data() -> Response:
    """Give the list of guides at a place for programs, and the places that have one. Raises as `guides`."""
    here, found = current(), places()
    place = found.chosen
    pack = _pack(here, place)
    listed = [
        {
            "name": p.procedure, "title": p.label, "summary": p.summary,
            "by_application": bool(guide(p, pack).who), "version": p.version,
            "url": _address("public.guide_data", place, p.procedure),
            "page": _address("public.guide", place, p.procedure),
        }
        for p in _in_force(here, place)
    ]  # fmt: skip
    offers = [
        {"place": one.code, "title": one.name, "url": _address("public.guides_data", one)}
        for _, some in found.groups
        for one in some
    ]
    return as_json({"place": _told(place), "guides": listed, "places": offers})


def guide_data(name: str) -> Response:
    """Give the guide of one procedure at a place for programs, with the items every guide has. Raises as `guide_of`."""
    here, place = current(), places().chosen
    procedure = _named(here, name, place)
    shown, pack, way = _guide(here, procedure, place), _pack(here, place), _way_in(procedure, None)
    return as_json({
        "place": _told(place), "applies_to": bound(here, name, place),
        "page": _address("public.guide", place, name),
        "name": name, "title": shown.title, "version": shown.version, "effective": shown.effective.isoformat(),
        "rules": pack.label, "summary": shown.summary, "applicants": shown.who, "basis": shown.basis,
        "conditions": shown.conditions, "conditions_verified": shown.conditions_verified,
        "materials": [asdict(one) for one in shown.materials], "materials_verified": shown.materials_verified,
        "questions": shown.questions, "process": [asdict(one) for one in shown.steps],
        "limits": [asdict(one) for one in shown.limits], "fee": shown.fee, "contacts": shown.contact,
        "results": shown.results, "remedies": [asdict(one) for one in shown.remedies],
        "periods": [asdict(one) for one in shown.periods], "asks": _asks(procedure, pack),
        "apply": address(url_for(way["to"])) if way else None,
        "forms": [
            {"title": title, "url": address(url_for("public.blank_form", kind=kind))}
            for kind, title in forms_of(name)
        ],
    })  # fmt: skip


def _asks(procedure: Procedure, pack: RulePack) -> Mapping[str, object]:
    """Return what a program that files for somebody says (单一窗口), by the names that a message uses."""
    inputs = [
        {
            "name": name, "label": one.label, "kind": one.kind, "required": one.required,
            "choices": list(pack.lists.get(one.choices, {})) if one.choices is not None else None,
        }
        for name, one in procedure.inputs.items()
    ]  # fmt: skip
    materials = [
        {"kind": kind, "label": one.label, "required": one.required, "filed": one.filed}
        for kind, one in procedure.material.items()
        if one.source != "auto"
    ]
    return {"kinds": dict(procedure.kinds), "inputs": inputs, "materials": materials}


def _address(endpoint: str, place: Place, name: str | None = None) -> str:
    """Return the address of a guide, or of all, at a place, for programs."""
    return address(url_for(endpoint, name=name, place=place.code or None))


def _told(place: Place) -> Mapping[str, str]:
    return {"code": place.code, "title": place.name, "level": place.level}


def _pack(here: RequestContext, place: Place) -> RulePack:
    return here.law.pack_on(here.today, division=place.division)


def _guide(here: RequestContext, procedure: Procedure, place: Place) -> Guide:
    pack = _pack(here, place)
    drawn = guide(procedure, pack, _contacts(here))
    return replace(drawn, limits=(*drawn.limits, *_after_cases(here, procedure, pack, place)))


def _after_cases(here: RequestContext, general: Procedure, pack: RulePack, place: Place) -> Iterator[GuideLimit]:
    """Yield the limits that the place has for cases about an earlier case of certain procedures alone (浙江: 对异议结果的复核)."""
    for key, overlay in here.law.overlays.items():
        if overlay.base != general.procedure or not overlay.first_case or not overlay.covers(here.today):
            continue
        for first in overlay.first_case:
            if overlay.concerns("general", "", place.division, first):
                about = here.law.in_force(first, here.today).label
                local = guide(here.law.procedures[key], pack)
                for one in local.limits:
                    if one not in guide(general, pack).limits:
                        yield replace(one, label=f"{one.label}（原办件是{about}的）")


def _cards(here: RequestContext, place: Place) -> list[GuideCard]:
    pack = _pack(here, place)
    return [_card(procedure, guide(procedure, pack)) for procedure in _in_force(here, place)]


def _contacts(here: RequestContext) -> Mapping[str, str]:
    """咨询监督电话: who supervises, then who decides, as they registered it."""
    with here.read() as tx:
        found = contacts(tx)
    return {f"{one.name}（{'咨询、监督' if one.supervises else '咨询'}）": one.contact for one in found}


def _named(here: RequestContext, name: str, place: Place) -> Procedure:
    found = next((p for p in _in_force(here, place) if p.procedure == name), None)
    if found is None:
        raise NotFound
    return found


def _way_in(procedure: Procedure, visitor: Actor | None) -> dict[str, str] | None:
    """Return where a subject begins this filing (`to`: the endpoint), and what the button says; None where no subject files, or the
    visitor is no agent."""
    if not set(filers(procedure)) & (SUBJECT_ROLES - CITIZEN_ROLES) or (
        visitor is not None and visitor.kind != "agent"
    ):
        return None
    of_record = procedure.subject == "record"
    if "portal.ask" not in current_app.view_functions:  # a node that serves the public alone
        return None
    to = "portal.credit_file" if of_record else "portal.ask"
    where = url_for(to)
    if visitor is None:
        return {"href": url_for("login.enter", next=where), "text": f"登录后申请{procedure.label}", "to": to}
    return {
        "href": where,
        "to": to,
        "text": f"在信用档案中选择信息，申请{procedure.label}" if of_record else f"申请{procedure.label}",
    }


def _in_force(here: RequestContext, place: Place) -> list[Procedure]:
    found = []
    for name in here.law.names():
        try:
            found.append(here.law.in_force(name, here.today, division=place.division))
        except Refused:
            continue  # no version covers today: there is nothing to guide to
    # What a record lives through by itself is nothing one applies for.
    return [
        p for p in sorted(found, key=lambda p: (p.procedure != "repair", p.procedure)) if set(p.actor) != {"system"}
    ]


def _card(procedure: Procedure, drawn: Guide) -> GuideCard:
    working = [limit for limit in drawn.limits if limit.length.endswith("个工作日")]
    longest = "、".join(
        f"{limit.label} {limit.length}{'' if limit.verified else '（待核实）'}" for limit in working[:2]
    )
    return GuideCard(procedure.procedure, procedure.label, drawn.summary, "、".join(drawn.who), longest)
