"""How the demonstration is told: a penalty is delivered, a case is filed, a step is taken, each on its day."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache

from sqlalchemy import Connection, insert, select, update

from repairflow import times
from repairflow.casework.actor import SYSTEM, Actor, actor_of
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.cases import import_penalties
from repairflow.casework.cases.import_penalties import Entered
from repairflow.casework.changes import ReportCopy
from repairflow.casework.changes.system import AcknowledgePush
from repairflow.casework.command_ids import Entry, of_client, of_system
from repairflow.casework.commands import Command, Filing
from repairflow.casework.dispatch import dispatch
from repairflow.gateway.penalties.row import PenaltyRow
from repairflow.law.identifiers import make_uscc
from repairflow.law.procedure.channels import EX_OFFICIO, PORTAL
from repairflow.law.procedure.model import Procedure
from repairflow.records import cases, measure, outbox, record
from repairflow.sample.town import FIELDS, OFFICES, THIRD_PARTY_CODE, Sample


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty of an office (by code) on a company of the town, or with `id_number` on a natural person under age.

    `performed` says how many days ago its duties were performed; it is classed by the law of `under` (today's if none).
    """

    company: str
    office: str
    mark: str
    serial: int
    behaviour: str
    kinds: tuple[str, ...]
    fine: str | None
    performed: int | None = None
    barred: bool = False
    under: date | None = None
    id_number: str | None = None


@dataclass(frozen=True, slots=True)
class StepForm:
    """What somebody says with a step or filing, and the kinds of material that come with it."""

    reason: str | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)  # values of many kinds, as the form declares them
    ground: str | None = None
    kinds: tuple[str, ...] = ()


NOTHING = StepForm()


@dataclass(frozen=True, slots=True)
class About:
    """What a case is filed on: a record, an earlier case, or a subject by its credit code; and of which kind it is."""

    record: str | None = None
    case: str | None = None
    subject: str | None = None
    kind: str | None = None


def penalty(sample: Sample, today: date, days: int, given: Penalty) -> str:
    """Return a penalty of `days` ago, delivered a week after its decision; its number."""
    program = sample.program
    decided = today - timedelta(days=days)
    pack = program.law.pack_on(given.under or today, FIELDS.get(given.office, "general"))
    name, *_ = OFFICES[given.office]
    labels, young = tuple(pack.penalty[kind].label for kind in given.kinds), given.id_number is not None
    row = PenaltyRow(
        row=2, kind="natural_person" if young else "organisation", name=given.company,
        uscc=None if young else make_uscc(*sample.companies[given.company][:2]), id_number=given.id_number, minor=young,
        legal_representative="" if young else sample.companies[given.company][2],
        decision_number=f"{given.mark}〔{decided.year}〕{given.serial}号", decision_date=decided,
        behaviour=given.behaviour, facts=f"经查，当事人{given.behaviour}，事实清楚。", basis="有关法律、法规的规定",
        penalty_kinds=given.kinds, penalty_labels=labels,
        content="、".join(labels) + (f"，罚款人民币 {given.fine} 万元" if given.fine else ""),
        fine_wan=Decimal(given.fine) if given.fine else None, confiscated_wan=None, valid_until=None, publicity_end=None,
        authority_name=name, authority_uscc="", source_office=name, source_uscc="", remark="", other=(), warnings=(),
    )  # fmt: skip
    when = times.at(decided + timedelta(days=7), time(10, 20))
    with times.set_clock(lambda: when), program.db.begin() as tx:
        office_id = sample.offices[given.office]
        record_id = import_penalties.enter(
            tx, program.services, row, Entered(office_id, office_id, SYSTEM, when, given.under or today)
        )
        if given.performed is not None:
            known = today - timedelta(days=given.performed)
            tx.execute(
                update(record).where(record.c.id == record_id).values(duty_performed_on=known, corrected_on=known)
            )
        if given.barred:
            tx.execute(
                insert(measure).values(
                    record_id=record_id,
                    code="bidding",
                    label="限制参加政府采购和工程投标",
                    office_id=sample.offices["YX-GZY"],
                    imposed_on=decided + timedelta(days=20),
                )
            )
        return str(tx.execute(select(record.c.number).where(record.c.id == record_id)).scalar_one())


def moment(today: date, days: int, sample: Sample) -> datetime:
    """Return a working hour `days` ago, or the first working day after it; each step a little later than the one before."""
    day = today - timedelta(days=days)
    calendar = sample.program.law.calendar
    while not calendar.is_working(day) and day < today:
        day += timedelta(days=1)
    sample.steps += 1
    return min(times.at(day, time(9, 10)) + timedelta(minutes=11 * (sample.steps % 30)), times.now())


def file_case(sample: Sample, today: date, days: int, procedure: str, who: str, about: About, said: StepForm) -> str:
    """File a case of a procedure; its number."""
    program, when = sample.program, moment(today, days, sample)
    with times.set_clock(lambda: when), program.db.begin() as tx:
        actor = actor_of(tx, sample.people[who], times.local_day(when))
        law = program.law.in_force(procedure, times.local_day(when))
        tokens = _uploaded(tx, sample, actor, law, said.kinds, when)
        channel = EX_OFFICIO if actor.kind == "staff" else PORTAL
        command_id = of_client(Entry.SAMPLE, actor, f"{sample.steps}")
        filing = Filing(
            procedure, about.record, actor, command_id, said.inputs, tokens, channel, case=about.case,
            subject=about.subject, kind=about.kind,
        )  # fmt: skip
        return str(dispatch(tx, program.services, filing, when).case)


def _uploaded(
    tx: Connection, sample: Sample, actor: Actor, procedure: Procedure, kinds: tuple[str, ...], when: datetime
) -> tuple[str, ...]:
    """Invented files, one of each kind of material; their tokens."""
    services = sample.program.services
    labels = ((kind, procedure.material[kind].label[:20]) for kind in kinds)
    return tuple(
        materials.receive(
            tx, services.materials, actor,
            materials.looked_at(SentFile(kind, f"{label}.png", picture(label)), services.max_upload), now=when,
        )
        for kind, label in labels
    )  # fmt: skip


def file_repair(
    sample: Sample, today: date, days: int, number: str, who: str, weeks: str, more: tuple[str, ...] = ()
) -> str:
    """File a repair on a record; `more` are materials beside the proof. Gives the case's number."""
    performed = (today - timedelta(days=days + 90)).isoformat()
    inputs = {
        "performed_on": performed,
        "correction": f"已缴清罚款，并在 {weeks} 周内完成整改，建立了内部检查制度。",
        "commitment_signed_by": sample.companies[who][2] if who in sample.companies else who,
    }
    return file_case(
        sample,
        today,
        days,
        "repair",
        who,
        About(record=number),
        StepForm(inputs=inputs, kinds=("performance_proof", *more)),
    )


def file_objection(sample: Sample, today: date, days: int, number: str, who: str) -> str:
    inputs = {"ground": "wrong_amount", "claimed": "决定书载明罚款 2 万元，公示的金额为 3 万元。"}
    return file_case(
        sample,
        today,
        days,
        "objection",
        who,
        About(record=number),
        StepForm(inputs=inputs, kinds=("statement", "commitment", "evidence")),
    )


def verify(sample: Sample, today: date, days: int, number: str, who: str) -> None:
    notes = {
        "minimum_period": "系统计算，最短公示期已届满",
        "performed": "已核对缴款记录和整改现场，义务全部履行",
        "commitment": "承诺书已签署并公开",
        "other_law": "没有其他不得修复的情形",
    }
    given = {code: {"met": True, "note": note} for code, note in notes.items()}
    step(
        sample,
        today,
        days,
        number,
        "report_verification",
        who,
        StepForm(reason="核查无误。", inputs={"conditions": given}),
    )


def unmet(note: str) -> dict[str, object]:
    """Return findings on the conditions of repair: all are met but the correction, which `note` explains."""
    codes = ("minimum_period", "performed", "commitment", "other_law")
    given = {code: {"met": code != "performed", "note": note if code == "performed" else "已核对"} for code in codes}
    return {"conditions": given}


def step(sample: Sample, today: date, days: int, number: str, action: str, who: str, said: StepForm = NOTHING) -> None:
    """Take one step in a case, `days` ago."""
    when = moment(today, days, sample)
    with times.set_clock(lambda: when), sample.program.db.begin() as tx:
        actor = actor_of(tx, sample.people[who], times.local_day(when))
        case = tx.execute(select(cases.c.procedure, cases.c.procedure_version).where(cases.c.number == number)).one()
        tokens = _uploaded(tx, sample, actor, sample.program.law.procedure(*case), said.kinds, when)
        command_id = of_client(Entry.SAMPLE, actor, f"{sample.steps}")
        command = Command(
            number, action, actor, command_id, reason=said.reason, ground=said.ground, inputs=said.inputs,
            materials=tokens,
        )  # fmt: skip
        dispatch(tx, sample.program.services, command, when)


def let_lapse(sample: Sample, today: date, days: int, number: str, action: str) -> None:
    """Take a step that the system takes once a term is over, `days` ago."""
    when = moment(today, days, sample)
    with times.set_clock(lambda: when), sample.program.db.begin() as tx:
        command_id = of_system("sample", sample.steps)
        dispatch(tx, sample.program.services, Command(number, action, SYSTEM, command_id), when)


def acknowledged(sample: Sample, today: date, days: int, number: str) -> None:
    """Ensure that all that was pushed about a record so far is acknowledged; a case that waited for it ends."""
    when = moment(today, days, sample)
    with times.set_clock(lambda: when), sample.program.db.begin() as tx:
        about = select(record.c.id).where(record.c.number == number).scalar_subquery()
        waiting = select(outbox.c.id, outbox.c.key).where(outbox.c.record_id == about, outbox.c.topic == "push")
        for row in tx.execute(waiting.order_by(outbox.c.id)).all():
            received = AcknowledgePush(SYSTEM, row.id, {"receipt": f"DEMO-{row.id:06d}"})
            dispatch(tx, sample.program.services, received, when)


def copy_reported(sample: Sample, today: date, number: str, who: str, where: str) -> None:
    """Report that the platform that takes no messages (企业信息平台) still shows a record."""
    when = moment(today, 0, sample)
    with times.set_clock(lambda: when), sample.program.db.begin() as tx:
        actor = actor_of(tx, sample.people[who], times.local_day(when))
        dispatch(tx, sample.program.services, ReportCopy(actor, THIRD_PARTY_CODE, number, "public", where), when)


@cache
def picture(label: str) -> bytes:
    """Return a small invented proof: a grey sheet whose stripes differ by label."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (420, 594), "#fbfbf7")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((24, 24, 396, 570), outline="#8a94a0", width=2)
    for index, character in enumerate(label):
        draw.rectangle((48, 60 + 34 * index, 80 + ord(character) % 290, 74 + 34 * index), fill="#c3ccd6")
    draw.ellipse((270, 450, 370, 550), outline="#b3261e", width=4)
    kept = io.BytesIO()
    sheet.save(kept, "PNG")
    return kept.getvalue()
