"""Letters speak as their office speaks: to whom, of whom, and of what is decided; the table is situation, steps, what is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.casework.case_state.situation import situation
from repairflow.casework.documents import addressed
from repairflow.casework.documents.fields import case as fields
from repairflow.casework.documents.fields import voice
from repairflow.casework.documents.fields.voice import self_name
from repairflow.letters.text import templates
from repairflow.records import cases, letter, office, person, record, subject
from tests.casework.test_letter_words import newest, words
from tests.support.building import Town

# The words of letters; the steps that lead to them are taken on both databases by walks and stories.
pytestmark = pytest.mark.either_database

DENIAL = ("accept", "report_verification", "propose_denial")
PAPERS = ("guardianship", "correction_proof")


def denied(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept")
    given = {"conditions": {code: {"met": code != "performed", "note": "台账仍缺三个月的记录"} for code in (
        "minimum_period", "performed", "commitment", "other_law")}}  # fmt: skip
    town.do(case, "report_verification", inputs=given)
    town.do(case, "propose_denial")
    town.do(case, "deny")


def denied_after_a_plea(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "serve_notice", "state_defence", "propose_denial", "deny")


def denied_in_silence(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "serve_notice")
    town.serve(case)
    town.at(date(2026, 6, 25))
    town.sweep()
    town.steps(case, "propose_denial", "deny")


def a_sole_trader(town: Town) -> None:
    number = town.record()
    town.turn(update(subject).values(kind="sole_trader").where(subject.c.id == town.of_record(number).subject_id))
    town.file_repair(number)


def a_child(town: Town) -> None:
    number = town.record(kind="natural_person", minor=True)
    town.file("minor_repair", number, kinds=PAPERS)


def a_company_marked_as_a_child(town: Town) -> None:
    number = town.record(kind="natural_person")  # delivered so under a company's code
    town.turn(update(record).values(minor=True).where(record.c.number == number))
    town.file("minor_repair", number, kinds=PAPERS)


def heard(town: Town) -> None:
    town.steps(town.file_repair(), "accept", "report_verification", "serve_notice")


def to_be_revoked(town: Town) -> None:
    town.do(
        town.file("revocation", None, town.actor("examiner@ENV"), case=town.granted(), channel="ex_officio"),
        "serve_notice",
    )


def referred(town: Town) -> None:
    case = town.begin("complaint")
    town.steps(case, "accept", "report_finding", "refer")


def objection_accepted(town: Town) -> None:
    town.do(town.file_objection(), "accept")


def objection_maintained(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding", "dismiss")


def asked_to_supplement(town: Town) -> None:
    town.do(town.file_repair(), "request_supplement")


CASES: list[tuple[Callable[[Town], None], str, tuple[str, ...], tuple[str, ...]]] = [
    (denied, "repair_denied",
     ("本机关于2026年", "作出的《行政处罚决定书》（溪罚〔2026〕", "对应的行政处罚信息", "已于2026年", "届满；",
      "台账仍缺三个月的记录，不符合“行为已纠正、义务已全部履行”的条件", "全部履行义务后可以再次提出申请。"),
     ("云溪县生态环境局于", "已核对。", "起，符合信用修复条件的，可以重新", "所涉")),
    (denied_after_a_plea, "repair_denied",
     ("陈述、申辩称：已经缴清罚款并完成整改。", "经复核，", "对你单位的上述意见不予采纳。"), ()),
    (denied_in_silence, "repair_denied", ("你单位在规定的期限内没有陈述、申辩。",), ("采纳",)),
    (a_sole_trader, "repair_receipt", ("你户就本机关于", "（含当日）前决定是否受理"), ("你单位", "24时", "次日起算")),
    (a_company_marked_as_a_child, "case_receipt", ("你单位于", "是否受理"), ("监护人",)),
    (a_child, "case_receipt", ("你于", "是否受理"), ("你单位", "予以受理", "同意期限")),
    (heard, "hearing_notice", ("本机关拟不予信用修复。", "请自收到本文书之日起5个工作日内（收到当日不计入）书面提出"), ("听证",)),
    (to_be_revoked, "hearing_notice",
     ("本机关拟撤销《信用修复决定书》（溪环信修〔2026〕1号），恢复公示有关信息",), ("拟作出如下处理",)),
    (referred, "intake_result", ("该事项已移送宋远山，由其依法处理。", "你于", "本中心"), ("您",)),
    (objection_accepted, "objection_accepted",
     ("你单位的异议申请符合受理条件。", "本中心将于2026年6月30日（含当日）前将处理结果告知你单位", "就云溪县生态环境局于"),
     ("自查", "本机关", "至2026")),
    (objection_maintained, "objection_result", ("经信息提供单位核查，", "对你单位的主张不予采纳。"), ("本机关",)),
    (asked_to_supplement, "supplement_required", ("请自收到本文书之日起10个工作日内（收到当日不计入）补正",), ("24时",)),
]  # fmt: skip


@pytest.mark.parametrize(("drive", "kind", "said", "unsaid"), CASES, ids=lambda given: getattr(given, "__name__", None))
def test_a_letter_speaks_as_its_office_speaks(
    town: Town, drive: Callable[[Town], None], kind: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    drive(town)
    text = words(newest(town, kind))
    assert [one for one in said if one not in text] == []
    assert [one for one in unsaid if one in text] == []


@pytest.mark.parametrize(("kind", "name", "said"), [
    ("authority", "云溪县生态环境局", "本机关"), ("regulator", "云溪县发展和改革局", "本机关"),
    ("credit_office", "云溪县信用中心", "本中心"), ("credit_office", "云溪县社会信用体系建设办公室", "本单位"),
])  # fmt: skip
def test_an_office_calls_itself_by_what_it_is(town: Town, kind: str, name: str, said: str) -> None:
    town.turn(update(office).values(kind=kind, name=name).where(office.c.code == "ENV"))
    assert self_name(town.one(select(office).where(office.c.code == "ENV"))) == said


@pytest.mark.parametrize(("closes_at", "said"), [
    ("", "于2026年6月25日（含当日）前"), ("17:30", "于2026年6月25日（含当日；到窗口提交的，至最后一日17:30为止）前"),
])  # fmt: skip
def test_a_limit_that_runs_already_is_told_by_its_last_day(town: Town, closes_at: str, said: str) -> None:
    case = town.file_repair()
    town.do(case, "request_supplement")
    town.serve(case)
    town.turn(update(office).values(closes_at=closes_at))
    row: Any = town.one(select(office).where(office.c.code == "ENV"))
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), town.today)
        assert fields._times(tx, at, at.dues, row)["supplement_time"] == said


def test_a_child_is_addressed_through_its_guardian(town: Town) -> None:
    a_child(town)
    to = newest(town, "case_receipt").content["addressee"]
    assert re.fullmatch(r"(.+)的监护人(.+)", to), to


@pytest.mark.parametrize(("day", "said"), [
    (date(2030, 5, 10), "黎小满的监护人"), (date(2030, 5, 11), "黎小满"),  # 满十八周岁: from the day after the birthday
])  # fmt: skip
def test_who_grew_up_since_speaks_for_itself(town: Town, day: date, said: str) -> None:
    case = town.file("minor_repair", town.record(kind="natural_person", minor=True), kinds=PAPERS)
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), day)
        found = voice.addressee_of(tx, town.services.vault, at, "case_result", None, None)
    assert found.name.removesuffix(found.name.removeprefix(said)) == said
    assert (found.name == "黎小满") is (said == "黎小满")


PASSPORT, CARD = "E12345678", "930156201205100010"


@pytest.mark.parametrize(("number", "day", "guardian", "said"), [
    (PASSPORT, date(2026, 6, 10), True, "黎小满的监护人"), (PASSPORT, date(2026, 6, 10), False, "黎小满或者其监护人"),
    (CARD, date(2030, 5, 10), False, "黎小满的监护人"), (CARD, date(2030, 5, 11), True, "黎小满"),
])  # fmt: skip
def test_what_other_documents_tell_of_a_birthday(town: Town, number: str, day: date, guardian: bool, said: str) -> None:
    case = town.file("minor_repair", town.record(kind="natural_person", minor=True), kinds=PAPERS)
    town.turn(update(subject).values(id_sealed=town.services.vault.seal(number)).where(subject.c.name == "黎小满"))
    town.turn(update(cases).values(channel="portal" if guardian else "window"))
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), day)
        found = voice.addressee_of(tx, town.services.vault, at, "case_result", None, None)
    named = town.one(select(person.c.name).where(person.c.id == town.case(case).filed_by)).name if guardian else ""
    assert found.name == said + (named if said.endswith("的监护人") else "")


def test_a_finding_that_it_was_no_child_holds_for_letters_to_come(town: Town) -> None:
    number = town.record(kind="natural_person", minor=True)
    town.turn(update(subject).values(id_sealed=town.services.vault.seal(PASSPORT)).where(subject.c.name == "黎小满"))
    town.do(town.file("minor_repair", number, kinds=PAPERS), "refuse", ground="not_minor")
    again = town.file("minor_repair", number, kinds=PAPERS)
    assert newest(town, "case_receipt").content["addressee"] == "黎小满"
    town.turn(update(letter).values(state="withdrawn").where(letter.c.kind == "case_not_accepted"))
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(again), town.today)
        assert "监护人" in voice.addressee_of(tx, town.services.vault, at, "case_result", None, None).name


def test_who_was_found_to_have_been_no_child_is_not_written_to_as_one(town: Town) -> None:
    case = town.file("minor_repair", town.record(kind="natural_person", minor=True), kinds=PAPERS)
    town.do(case, "refuse", ground="not_minor")
    letter_ = newest(town, "case_not_accepted")
    assert letter_.content["addressee"] == "黎小满"
    with town.db.read() as tx:
        row = tx.execute(select(letter).where(letter.c.id == letter_.id)).one()
        assert addressed.reader_of(tx, row) == addressed.subject_of(tx, row)


@pytest.mark.parametrize(("drive", "kind", "seal"), [
    (a_sole_trader, "repair_receipt", "信用修复专用章"), (denied, "repair_denied", "信用修复专用章"),
    (objection_accepted, "objection_accepted", ""), (to_be_revoked, "hearing_notice", ""),
])  # fmt: skip
def test_only_repair_is_under_its_special_seal(town: Town, drive: Callable[[Town], None], kind: str, seal: str) -> None:
    drive(town)
    content = newest(town, kind).content
    assert (content["sealed"], content["seal_purpose"]) == (True, seal)


def test_a_denial_gives_its_reasons_before_it_decides(town: Town) -> None:
    denied_after_a_plea(town)
    text = words(newest(town, "repair_denied"))
    order = [
        "经核查，该信息的最短公示期已于",
        "陈述、申辩称：",
        "不予采纳。",
        "你单位属于“义务未全部履行”的情形",
        "本机关决定不予信用修复。",
        "后可以再次提出申请。",
    ]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)


OWN_FORMS = frozenset({"supervision_slip"})  # an office above writes to one below
PAST = re.compile(
    r"您|{{ \w*day }}前|24时|自查|系统|升级处理|特此通知书|已核对|同意期限|重整计划（|可以要求听证|产生下列效果|为至|近日|不再公示"
)


@pytest.mark.parametrize("kind", templates.kinds())
def test_a_text_leaves_it_to_the_case_who_speaks_to_whom(kind: str) -> None:
    for version in templates.versions(kind):
        head = templates.template(kind, version)
        own = head.body if head.form != "plain" else ""
        assert "本机关" not in own
        assert "本中心" not in own
        assert "你单位" not in own or kind in OWN_FORMS
        assert PAST.findall(head.body) == []
