"""A small trail to verify and to tamper with: one record, some cases, events, leaves and checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text, update

from repairflow.auditing import chain, checkpoints, sequencer
from repairflow.auditing.notes import Signer, Verifier
from repairflow.auditing.report import Report
from repairflow.auditing.verify import verify
from repairflow.db import Database
from repairflow.errors import Unavailable
from repairflow.file_store.folder import FolderFiles
from repairflow.records import cases, office, record, subject
from repairflow.records import letter as letters

START = datetime(2026, 6, 10, 2, 0, 0, 120, tzinfo=UTC)
STEPS = (
    ("file", "", "filed"),
    ("accept", "filed", "accepted"),
    ("propose", "accepted", "proposed"),
    ("grant", "proposed", "granted"),
)


@dataclass(frozen=True, slots=True)
class AtHand:
    """The log in a database at hand, as a witness asks for one; `tx` may be a read transaction."""

    tx: Connection
    public_key: Verifier

    def newest(self) -> str:
        note = checkpoints.newest_note(self.tx)
        if note is None:
            raise Unavailable("审计日志还没有检查点。")
        return note

    def consistency(self, old: int, new: int) -> list[bytes]:
        return checkpoints.consistency(self.tx, old, new)

    def key(self) -> str:
        return str(self.public_key)


@dataclass
class Trail:
    """A database with a trail in it, and the folders around it."""

    db: Database
    home: Path
    now: datetime = START
    signer: Signer = field(init=False)

    def __post_init__(self) -> None:
        self.signer = Signer.at(self.home / "keys", "log.example")
        with self.db.begin() as tx:
            self.office = _id(
                tx, office, code="XY", name="示例市信用中心", short_name="信用中心", mark="示信", kind="credit_office"
            )
            self.subject = _id(tx, subject, kind="organisation", name="示例工贸有限公司", uscc="91330000MA00000000")
            self.record = _id(
                tx, record, number="R-1", subject_id=self.subject, kind="penalty", authority_id=self.office,
                provider_id=self.office, document_number="示罚〔2025〕1号", document_key="示罚2025|1", decision_date=date(2025, 6, 1),
                behaviour="未按规定报送信息", penalty_kinds=["fine"], severity="ordinary", pack="CN-2026",
                state="published", source={}, created_at=self.now,
            )  # fmt: skip
            done = self._append(tx, "record/R-1", 0, "", None, "publish", None, "published")
            tx.execute(update(record).values(chain_seq=done.seq, chain_head=done.digest))

    def case(self, number: str, steps: int = 4, letter: str | None = None) -> None:
        """A case with its first `steps` events; the last issued a letter with the number `letter`."""
        with self.db.begin() as tx:
            case_id = _id(
                tx, cases, number=number, procedure="repair", procedure_version="2026-04", procedure_digest="sha256:0",
                pack="CN-2026", subject_id=self.subject, record_id=self.record, receiving_id=self.office,
                deciding_id=self.office, provider_id=self.office, state="granted", version=steps, chain_head="",
                channel="portal", filed_day=date(2026, 6, 10), filed_at=self.now, inputs={},
            )  # fmt: skip
            seq, head = 0, ""
            for action, before, after in STEPS[:steps]:
                more = (
                    {"digest": "ab" * 32, "kind": "decision", "number": letter}
                    if letter and action == "grant"
                    else None
                )
                done = self._append(tx, f"case/{number}", seq, head, case_id, action, before or None, after, more)
                seq, head = done.seq, done.digest
            if letter:
                _id(
                    tx, letters, case_id=case_id, event_seq=seq, kind="decision", round=1, number=letter, title="信用修复决定书",
                    office_id=self.office, template_version="1", content={}, text_digest="ab" * 32, chain_head=head,
                    token=letter, state="in_force", issued_at=self.now,
                )  # fmt: skip
            tx.execute(update(cases).where(cases.c.id == case_id).values(chain_head=head))

    def _append(
        self, tx: Connection, stream: str, seq: int, head: str, case_id: int | None, action: str,
        before: str | None, after: str, letter: dict[str, str] | None = None,
    ) -> chain.Appended:  # fmt: skip
        self.now += timedelta(minutes=7, microseconds=31)
        return chain.append(
            tx,
            chain.Entry(
                stream=stream,
                case_id=case_id,
                record_id=self.record,
                at=self.now,
                action=action,
                from_state=before,
                to_state=after,
                actor_name="林“审”\n\\",
                actor_role="reviewer",
                reason=None if action == "file" else "材料齐全，符合规定",
                command_id=f"{stream}:{action}",
                content={"facts": {"fine_wan": "1.50", "无": None}, "basis": ["办法第八条"]}
                | ({"letter": letter} if letter else {}),
                personal={"phone": "13000000000", "mail": "a@example.com"} if action == "file" else {},
            ),
            chain.Appended(seq, head),
        )

    def press(self, number: str, pdf: bytes) -> None:
        """The letter's PDF is made, and the trail says so: at a time after its beginning, as when another was made meanwhile."""
        digest = "sha256:" + hashlib.sha256(pdf).hexdigest()
        with self.db.begin() as tx:
            seq, head = chain.heads(tx, "press")
            made = chain.append(
                tx,
                chain.Entry(
                    stream="press",
                    at=self.now,
                    action="pressed",
                    actor_name="系统",
                    actor_role="system",
                    content={"letter": number, "pdf": digest},
                ),
                chain.Appended(seq, head),
            )
            values = {"pdf_digest": digest, "pressed_at": self.now - timedelta(minutes=1), "press_seq": made.seq}
            tx.execute(update(letters).where(letters.c.number == number).values(**values))

    def log(self) -> str | None:
        """Everything has a leaf, and a checkpoint is taken if the log grew; its note."""
        with self.db.begin() as tx:
            sequencer.sequence(tx, 10_000)
        with self.db.begin() as tx:
            return checkpoints.take(tx, self.signer, self.now)

    def verify(self, *witnesses: Path) -> Report:
        with self.db.read() as tx:
            return verify(tx, FolderFiles(self.home / "anchors"), self.signer.verifier, witnesses)

    @contextmanager
    def burglar(self) -> Iterator[Connection]:
        """A connection of someone who owns the database: no triggers, no foreign keys."""
        with self.db.engine.connect() as tx:
            dialect = tx.dialect.name
            if dialect == "sqlite":
                driver: Any = tx.connection.driver_connection
                driver.execute("PRAGMA foreign_keys=OFF").close()
            with tx.begin():
                if dialect == "postgresql":
                    tx.execute(text("SET LOCAL session_replication_role = replica"))
                else:
                    for name in tx.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                        tx.exec_driver_sql(f"DROP TRIGGER {name}")
                yield tx
            if dialect == "sqlite":
                driver.execute("PRAGMA foreign_keys=ON").close()


def _id(tx: Connection, table: Any, **values: Any) -> int:
    key = tx.execute(insert(table), values).inserted_primary_key
    assert key is not None
    return int(key[0])
