"""The rarer procedures: a repair under revocation, a denial before the court, a leak under inquiry, a minor's repair, a failed check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert, select

from repairflow.law.identifiers import check_resident_id, make_uscc
from repairflow.records import mandate, record
from repairflow.sample.steps import (
    About,
    Penalty,
    StepForm,
    acknowledged,
    file_case,
    file_repair,
    penalty,
    step,
    unmet,
    verify,
)
from repairflow.sample.town import COMPANIES, Sample, add_person


@dataclass(frozen=True, slots=True)
class Youth:
    """A natural person under age; whoever speaks for it is its guardian."""

    name: str
    id_number: str
    guardian: str
    login: str


def add(sample: Sample, today: date) -> None:
    """Ensure that there is a case of each of these procedures, brought to its state by real steps."""
    _revocation(sample, today)
    _remedy(sample, today)
    _accountability(sample, today)
    _minor(sample, today)
    _check_result(sample, today)


def _revocation(sample: Sample, today: date) -> None:
    """Make a repair of two months ago rested on a forged receipt; the company is heard before it is revoked."""
    _, hengtuo, *_ = COMPANIES
    number = penalty(
        sample,
        today,
        230,
        Penalty(hengtuo, "YX-STHJ", "溪环罚", 23, "未按规定安装扬尘在线监测设备", ("fine",), "1.2", performed=200),
    )
    case = file_repair(sample, today, 60, number, "蒋一舟", "2")
    step(sample, today, 59, case, "accept", "许知行")
    verify(sample, today, 56, case, "陈墨")
    step(sample, today, 55, case, "propose_grant", "周予安", StepForm(reason="罚款已缴清，设备已安装，符合修复条件。"))
    step(sample, today, 53, case, "grant", "沈既白", StepForm(reason="同意。"))
    acknowledged(sample, today, 52, number)
    finding = {"finding": "申请时提交的设备验收单系伪造，出具单位证实没有验收。"}
    revocation = file_case(sample, today, 4, "revocation", "陈墨", About(case=case), StepForm(inputs=finding))
    facts = {"facts": "出具单位书面证实没有验收该设备；现场检查时设备尚未安装。"}
    step(
        sample,
        today,
        3,
        revocation,
        "serve_notice",
        "陈墨",
        StepForm(reason="修复申请所附验收单系伪造。", inputs=facts),
    )


def _remedy(sample: Sample, today: date) -> None:
    """Make a denial the company has taken to court."""
    *_, mingchuan, _ = COMPANIES
    number = penalty(
        sample,
        today,
        180,
        Penalty(mingchuan, "YX-STHJ", "溪环罚", 35, "污水处理设施不正常运行", ("fine",), "2.4", performed=150),
    )
    case = file_repair(sample, today, 40, number, "罗清和", "4")
    step(sample, today, 39, case, "accept", "许知行")
    step(
        sample,
        today,
        37,
        case,
        "report_verification",
        "陈墨",
        StepForm(reason="出水仍超标。", inputs=unmet("抽测出水化学需氧量仍超标")),
    )
    step(sample, today, 36, case, "propose_denial", "周予安", StepForm(reason="出水仍超标，不具备修复条件。"))
    step(
        sample,
        today,
        33,
        case,
        "deny",
        "沈既白",
        StepForm(reason="应当在整改并经监测达标以后再申请。", ground="not_corrected"),
    )
    accepted = today - timedelta(days=13)
    notice = {
        "court": "云溪县人民法院",
        "document_number": f"（{accepted.year}）苏0830行初12号",
        "accepted_on": accepted.isoformat(),
    }
    file_case(
        sample,
        today,
        12,
        "remedy",
        "许知行",
        About(case=case, kind="litigation"),
        StepForm(inputs=notice, kinds=("acceptance_document",)),
    )


def _accountability(sample: Sample, today: date) -> None:
    """Make a company's file was read where it should not have been; the credit centre looks into it."""
    yunxi, *_ = COMPANIES
    inputs = {"misuse": "leak", "claimed": "有中介来电说出了尚未公示的处罚内容，要求付费“修复”。"}
    code = make_uscc(*COMPANIES[yunxi][:2])
    case = file_case(
        sample,
        today,
        12,
        "accountability",
        "林一鸣",
        About(subject=code),
        StepForm(inputs=inputs, kinds=("evidence", "mandate")),
    )
    step(sample, today, 10, case, "accept", "方澄")


def _minor(sample: Sample, today: date) -> None:
    """Make a warning to a pupil, never published; the guardian asks, the credit centre consents, the bureau verifies."""
    youth = _youth(today)
    number = penalty(
        sample,
        today,
        70,
        Penalty(youth.name, "YX-JTYS", "溪交罚", 71, "无票乘车", ("warning",), None, id_number=youth.id_number),
    )
    with sample.program.db.begin() as tx:
        holder = tx.execute(select(record.c.subject_id).where(record.c.number == number)).scalar_one()
        person = add_person(tx, sample, youth.login, youth.guardian, "agent")
        since = today - timedelta(days=70)
        tx.execute(
            insert(mandate).values(person_id=person, subject_id=holder, capacity="representative", valid_from=since)
        )
    papers = ("guardianship", "correction_proof")
    inputs = {"correction": "已经补票并接受教育，此后每次乘车均购票。"}
    case = file_case(
        sample, today, 6, "minor_repair", youth.guardian, About(record=number), StepForm(inputs=inputs, kinds=papers)
    )
    step(sample, today, 5, case, "consent", "温言")
    step(sample, today, 3, case, "accept", "唐一禾")


def _check_result(sample: Sample, today: date) -> None:
    """Make the failed inspection behind a penalty of the story: the day that one is repaired, this is no longer shown either."""
    *_, mingchuan, _ = COMPANIES
    failed = today - timedelta(days=150)
    inputs = {
        "check_kind": "food",
        "check_number": f"溪市监抽检〔{failed.year}〕19号",
        "checked_on": failed.isoformat(),
        "facts": "抽检的一批糕点标签未标注生产日期，不符合食品标签的规定。",
    }
    code = make_uscc(*COMPANIES[mingchuan][:2])
    case = file_case(
        sample,
        today,
        24,
        "check_result",
        "何向晚",
        About(subject=code),
        StepForm(inputs=inputs, kinds=("check_document",)),
    )
    step(sample, today, 22, case, "confirm", "陆知远")
    with sample.program.db.read() as tx:
        led_to = record.c.subject_id == sample.subjects[mingchuan], record.c.behaviour == "食品标签标注不规范"
        penalty_number = tx.execute(select(record.c.number).where(*led_to)).scalar_one()
    step(sample, today, 21, case, "name_penalty", "何向晚", StepForm(inputs={"penalty": penalty_number}))


def _youth(today: date) -> Youth:
    """Fourteen years old, with an invented number whose check digit is right."""
    front = f"320830{today.year - 14}0308123"
    code = next(front + last for last in "0123456789X" if check_resident_id(front + last, today).ok)
    return Youth("黎小满", code, "黎岸", "lian")
