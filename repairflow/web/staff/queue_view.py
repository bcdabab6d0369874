"""What the address of the queue asks (我的待办): filter, order and columns, read in one place for page, case page and kept views."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from urllib.parse import parse_qsl, urlencode

from flask import url_for
from sqlalchemy import Connection

from repairflow import plain
from repairflow.casework.actor import Actor
from repairflow.casework.queries.cases.queue_filter import Order, QueueFilter, decided_by
from repairflow.law.procedure.packs import SEVERITY_LABELS
from repairflow.web.core import arguments
from repairflow.web.ui.forms import FieldError

COLUMNS = {
    "due": "届满", "subject": "信用主体", "step": "环节", "materials": "材料", "filed": "提出时间", "handler": "上一步办理人",
    "office": "决定单位", "assigned": "承办人",
}  # fmt: skip
STANDARD = ("due", "subject", "step", "materials")
ASSIGNED = {"mine": "由我承办", "nobody": "无人承办", "others": "由他人承办"}
NEAR = {"late": "已经逾期", "soon": "两个工作日内届满", "later": "其余"}
SORTS = {"due": "届满日，最急的在前", "oldest": "提出时间，最早的在前", "newest": "提出时间，最新的在前"}
LONGEST = 500
CODE = re.compile(r"[a-z0-9_.-]{0,80}")
"""A name of the law's: short enough that the query of a view, which its links carry, is never longer than LONGEST."""
ASKED = (
    "procedure",
    "step",
    "office",
    "handler",
    "near",
    "filed_from",
    "filed_to",
    "severity",
    "assigned",
    "own",
    "sort",
)
"""What the address of the queue may ask, besides its columns and its page."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """How the queue is looked at. `query` is how its address says so; `errors` name what could not be followed."""

    wanted: QueueFilter
    order: Order
    columns: tuple[str, ...]
    asked: dict[str, str]
    errors: tuple[FieldError, ...]

    @property
    def query(self) -> str:
        """The part of the address after the question mark; empty for the whole queue as it is shown to everybody."""
        columns = [] if self.columns == STANDARD else [("col", one) for one in self.columns]
        return urlencode([*((name, value) for name, value in self.asked.items() if value), *columns])

    def address(self, after: str = "") -> str:
        """Return the address of the queue looked at so, from the cursor `after` on."""
        return address(self.query, after)

    @property
    def narrowed(self) -> bool:
        """Whether a filter is set, which may be why nothing is shown."""
        return any(value for name, value in self.asked.items() if name != "sort")


def address(query: str, after: str = "") -> str:
    """Return the address of the queue that asks this, from the cursor `after` on."""
    parts = [part for part in (query, urlencode({"after": after}) if after else "") if part]
    return url_for("desk.queue") + (f"?{'&'.join(parts)}" if parts else "")


def of_request(tx: Connection, actor: Actor) -> QueueView:
    """Return the view that the address of this request asks for."""
    return _read(tx, arguments.text, arguments.texts("col", count=len(COLUMNS)), actor)


def of_query(tx: Connection, query: str, actor: Actor) -> QueueView:
    """Return the view that an address asked for; what it holds besides, and what no address of ours holds, is left out."""
    pairs = parse_qsl(query[:LONGEST])
    given = dict(pairs)
    return _read(tx, lambda name: given.get(name, ""), [value for name, value in pairs if name == "col"], actor)


def _read(tx: Connection, text: Callable[[str], str], columns: Sequence[str], actor: Actor) -> QueueView:
    asked = {name: text(name) for name in ASKED}
    errors: list[FieldError] = []
    for name in ("procedure", "step"):
        asked[name] = asked[name] if CODE.fullmatch(asked[name]) else ""
    asked["own"] = "1" if asked["own"] == "1" else ""
    office = _key(asked, "office")
    if office is not None and office not in actor.offices and not decided_by(tx, actor, office):
        errors.append(
            FieldError("f-office", "您在所选的决定单位已经没有岗位，没有按它筛选。请改选单位，或者删除这个视图")
        )
        office, asked["office"] = None, ""
    for name, known in (("near", NEAR), ("severity", SEVERITY_LABELS), ("assigned", ASSIGNED), ("sort", SORTS)):
        asked[name] = asked[name] if asked[name] in known else ""
    first, last = _day(asked, "filed_from", errors), _day(asked, "filed_to", errors)
    if first and last and first > last:
        errors.append(FieldError("f-filed_from", "“提出日期”的起始日晚于截止日，请对调"))
    wanted = QueueFilter(
        asked["procedure"], asked["step"], office, _key(asked, "handler"), asked["near"], first, last,
        asked["severity"], asked["assigned"], asked["own"] == "1",
    )  # fmt: skip
    chosen = tuple(one for one in COLUMNS if one in columns) or STANDARD
    return QueueView(wanted, cast(Order, asked["sort"] or "due"), chosen, asked, tuple(errors))


def _key(asked: dict[str, str], name: str) -> int | None:
    """Return the key of a row; what is none is not asked."""
    if not asked[name]:
        return None
    try:
        return plain.whole(asked[name], 1)
    except ValueError:
        asked[name] = ""
        return None


def _day(asked: dict[str, str], name: str, errors: list[FieldError]) -> date | None:
    if not asked[name]:
        return None
    try:
        return plain.day(asked[name])
    except ValueError:
        label = {"filed_from": "提出日期（起）", "filed_to": "提出日期（止）"}[name]
        errors.append(FieldError(f"f-{name}", f"“{label}”不是日期，应如 2026-06-10，没有按它筛选"))
        asked[name] = ""
        return None
