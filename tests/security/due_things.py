"""What the system does by itself in a town: a lapse, an escalation, a letter opened, a list entry's end, a last receipt.

`DueThings` prepares one of each, says under which ids the system will do them, lets the time come, and looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select, update

from repairflow.auditing import chain
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import receipts
from repairflow.casework.command_claims import ID_TAKEN
from repairflow.casework.command_ids import following, of_system
from repairflow.casework.documents.service import consent
from repairflow.casework.documents.service import service as serving
from repairflow.records import deadline, event, letter, list_entry, service
from tests.law_stories.test_list_removal_story import on_list
from tests.support.building import Town

LONG_AFTER = date(2026, 12, 11)
"""By then everything here is due."""
RUNGS = ("due", "escalate:1", "escalate:3")


@dataclass
class DueThings:
    """`lapsing` and `late` are cases, `closing` one that waits for receipts, `entry` a record on a list, `token` a letter."""

    town: Town
    lapsing: str = field(init=False)
    late: str = field(init=False)
    closing: str = field(init=False)
    entry: str = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        town = self.town
        self.entry = on_list(town, "watch")
        self.lapsing, self.late, self.closing = (town.file_repair() for _ in range(3))
        town.do(self.lapsing, "request_supplement")
        town.serve(self.lapsing)
        town.steps(self.closing, "accept", "report_verification", "propose_grant", "grant")
        self.token = made_letter(town)
        with town.db.begin() as tx:
            consent.agree(tx, town.actor("yunxi"), town.subjects["yunxi"], town.now)

    def ids(self) -> list[str]:
        """The ids under which the system will act, as it writes them now and as it wrote them before."""
        town = self.town
        supplement, acceptance = town.dues(self.lapsing)["supplement"], town.dues(self.late)["acceptance"]
        ends = town.of_record(self.entry).max_until
        number = town.one(select(letter.c.number).where(letter.c.token == self.token)).number
        last = [following(of_system("receipt", row.key), "complete") for row in town.pushes(self.closing)]
        now = [
            of_system("due", self.lapsing, "supplement", supplement.due_day, supplement.started_on),
            *(of_system(rung, self.late, "acceptance", acceptance.due_day, acceptance.started_on) for rung in RUNGS),
            of_system("opened", number, 1),
            of_system("expire", self.entry, ends),
            following(following(of_system("expire", self.entry, ends), "opened"), "expire"),
            *last,
        ]
        before = [
            f"due/{self.lapsing}/supplement/{supplement.due_day}",
            *(f"{rung}/{self.late}/acceptance/{acceptance.due_day}" for rung in RUNGS),
            f"opened/{number}",
            f"expire/{self.entry}/{ends}",
            f"expire/{self.entry}/{ends}/opened/expire",
            *(f"receipt/{row.key}/complete" for row in town.pushes(self.closing)),
        ]
        return [*now, *before]

    def come(self) -> None:
        """The platforms answer, the agent opens the letter, and time passes."""
        town = self.town
        for row in town.pushes(self.closing):
            with town.db.begin() as tx:
                receipts.receive(tx, town.services, row.id, {"receipt": "ok"}, town.now)
        with town.db.begin() as tx:
            serving.receive(tx, town.services, town.actor("yunxi's agent"), self.token, town.now)
        town.at(LONG_AFTER)
        town.sweep()

    def happened(self) -> None:
        """Everything that was due has been done, and the trail is whole."""
        town = self.town
        assert town.case(self.lapsing).state == "lapsed"
        late = [chain.content(row.body)["rung"] for row in town.trail(self.late) if row.action == "escalate"]
        assert late == list(RUNGS)
        assert town.case(self.closing).closed_at is not None
        signed = (
            select(service.c.mode).join(letter, letter.c.id == service.c.letter_id).where(letter.c.token == self.token)
        )
        assert town.one(signed).mode == "electronic"
        left = town.one(select(list_entry.c.left_how))
        assert left.left_how == "expired"
        assert not town.all(select(deadline.c.id).where(deadline.c.next_at <= town.now))
        town.sound()


def made_letter(town: Town, step: str = "refuse") -> str:
    """The token of the letter to the subject that a step issued; it can be served, as if it had been to the press."""
    case = town.file_repair()
    town.do(case, step)
    town.turn(update(letter).where(letter.c.pressed_at.is_(None)).values(pressed_at=town.now))
    found = select(letter.c.token).where(letter.c.case_id == town.case(case).id)
    return str(town.one(found.order_by(letter.c.id.desc()).limit(1)).token)


def squat(town: Town, command_id: str) -> None:
    """An event of something else stands under an id, as a database from before may hold it."""
    with town.db.begin() as tx:
        seq, head = chain.heads(tx, "account/old")
        chain.append(
            tx,
            chain.Entry(
                stream="account/old",
                at=town.now,
                action="note",
                actor_name=SYSTEM.name,
                actor_role="system",
                command_id=command_id,
                content={},
            ),
            chain.Appended(seq, head),
        )


def alarms(town: Town) -> list[str]:
    """The ids of the system's that it found taken, in order."""
    rows = town.all(select(event.c.body).where(event.c.stream == "system", event.c.action == ID_TAKEN).order_by(event.c.seq))  # fmt: skip
    return [chain.content(row.body)["claim"] for row in rows]
