"""What the frame of a page shows of its visitor: who it is, its links, where search leads.

Links name endpoints; one that this application does not have, or that does not admit the visitor, is not shown: a page
appears in the header with its view.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, g, request

from repairflow.casework.actor import ADMINISTRATIVE, Actor
from repairflow.casework.admin import permissions
from repairflow.casework.queries.people.introduction import introduction
from repairflow.casework.queries.records.credit_file import subjects
from repairflow.db import Database
from repairflow.law.identifiers import mask_name
from repairflow.settings import Settings
from repairflow.web.core import access, acting, sessions
from repairflow.web.core.fixed_addresses import fixed

ENTERPRISE_LINKS = (
    ("我的首页", "portal.home"),
    ("信用档案", "portal.credit_file"),
    ("我的办件", "portal.cases"),
    ("收件箱", "portal.inbox"),
    ("办事指南", "public.guides"),
)
STAFF_LINKS = (
    ("我的待办", "desk.queue"),
    ("全部办件", "desk.cases"),
    ("约谈日程", "desk.meetings_page"),
    ("收件箱", "inbox.inbox"),
    ("导入", "desk.imports"),
    ("许可等信息", "desk.acts"),
    ("登记履行", "desk.performance"),
    ("信用主体", "desk.subjects"),
    ("名单", "desk.lists"),
    ("告知书", "papers.batch"),
    ("统计", "oversight.statistics"),
    ("本单位规则", "admin.rules"),
)
AUDITOR_LINKS = (("审计", "audit.home"), ("管理留痕", "admin.changes"))
ADMIN_LINKS = (("系统管理", "admin.home"),)
NOTICE_LINKS = (("收件箱", "inbox.inbox"), ("通知单", "admin.sheets"))
PUBLIC_LINKS = (
    ("公众服务", "public.start"),
    ("信用信息查询", "public.credit"),
    ("办事指南", "public.guides"),
    ("名单公示", "public.lists"),
    ("文书查验", "public.verify"),
    ("投诉举报", "public.report"),
)
FOOTER = (
    *PUBLIC_LINKS,
    ("信用承诺公示", "public.commitments"),
    ("许可等公示", "public.acts"),
    ("信用服务机构", "public.bodies"),
    ("更正公告", "public.corrections"),
    ("撤回说明", "public.withdrawals"),
    ("办理统计", "public.statistics"),
    ("典型案例", "public.examples"),
    ("数据开放", "public.data"),
    ("平台对接", "public.exchange"),
)

PORTAL = "portal."
OF_A_SUBJECT = frozenset(
    PORTAL + name
    for name in ("home", "credit_file", "cases", "inbox", "ask", "extracts", "evidence", "standing_qr", "learning")
)
"""Pages that stay what they are when another subject is chosen; from any other one comes to the start."""
OF_ALL = frozenset({PORTAL + "cases", PORTAL + "inbox"})
"""Lists that may show all subjects of an agent at once."""
AUDITORS = frozenset({"auditor", "audit_admin"})
ADMINISTRATORS = ADMINISTRATIVE

Counts = Callable[[Actor], Mapping[str, int]]
Warnings = Callable[[Actor], Sequence[tuple[str, str]]]
"""What somebody must see to at once: text, and the endpoint where it is seen to."""


@dataclass(frozen=True, slots=True)
class NavLink:
    """One entry of the navigation; `count` 0 shows none."""

    label: str
    href: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Acting:
    """In whose name a page of the portal is, of the several subjects an agent speaks for, and where another is chosen."""

    subject_id: int
    name: str
    choices: tuple[tuple[int | str, str], ...]
    action: str
    everyone: bool = False  # the page is a list that shows all of them


@dataclass(frozen=True, slots=True)
class Visitor:
    """All that base.html says about who is looking."""

    name: str
    detail: str
    signed_in: bool
    home: str
    nav: tuple[NavLink, ...]
    footer: tuple[NavLink, ...]
    search: str | None
    login: str
    leave: str
    switch: str | None
    demo: bool
    preferences: str | None = None
    help: str | None = None  # how the desk is worked with
    account: str | None = None
    key: str = ""  # tells people apart in one browser and says nothing about them
    idle_minutes: int = 0  # after so long without a change the session ends
    acting: Acting | None = None
    warnings: tuple[tuple[str, str | None], ...] = ()  # text, and where it is seen to for who may


def links_of(actor: Actor | None) -> tuple[tuple[str, str], ...]:
    """Give labels and endpoints of the links of an actor, in order."""
    if actor is None:
        return PUBLIC_LINKS
    if actor.kind == "agent":
        return ENTERPRISE_LINKS
    special = AUDITORS | ADMINISTRATORS
    handles_cases = any(role not in special for role, _ in actor.roles)
    return (
        (STAFF_LINKS if handles_cases else ())
        + (AUDITOR_LINKS if actor.has_role(*AUDITORS) else ())
        + (ADMIN_LINKS if actor.administrative else ())
        + (NOTICE_LINKS if not handles_cases and actor.has_role(*permissions.ADMINISTRATORS) else ())
    )


def home_of(app: Flask, actor: Actor | None) -> str:
    """Return where an actor's work begins: the first of its links that exists, else the entry."""
    if actor is not None:
        for _, endpoint in links_of(actor):
            if endpoint in app.view_functions and access.admits(access.declared(app, endpoint), actor):
                return fixed(endpoint)
    return fixed("entry.home")


def install(
    app: Flask, settings: Settings, db: Database, counts: Counts | None = None, warnings: Warnings | None = None
) -> None:
    """Ensure that templates know `visitor`. `counts` answers, by endpoint, the numbers beside the links of an actor;
    `warnings` what staff must know at once."""

    @app.context_processor
    def introduce() -> dict[str, object]:
        actor = sessions.signed_in_actor()
        known = g.get("visitor")
        if known is None or known[0] is not actor:  # a page is made of several templates, and each asks
            known = g.visitor = (actor, _visitor(app, settings, db, actor, counts, warnings))
        return {"visitor": known[1]}


def _visitor(
    app: Flask, settings: Settings, db: Database, actor: Actor | None, counts: Counts | None, warnings: Warnings | None
) -> Visitor:
    numbers = counts(actor) if counts and actor else {}

    def opens(endpoint: str) -> bool:
        return endpoint in app.view_functions and access.admits(access.declared(app, endpoint), actor)

    def shown(links: tuple[tuple[str, str], ...]) -> tuple[NavLink, ...]:
        return tuple(
            NavLink(label, fixed(endpoint), request.endpoint == endpoint, numbers.get(endpoint, 0))
            for label, endpoint in links
            if opens(endpoint)
        )

    return Visitor(
        name="访客" if actor is None else actor.name,
        detail=_detail(db, actor),
        signed_in=actor is not None,
        home=home_of(app, actor),
        nav=shown(links_of(actor)),
        footer=shown(FOOTER),
        search=fixed("desk.cases") if opens("desk.cases") else None,
        login=fixed("login.enter"),
        leave=fixed("login.leave"),
        switch=fixed("entry.home") if settings.demo else None,
        demo=settings.demo,
        preferences=fixed("preferences.preferences") if opens("preferences.preferences") else None,
        help=fixed("desk.desk_help") if opens("desk.desk_help") else None,
        account=fixed("account.home") if opens("account.home") else None,
        key=_key(settings, actor),
        idle_minutes=settings.session_idle_minutes,
        acting=_acting(app, db, actor),
        warnings=tuple(
            (text, fixed(endpoint) if opens(endpoint) else None)
            for text, endpoint in (warnings(actor) if warnings and actor and actor.kind == "staff" else ())
        ),
    )


def _acting(app: Flask, db: Database, actor: Actor | None) -> Acting | None:
    """None for whoever speaks for one subject or none, and on pages that are nobody's own."""
    endpoint = request.endpoint or ""
    if actor is None or len(actor.subjects) < 2 or not endpoint.startswith(PORTAL):
        return None
    with db.read() as tx:
        mine = subjects(tx, actor)
    chosen = acting.kept(actor)
    now = next((one for one in mine if one.id == chosen), mine[0])
    stays = endpoint if endpoint in OF_A_SUBJECT else "portal.home"
    names = {one.id: one.name if one.kind != "natural_person" else mask_name(one.name) for one in mine}
    action = fixed(stays) if stays in app.view_functions else request.path
    lists = endpoint in OF_ALL
    choices = (((acting.ALL, "全部主体"),) if lists else ()) + tuple(names.items())
    return Acting(now.id, names[now.id], choices, action, everyone=lists and acting.shows_all(actor))


def _key(settings: Settings, actor: Actor | None) -> str:
    if actor is None:
        return ""
    return hmac.new(settings.secret_key.encode(), f"person:{actor.id}".encode(), "sha256").hexdigest()[:16]


def _detail(db: Database, actor: Actor | None) -> str:
    if actor is None:
        return ""
    with db.read() as tx:
        return introduction(tx, actor)
