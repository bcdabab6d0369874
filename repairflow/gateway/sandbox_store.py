"""What the sandbox platform keeps, in a SQLite file of its own: messages as they came, and records as it shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Row, String, Table, Text, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from repairflow.db import Database
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.messages import act_display, display
from repairflow.law.acts import NUMBERED
from repairflow.records.base import Instant, Json

Mode = Literal[
    "normal", "down", "slow", "refuse", "lost_answer", "old_receipt", "wrong_state", "busy", "gone", "moved", "undecided",
    "declines", "silent_loss", "drip", "follows",
]  # fmt: skip

WHOLE = ("record_changed", "act_changed")
"""Kinds of messages that tell the whole of what is shown."""

_metadata = MetaData()

message = Table(
    "message",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("target", String, nullable=False),
    Column("key", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("verdict", String, nullable=False),  # accepted | repeated | refused | not_answered
    Column("said", Text),
    Column("receipt", Json),
    Column("data", Json, nullable=False),
)
Index("ix_message_lane", message.c.target, message.c.lane, message.c.sequence)

shown = Table(
    "shown",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("target", String, nullable=False),
    Column("number", String, nullable=False),
    Column("display", String, nullable=False),
    Column("version", Integer),
    Column("name", String, nullable=False),
    Column("uscc", String, index=True),
    Column("doc_no", String, nullable=False),
    Column("data", Json, nullable=False),  # the last record_changed
    Column("changed_at", Instant, nullable=False),
)
Index("uq_shown", shown.c.target, shown.c.number, unique=True)

behaviour = Table(
    "behaviour",
    _metadata,
    Column("target", String, primary_key=True),
    Column("mode", String, nullable=False),
)


sent = Table(
    "sent",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("target", String, nullable=False),
    Column("serial", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("fault", String, nullable=False),
    Column("status", Integer, nullable=False),  # 0: no answer came
    Column("said", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)


def open_store(path: str) -> Database:
    """Return the store in the file at `path`, made when absent."""
    db = Database(f"sqlite:///{path}")
    with db.begin() as tx:
        _metadata.create_all(tx)
    return db


@dataclass(frozen=True, slots=True)
class Count:
    """What a target's card says."""

    public: int
    ended: int
    received: int


def mode(tx: Connection, target: str) -> Mode:
    """Return how the target behaves now."""
    kept: Mode | None = tx.execute(select(behaviour.c.mode).where(behaviour.c.target == target)).scalar_one_or_none()
    return kept or "normal"


def set_mode(tx: Connection, target: str, wanted: str) -> None:
    """Ensure that the target behaves as `wanted`; ValueError for a mode there is not."""
    if wanted not in get_args(Mode):
        raise ValueError(wanted)
    row = insert(behaviour).values(target=target, mode=wanted)
    tx.execute(row.on_conflict_do_update(index_elements=["target"], set_={"mode": wanted}))


def receipt_of(tx: Connection, target: str, key: str) -> dict[str, Any] | None:
    """Return the receipt given for a message that was taken over before."""
    rows = select(message.c.receipt).where(message.c.target == target, message.c.key == key)
    return tx.execute(rows.where(message.c.verdict.in_(("accepted", "not_answered"))).limit(1)).scalar_one_or_none()


def last_receipt(tx: Connection, target: str) -> dict[str, Any] | None:
    """Return the receipt of the message taken over last."""
    rows = select(message.c.receipt).where(message.c.target == target, message.c.verdict == "accepted")
    return tx.execute(rows.order_by(message.c.id.desc()).limit(1)).scalar_one_or_none()


def last_sequence(tx: Connection, target: str, lane: str) -> int:
    """Return the sequence of the newest message of a lane, 0 before the first."""
    rows = select(func.max(message.c.sequence)).where(message.c.target == target, message.c.lane == lane)
    return tx.execute(rows.where(message.c.verdict.in_(("accepted", "not_answered")))).scalar_one() or 0


def log(
    tx: Connection,
    target: str,
    one: Message,
    verdict: str,
    now: datetime,
    said: str | None = None,
    receipt: Mapping[str, object] | None = None,
) -> None:
    """Keep a message as it came, and what was made of it."""
    tx.execute(
        message.insert().values(
            target=target,
            key=one.key,
            kind=one.kind,
            about=one.about,
            lane=one.lane,
            sequence=one.sequence,
            at=now,
            verdict=verdict,
            said=said,
            receipt=receipt,
            data=dict(one.data),
        )
    )


def show(tx: Connection, target: str, one: Message, now: datetime, *, wrong: bool = False) -> str | None:
    """Do what a message asks; the display of its record or administrative act afterwards, None where it is about none.

    `wrong`: keep showing what was shown, as a platform does whose change got lost inside it.
    """
    ref = one.data.get("record") or one.data.get("act")
    if ref is None:
        return None
    known = select(shown).where(shown.c.target == target, shown.c.number == ref["number"])
    old = tx.execute(known).one_or_none()
    wanted = _wanted(one, old)
    if wanted is None or (wrong and old is not None):
        return wanted
    full: Mapping[str, Any] = one.data if one.kind in WHOLE or old is None else old.data
    values = {
        "display": wanted,
        "version": one.data.get("version", old.version if old else None),
        "name": one.data["subject"]["name"],
        "uscc": one.data["subject"]["uscc"],
        "doc_no": ref["doc_no"],
        "data": dict(full),
        "changed_at": now,
    }
    row = insert(shown).values(target=target, number=ref["number"], **values)
    tx.execute(row.on_conflict_do_update(index_elements=["target", "number"], set_=values))
    return wanted


def _wanted(one: Message, old: Row[Any] | None) -> str | None:
    """Return what the record's display becomes by a message."""
    if one.kind in WHOLE:
        return (display if one.kind == "record_changed" else act_display)(one.data["state"])
    by_result = {"approved": "ended", "revoked": "public", "masked": "hidden", "unmasked": "public"}
    by_status = {"mark_on": "disputed", "deleted": "ended"}
    before = old.display if old else None
    if one.kind == "repair_result":
        return by_result.get(one.data["result"], before)
    if one.kind == "objection_status":
        status = one.data["status"]
        if before == "disputed" and status != "mark_on":
            return by_status.get(status, "public")
        return by_status.get(status, before)
    if one.kind == "list_change":
        return "public" if one.data["change"] == "listed" else "ended"
    return before


def sent_before(tx: Connection, target: str, limit: int = 30) -> Sequence[Row[Any]]:
    """Return messages that the target sent to us, newest first."""
    return tx.execute(select(sent).where(sent.c.target == target).order_by(sent.c.id.desc()).limit(limit)).all()


def last_kept(tx: Connection, target: str) -> Row[Any] | None:
    """Return the last message of the target that was taken, is waiting or was refused with its reasons: it is known there."""
    mine = (sent.c.target == target, sent.c.status.in_((200, 202, 422)))
    return tx.execute(select(sent).where(*mine).order_by(sent.c.id.desc()).limit(1)).one_or_none()


def last_application(tx: Connection, target: str) -> str:
    """Return the serial of the last application of the target that was taken; empty where there is none."""
    mine = (sent.c.target == target, sent.c.kind == "application", sent.c.fault == "", sent.c.status == 200)
    return tx.execute(select(sent.c.serial).where(*mine).order_by(sent.c.id.desc()).limit(1)).scalar() or ""


def somebody(tx: Connection) -> Row[Any] | None:
    """Return a record of an organisation that is shown now, the newest."""
    of = (shown.c.display == "public", shown.c.uscc.is_not(None), shown.c.number.not_like(f"{NUMBERED}-%"))
    return tx.execute(select(shown).where(*of).order_by(shown.c.id.desc()).limit(1)).one_or_none()


def counts(tx: Connection, targets: Sequence[str]) -> dict[str, Count]:
    """Return how many records each target shows, how many it no longer shows, and how many messages it received."""
    rows = tx.execute(select(shown.c.target, shown.c.display, func.count()).group_by(shown.c.target, shown.c.display))
    by = {(row[0], row[1]): row[2] for row in rows}
    messages = tx.execute(select(message.c.target, func.count()).group_by(message.c.target))
    got = {row[0]: int(row[1]) for row in messages}
    return {
        code: Count(
            by.get((code, "public"), 0) + by.get((code, "disputed"), 0), by.get((code, "ended"), 0), got.get(code, 0)
        )
        for code in targets
    }


def records(
    tx: Connection, target: str | None, words: str = "", after: int | None = None, limit: int = 30
) -> Sequence[Row[Any]]:
    """Return records by credit code, part of a name, document or record number; newest first, `after` a row's id going down."""
    rows = select(shown).order_by(shown.c.id.desc()).limit(limit)
    if target is not None:
        rows = rows.where(shown.c.target == target)
    if after is not None:
        rows = rows.where(shown.c.id < after)
    if words:
        rows = rows.where(
            or_(
                shown.c.uscc == words.upper(),
                shown.c.number == words.upper(),
                shown.c.name.contains(words, autoescape=True),
                shown.c.doc_no.contains(words, autoescape=True),
            )
        )
    return tx.execute(rows).all()


def copied(tx: Connection, number: str, *, open_only: bool) -> Row[Any] | None:
    """Return one record as whoever copies the targets has it; `open_only` where a copy ends with what it was copied from."""
    rows = select(shown).where(shown.c.number == number, shown.c.display != "hidden").order_by(shown.c.id).limit(1)
    return tx.execute(rows.where(shown.c.display.in_(("public", "disputed"))) if open_only else rows).one_or_none()


def record(tx: Connection, target: str, number: str) -> Row[Any] | None:
    """Return one record of a target."""
    return tx.execute(select(shown).where(shown.c.target == target, shown.c.number == number)).one_or_none()


def changed(tx: Connection, target: str, since: datetime | None, after: int, limit: int) -> Sequence[Row[Any]]:
    """Return records by id going up from `after`, changed at `since` or later: what reconciliation reads."""
    rows = select(shown).where(shown.c.target == target, shown.c.id > after).order_by(shown.c.id).limit(limit)
    if since is not None:
        rows = rows.where(shown.c.changed_at >= since)
    return tx.execute(rows).all()


def received(
    tx: Connection, target: str, about: str | None = None, after: int | None = None, limit: int = 30
) -> Sequence[Row[Any]]:
    """Messages as they came, newest first."""
    rows = select(message).where(message.c.target == target).order_by(message.c.id.desc()).limit(limit)
    if about is not None:
        rows = rows.where(message.c.about == about)
    if after is not None:
        rows = rows.where(message.c.id < after)
    return tx.execute(rows).all()
