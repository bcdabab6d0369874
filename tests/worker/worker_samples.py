"""Rows a worker finds, and fakes of what it is given: casework's receipts and firing, a platform that does as told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from repairflow import times
from repairflow.db import Database
from repairflow.gateway import signing
from repairflow.gateway.message_envelope import Message
from repairflow.gateway.platform import Address, Page, Receipt
from repairflow.records import (
    cases,
    deadline,
    event,
    letter,
    office,
    outbox,
    record,
    rung_fired,
    subject,
    target,
)
from repairflow.vault import Vault
from tests.support import pushes

VAULT = Vault(b"v" * 32)
DAY = date(2026, 6, 1)


def witness(tx: Connection, name: str = "test") -> None:
    """An event, so that guarded rows may change."""
    count = len(tx.execute(select(event.c.id)).all())
    tx.execute(
        insert(event).values(
            stream=f"test/{name}", seq=count + 1, at=times.now(), action="test", actor_name="测试", actor_role="test",
            body=b"{}", prev="", digest=f"sha256:{count}",
        )
    )  # fmt: skip


def ground(db: Database) -> None:
    """An office, a subject and two targets."""
    with db.begin() as tx:
        tx.execute(
            insert(office).values(
                id=1, code="ENV", name="云溪县生态环境局", short_name="环境局", mark="溪环", kind="authority"
            )
        )
        tx.execute(
            insert(subject).values(id=1, kind="organisation", name="云溪环保科技有限公司", uscc="91230500MA1B3N1N2M")
        )
        for n, code in enumerate(("province", "bureau"), 1):
            tx.execute(
                insert(target).values(
                    id=n, code=code, name=code, kind="province", url=f"http://127.0.0.1:8001/targets/{code}",
                    secret=VAULT.seal(signing.new_secret()),
                )
            )  # fmt: skip
        witness(tx, "ground")


def add_case(db: Database, n: int) -> int:
    """A case with the id `n`."""
    with db.begin() as tx:
        tx.execute(
            insert(cases).values(
                id=n, number=f"XF-2026-{n:06d}", procedure="repair", procedure_version="2026-04", procedure_digest="d",
                pack="p", subject_id=1, receiving_id=1, deciding_id=1, provider_id=1, state="submitted", version=1,
                chain_head="h", channel="portal", filed_day=DAY, filed_at=times.now(), inputs={},
            )
        )  # fmt: skip
        witness(tx, f"case{n}")
    return n


def add_record(db: Database, n: int, state: str = "published") -> int:
    """A record with the id `n`."""
    with db.begin() as tx:
        tx.execute(
            insert(record).values(
                id=n, number=f"JL-2026-{n:06d}", subject_id=1, kind="penalty", authority_id=1, provider_id=1,
                document_number=f"溪环罚〔2026〕{n}号",
                document_key=f"溪环罚2026|{n}", decision_date=DAY, behaviour="超标排放水污染物", penalty_kinds=[],
                severity="ordinary", pack="p", state=state, source={}, created_at=times.now(),
            )
        )  # fmt: skip
        witness(tx, f"record{n}")
    return n


def add_letter(db: Database, n: int) -> int:
    """A letter with the id `n`."""
    with db.begin() as tx:
        tx.execute(
            insert(letter).values(
                id=n, event_seq=1, kind="repair_accepted", round=1, number=f"溪信修〔2026〕{n}号", office_id=1, title="受理通知书",
                template_version="1", content={}, text_digest="d", chain_head="h", token=f"t{n}", state="in_force",
                issued_at=times.now(),
            )
        )  # fmt: skip
        witness(tx, f"letter{n}")
    return n


def add_push(db: Database, key: str, lane: str = "province/JL-2026-000001", target_id: int = 1, **more: Any) -> int:
    """An outbox row as casework writes it; its id."""
    now = times.now()
    values = {
        "key": key, "topic": "push", "target_id": target_id, "lane": lane, "kind": "record_changed",
        "payload": pushes.record_changed(), "state": "waiting", "attempts": 0, "next_at": now, "created_at": now, **more,
    }  # fmt: skip
    with db.begin() as tx:
        return int(tx.execute(insert(outbox).values(values).returning(outbox.c.id)).scalar_one())


def add_deadline(
    db: Database, case_id: int | None, next_at: datetime | None, rung: str = "remind:1", **more: Any
) -> int:
    """A running deadline; its id."""
    values = {
        "case_id": case_id, "clock": "acceptance", "label": "受理期限", "owner": "registrar", "state": "running",
        "started_on": DAY, "due_day": DAY, "provisional": False, "days_total": 5, "next_at": next_at, "next_rung": rung,
        **more,
    }  # fmt: skip
    with db.begin() as tx:
        return int(tx.execute(insert(deadline).values(values).returning(deadline.c.id)).scalar_one())


def rows(db: Database) -> dict[str, Row[Any]]:
    """The outbox by key."""
    with db.read() as tx:
        return {row.key: row for row in tx.execute(select(outbox).order_by(outbox.c.id))}


def states(db: Database) -> dict[str, str]:
    return {key: row.state for key, row in rows(db).items()}


def receive(tx: Connection, outbox_id: int, receipt: Mapping[str, Any], now: datetime) -> None:
    """What casework does with a receipt, as far as the outbox is concerned."""
    tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(state="done", receipt=dict(receipt), next_at=None, lease_until=None, ended_at=now)
    )


def give_up(tx: Connection, outbox_id: int, error: str, now: datetime) -> None:
    """What casework does with a dead letter."""
    tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id)
        .values(state="dead", last_error=error, next_at=None, lease_until=None, ended_at=now)
    )


@dataclass
class FakePlatform:
    """Takes every message once, unless `trouble` raises; `sent` keeps every try."""

    trouble: Callable[[Address, Message], None] = lambda address, message: None
    sent: list[str] = field(default_factory=list)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def push(self, target: Address, message: Message) -> Receipt:
        self.sent.append(message.key)
        self.bodies.setdefault(message.key, set()).add(message.body())
        self.trouble(target, message)
        return Receipt(True, f"R-{message.key}", times.now(), "public", self.sent.count(message.key) > 1)

    def pull(self, target: Address, since: datetime | None = None, cursor: str | None = None) -> Page:
        return Page((), None)


@dataclass
class Ladder:
    """A fake of casework.firing: each deadline fires its rungs in turn, once each, by the `rung_fired` table.

    Each rung comes with how long after the one before it is due.
    """

    rungs: Sequence[tuple[str, timedelta]] = (("remind:1", timedelta()),)
    broken: set[int] = field(default_factory=set)
    fired: list[tuple[int, str]] = field(default_factory=list)

    def __call__(self, tx: Connection, row: int, now: datetime) -> str | None:
        of = tx.execute(select(deadline.c.case_id).where(deadline.c.id == row)).scalar_one()
        locked = select(cases.c.id).where(cases.c.id == of).with_for_update(skip_locked=True)
        if of is not None and tx.execute(locked).first() is None:
            return None
        one = tx.execute(select(deadline).where(deadline.c.id == row)).one()
        if one.next_at is None or one.next_at > now or one.held is not None:
            return None
        if row in self.broken:
            raise RuntimeError("this case is broken")
        tx.execute(
            insert(rung_fired).values(
                case_id=one.case_id, record_id=one.record_id, clock=one.clock, started_on=one.started_on,
                due_day=one.due_day, rung=one.next_rung, fired_at=now, late=0,
            )
        )  # fmt: skip
        names = [name for name, _ in self.rungs]
        at = names.index(one.next_rung)
        following = self.rungs[at + 1] if at + 1 < len(names) else None
        tx.execute(
            update(deadline)
            .where(deadline.c.id == row)
            .values(
                next_rung=following[0] if following else None,
                next_at=one.next_at + following[1] if following else None,
            )
        )
        self.fired.append((row, one.next_rung))
        return str(one.next_rung)
