"""The first page. In the demonstration it lists the invented people by what they do and lets a visitor enter as one with one press.

It does so only in demo mode, for requests from this machine, and for people marked as samples; otherwise it leads to
the citizens' page, or to the login on a node without one.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, url_for
from sqlalchemy import Connection

from repairflow import times
from repairflow.casework.actor import Actor, actor_of
from repairflow.casework.queries.people import samples
from repairflow.casework.queries.people.introduction import introduction
from repairflow.errors import NotFound
from repairflow.web.core import access, arguments, security
from repairflow.web.core.context import RequestContext, current
from repairflow.web.core.login import enter_as
from repairflow.web.core.routes import GET, POST, Answer, Route, register
from repairflow.web.ui import navigation


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A card of the entry page."""

    id: int
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class GroupOfPeople:
    """One group of cards: who works here, and what for."""

    code: str
    title: str
    text: str
    people: tuple[SamplePerson, ...]


GROUPS = (
    ("enterprise", "企业", "查看信用档案，何时可以申请，在线申请信用修复或提出异议"),
    ("reviewer", "审核人员", "按届满日办理，一件一页，文书自动生成"),
    ("supervisor", "信用办负责人", "看谁的办件逾期、各单位进度"),
    ("auditor", "审计人员", "核对任一办件的办理留痕是否被改动"),
    ("administrator", "管理员", "管理人员、岗位和工作日历"),
)
TOUR = (
    "以企业经办人进入，在信用档案里找到一条最短公示期已满的信息，申请信用修复。",
    "换成受理人员，在“我的待办”打开该办件，点“受理”，下载受理通知书。",
    "换成审核人员提出意见，再换一人批准：同一人不能既审核又批准。",
    "换回企业，看办理进度和决定书；再看沙箱平台上该信息是否已停止公示。",
    "换成审计人员，核对这件事的每一步留痕。",
)


def group_of(actor: Actor) -> str:
    """Return the group an actor belongs to."""
    if actor.kind == "agent":
        return "enterprise"
    if actor.has_role(*navigation.AUDITORS):
        return "auditor"
    if actor.has_role(*navigation.ADMINISTRATORS):
        return "administrator"
    return "supervisor" if actor.has_role("supervisor") else "reviewer"


def home() -> Answer:
    """Show the sample people, or lead to the visitor's work or the citizens' page."""
    here = current()
    if not _open(here):
        where = navigation.home_of(current_app, here.visitor) if here.visitor else _for_strangers()
        # who has no post yet has no page of its own, and would be sent here for ever
        return redirect(url_for("account.home") if where == url_for("entry.home") else where, 303)
    with here.read() as tx:
        groups = sample_people(tx)
    steps = [{"text": text} for text in TOUR]
    return render_template("public/enter_demo.html", doors=groups, steps=steps, next=arguments.address("next"))


def _for_strangers() -> str:
    """Return the citizens' page, on a node that has it."""
    return url_for("public.start" if "public.start" in current_app.view_functions else "login.enter")


def press(person_id: int) -> Answer:
    """Enter as a sample person."""
    here = current()
    if not _open(here):
        raise NotFound
    with here.read() as tx:
        if not samples.is_sample(tx, person_id):
            raise NotFound
    return enter_as(here, person_id)


def _open(here: RequestContext) -> bool:
    return here.settings.demo and not here.settings.proxies and security.from_this_machine()


def sample_people(tx: Connection) -> tuple[GroupOfPeople, ...]:
    """Return the sample people who may be entered, by group, in the order they were invented; groups without people are left out."""
    actors = [(person_id, actor_of(tx, person_id, times.today())) for person_id in samples.sample_ids(tx)]
    groups = []
    for code, title, text in GROUPS:
        people = tuple(
            SamplePerson(person_id, actor.name, introduction(tx, actor))
            for person_id, actor in actors
            if group_of(actor) == code
        )
        if people:
            groups.append(GroupOfPeople(code, title, text, people))
    return tuple(groups)


ROUTES = (
    Route("/", GET, home, access.PUBLIC),
    Route("/enter/<int:person_id>", POST, press, access.PUBLIC),
)
blueprint = register(Blueprint("entry", __name__), ROUTES)
