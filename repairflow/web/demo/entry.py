"""The first page. In the demonstration it lists the invented people by door and lets a visitor enter as one with one press.

It does so only in demo mode, for requests from this machine, and for people marked as samples; otherwise it leads to the login.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, make_response, redirect, render_template, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from repairflow import times
from repairflow.casework.actor import Actor, actor_of
from repairflow.db import Database
from repairflow.errors import NotFound
from repairflow.records import person
from repairflow.settings import Settings
from repairflow.web.core import access, security, sessions
from repairflow.web.core.login import enter_as
from repairflow.web.ui import navigation
from repairflow.web.ui.identity import introduction


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A card of the entry page."""

    id: int
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class DoorOfPeople:
    """One group of cards: who comes through this door, what for, and where the tour goes on."""

    code: str
    title: str
    text: str
    people: tuple[SamplePerson, ...]


DOORS = (
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


def door_of(actor: Actor) -> str:
    """The door an actor comes through."""
    if actor.kind == "agent":
        return "enterprise"
    if actor.has_role(*navigation.AUDITORS):
        return "auditor"
    if actor.has_role(*navigation.ADMINISTRATORS):
        return "administrator"
    return "supervisor" if actor.has_role("supervisor") else "reviewer"


def make_entry(settings: Settings, db: Database) -> Blueprint:
    """The blueprint `entry`: the first page and, in demo mode, the press that enters."""
    door = Blueprint("entry", __name__)

    def open_here() -> bool:
        return settings.demo and not settings.proxies and security.from_this_machine()

    @door.get("/")
    @access.access(access.PUBLIC)
    def home() -> AnyResponse:
        if not open_here():
            actor = sessions.signed_in_actor()
            where = navigation.home_of(current_app, actor) if actor else url_for("login.enter")
            # who has no post yet has no door, and would be sent here for ever
            return redirect(url_for("account.home") if where == url_for("entry.home") else where, 303)
        with db.read() as tx:
            doors = sample_people(tx)
        return make_response(render_template("public/enter_demo.html", doors=doors, steps=[{"text": t} for t in TOUR]))

    @door.post("/enter/<int:person_id>")
    @access.access(access.PUBLIC)
    def press(person_id: int) -> AnyResponse:
        if not open_here():
            raise NotFound
        with db.read() as tx:
            row = person.c
            known = tx.execute(select(row.id).where(row.id == person_id, row.sample, row.active)).scalar_one_or_none()
        if known is None:
            raise NotFound
        return enter_as(settings, db, known)

    return door


def sample_people(tx: Connection) -> tuple[DoorOfPeople, ...]:
    """The sample people who may be entered, by door, in the order they were invented; doors without people are left out."""
    row = person.c
    ids = tx.execute(select(row.id).where(row.sample, row.active).order_by(row.id)).scalars().all()
    actors = [(person_id, actor_of(tx, person_id, times.today())) for person_id in ids]
    groups = []
    for code, title, text in DOORS:
        people = tuple(
            SamplePerson(person_id, actor.name, introduction(tx, actor))
            for person_id, actor in actors
            if door_of(actor) == code
        )
        if people:
            groups.append(DoorOfPeople(code, title, text, people))
    return tuple(groups)
