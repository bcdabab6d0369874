"""Service: who, how, with what proof; consent; and what it means that a letter was served."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, select, update

from repairflow import times
from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.situation import situation
from repairflow.casework.changes import ErasePersonal
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents import rendering_job
from repairflow.casework.documents.service import consent, remedies
from repairflow.casework.documents.service import service as serving
from repairflow.casework.documents.service.service import Service, Withdrawal
from repairflow.casework.queries import completeness, printables
from repairflow.casework.queries.cases import file as case_file
from repairflow.casework.queries.documents.verification import verification
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused, RepairFlowError
from repairflow.law.procedure.model import Days
from repairflow.law.procedure.packs import RulePack
from repairflow.records import letter, material, service, service_consent
from tests.support.building import Town


def newest(town: Town, kind: str | None = None) -> Any:
    found = select(letter).order_by(letter.c.id.desc()).limit(1)
    return town.one(found if kind is None else found.where(letter.c.kind == kind))


def make_all(town: Town) -> None:
    """As if the press had made every letter."""
    with town.db.begin() as tx:
        rendering_job._note(tx, "pressed", None, {"letter": "all"}, town.now)
        tx.execute(
            update(letter).where(letter.c.pressed_at.is_(None)).values(pressed_at=town.now, pdf_digest="sha256:00")
        )


@pytest.fixture
def accepted(town: Town) -> str:
    """Token of the acceptance letter of a repair, made and not yet served."""
    case = town.file_repair()
    town.do(case, "accept")
    make_all(town)
    return str(newest(town, "repair_accepted").token)


def given(town: Town, token: str, **changes: Any) -> Service:
    """A sound direct service by an officer of the deciding office."""
    actor = changes.pop("actor", None) or town.actor("acceptor@ENV")
    if "material" not in changes:
        changes["material"] = town.material(serving.EVIDENCE_KIND, actor)
    return Service(
        token,
        **{
            "mode": "direct",
            "actor": actor,
            "command_id": town._id(),
            "recipient": "宋远山",
            "served_at": town.now,
            **changes,
        },
    )


def serve(town: Town, one: Service) -> Any:
    with town.db.begin() as tx:
        return serving.serve(tx, town.services, one, town.now)


def agree(town: Town, who: str = "yunxi") -> None:
    with town.db.begin() as tx:
        consent.agree(tx, town.actor(who), town.subjects["yunxi"], town.now)


def receive(town: Town, token: str, who: str = "yunxi's agent") -> Any:
    with town.db.begin() as tx:
        return serving.receive(tx, town.services, town.actor(who), token, town.now)


def test_a_letter_is_served_once_and_the_trail_says_how(town: Town, accepted: str) -> None:
    case = town.one(select(letter).where(letter.c.token == accepted)).case_id
    before = town.one(sa.text("select number, version, state from cases where id = :id").bindparams(id=case))
    row = serve(town, given(town, accepted, place="政务服务大厅", note="本人到场领取"))
    assert (row.mode, row.recipient, row.effective_day) == ("direct", "宋远山", date(2026, 6, 10))
    last = town.trail(before.number)[-1]
    assert (last.action, last.to_state, last.reason) == ("served", None, "本人到场领取")
    after = town.case(before.number)
    assert (after.version, after.state) == (before.version + 1, before.state)
    proof = town.one(select(material).where(material.c.id == row.material_id))
    assert (proof.case_id, proof.step) == (case, last.seq)
    town.sound()
    with pytest.raises(Refused) as refused:
        serve(town, given(town, accepted))
    assert [r.code for r in refused.value.refusals] == ["served"]


def test_who_received_it_is_personal_and_stands_in_no_hashed_body(town: Town, accepted: str) -> None:
    serve(town, given(town, accepted, mode="leave", witness="何见证"))
    bodies = b"".join(town.all(sa.text("select body from event where action = 'served'"))[0])
    assert "宋远山".encode() not in bodies
    assert "何见证".encode() not in bodies


def test_the_same_command_again_gives_the_same_service(town: Town, accepted: str) -> None:
    one = given(town, accepted)
    assert serve(town, one).id == serve(town, one).id
    assert len(town.all(select(service))) == 1


def test_a_command_used_for_something_else_is_a_conflict(town: Town, accepted: str) -> None:
    case = town.one(sa.text("select number from cases")).number
    with pytest.raises(Conflict):
        serve(town, given(town, accepted, command_id=town.trail(case)[0].command_id))


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("unknown mode", {"mode": "pigeon"}, "mode"),
    ("nobody took it", {"recipient": " "}, "recipient"),
    ("left without a witness", {"mode": "leave"}, "witness"),
    ("without proof", {"material": None}, "material"),
    ("posted without proof", {"mode": "post", "material": None}, "material"),
    ("in the future", {"served_at": timedelta(minutes=1)}, "served_at"),
    ("before it was issued", {"served_at": timedelta(days=-1)}, "served_at"),
    ("a note without end", {"note": "长" * 501}, "note"),
    ("control characters", {"place": "大\x00厅"}, "place"),
]


@pytest.mark.parametrize(("changes", "where"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_faulty_form_names_its_field_and_changes_nothing(
    town: Town, accepted: str, changes: dict[str, Any], where: str
) -> None:
    if isinstance(changes.get("served_at"), timedelta):
        changes = {**changes, "served_at": town.now + changes["served_at"]}
    one = given(town, accepted, **changes)
    before = town.counts()
    with pytest.raises(Invalid) as invalid:
        serve(town, one)
    assert [problem.where for problem in invalid.value.problems] == [where]
    assert town.counts() == before


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("acceptor@ENV", None),
        ("registrar@CREDIT", None),  # 受理窗口代为送达
        ("acceptor@MARKET", NotFound),
        ("hengtuo", NotFound),
        ("yunxi", Forbidden),
        ("auditor@CREDIT", Forbidden),
    ],
)
def test_who_may_record_a_service(town: Town, accepted: str, who: str, error: type[RepairFlowError] | None) -> None:
    one = given(town, accepted, actor=town.actor(who))
    if error is None:
        assert serve(town, one).person_id == town.people[who]
    else:
        with pytest.raises(error):
            serve(town, one)


def test_proof_is_ones_own_upload_and_used_once(town: Town, accepted: str) -> None:
    foreign = town.material(serving.EVIDENCE_KIND, town.actor("examiner@ENV"))
    with pytest.raises(NotFound):
        serve(town, given(town, accepted, material=foreign))
    other_kind = town.material("performance_proof", town.actor("acceptor@ENV"))
    with pytest.raises(NotFound):
        serve(town, given(town, accepted, material=other_kind))


def test_what_is_not_made_yet_cannot_be_served(town: Town) -> None:
    town.file_repair()
    with pytest.raises(Refused) as refused:
        serve(town, given(town, newest(town, "repair_receipt").token))
    assert [r.code for r in refused.value.refusals] == ["not_made"]


def test_electronic_service_needs_consent(town: Town, accepted: str) -> None:
    electronic = given(town, accepted, mode="electronic", material=None)
    with pytest.raises(Refused) as refused:
        serve(town, electronic)
    assert [r.code for r in refused.value.refusals] == ["no_consent"]
    agree(town)
    assert serve(town, electronic).mode == "electronic"


def test_opening_a_letter_is_service_only_with_consent(town: Town, accepted: str) -> None:
    row = town.one(select(letter).where(letter.c.token == accepted))
    agent = town.actor("yunxi's agent")

    def awaits() -> bool:
        with town.db.read() as tx:
            return serving.awaits_receipt(tx, town.services, agent, row)

    assert not awaits()
    with pytest.raises(Refused):
        receive(town, accepted)
    agree(town)
    assert awaits()
    town.at(timedelta(days=1))
    made = receive(town, accepted)
    assert (made.mode, made.recipient, made.effective_day) == ("electronic", "林一鸣", date(2026, 6, 11))
    assert not awaits()
    assert receive(town, accepted).id == made.id
    town.sound()


def test_only_who_speaks_for_the_addressee_receives(town: Town, accepted: str) -> None:
    agree(town)
    with pytest.raises(NotFound):
        receive(town, accepted, "hengtuo")
    with pytest.raises(Forbidden):
        receive(town, accepted, "acceptor@ENV")


def test_a_letter_to_an_office_is_not_received_by_the_subject(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    make_all(town)
    agree(town)
    with pytest.raises(Forbidden):
        receive(town, newest(town, "consultation").token)


def test_consent_is_given_once_withdrawn_and_given_again(town: Town) -> None:
    agree(town)
    agree(town, "yunxi's agent")
    assert len(town.all(select(service_consent))) == 1
    with town.db.begin() as tx:
        consent.disagree(tx, town.actor("yunxi"), town.subjects["yunxi"], town.now)
        assert consent.of(tx, town.subjects["yunxi"]) is None
        consent.disagree(tx, town.actor("yunxi"), town.subjects["yunxi"], town.now)
    agree(town)
    assert len(town.all(select(service_consent))) == 2
    said = [
        row.action for row in town.all(sa.text("select action from event where stream like 'subject/%' order by seq"))
    ]
    assert said == [
        "consent_to_electronic_service",
        "withdraw_consent_to_electronic_service",
        "consent_to_electronic_service",
    ]
    town.sound()


@pytest.mark.parametrize("change", [consent.agree, consent.disagree])
def test_nobody_consents_for_another(town: Town, change: Callable[..., None]) -> None:
    with town.db.begin() as tx, pytest.raises(NotFound):
        change(tx, town.actor("hengtuo"), town.subjects["yunxi"], town.now)


def test_an_announcement_takes_effect_after_its_time(town: Town, accepted: str) -> None:
    row = serve(town, given(town, accepted, mode="announcement", recipient=""))
    assert row.effective_day == date(2026, 7, 10)


def test_remedies_are_counted_from_service(town: Town) -> None:
    """民法典 201, 202, 203: day not counted; same-numbered day; a holiday moves the end."""
    pack, calendar = town.law.pack_on(town.today), town.law.calendar
    ends = remedies.remedy_ends(pack, date(2026, 8, 3), calendar)
    assert [(end.label, end.day, end.verified) for end in ends] == [
        ("行政复议", date(2026, 10, 8), True),  # 60 days end on 2 October, within the holidays
        ("行政诉讼", date(2027, 2, 3), True),
    ]


def with_figures(pack: RulePack, *, announcement: int, reconsideration: int = 60) -> RulePack:
    """The pack with other limits, in calendar days."""
    term = pack.term["announcement"].model_copy(update={"days": Days(calendar=announcement)})
    remedy = pack.remedy["reconsideration"].model_copy(update={"limit": Days(calendar=reconsideration)})
    return pack.model_copy(
        update={"term": {"announcement": term}, "remedy": {**pack.remedy, "reconsideration": remedy}}
    )


def test_a_limit_that_the_letter_did_not_tell_runs_up_to_a_year(town: Town) -> None:
    """复议法 20(3), 法释〔2018〕1号 64: each remedy by itself, from knowing the decision."""
    pack, calendar = town.law.pack_on(town.today), town.law.calendar
    said = ["如不服本决定，可以自收到本文书之日起60日内向云溪县人民政府申请行政复议。"]
    ends = remedies.remedy_ends(pack, date(2026, 8, 3), calendar, said)
    assert [(end.label, end.day, end.told) for end in ends] == [
        ("行政复议", date(2026, 10, 8), True),
        ("行政诉讼", date(2027, 8, 3), False),
    ]
    assert ends[1].cites == (
        "《最高人民法院关于适用〈中华人民共和国行政诉讼法〉的解释》（法释〔2018〕1号）第六十四条第一款",
    )
    assert [end.day for end in remedies.remedy_ends(pack, date(2026, 8, 3), calendar, [])] == [date(2027, 8, 3)] * 2


def test_a_pack_may_set_these_figures(town: Town) -> None:
    pack = with_figures(town.law.pack_on(town.today), announcement=60, reconsideration=15)
    assert remedies.effective_day("announcement", date(2026, 6, 1), pack) == date(2026, 7, 31)
    assert remedies.remedy_ends(pack, date(2026, 6, 1), town.law.calendar)[0].day == date(2026, 6, 16)


def test_the_letter_of_a_record_is_served_in_the_records_own_trail(town: Town) -> None:
    number = town.record(date(2026, 5, 6))
    make_all(town)
    agree(town)
    made = receive(town, newest(town, "repair_informed").token)
    assert made.mode == "electronic"
    said = [
        row.action
        for row in town.all(
            sa.text("select action from event where stream = :s order by seq").bindparams(s=f"record/{number}")
        )
    ]
    assert said[-2:] == ["inform", "served"]
    town.sound()


def test_a_service_is_never_changed(town: Town, accepted: str) -> None:
    serve(town, given(town, accepted))
    for change in (sa.update(service).values(mode="post"), sa.delete(service)):
        with pytest.raises(sa.exc.DatabaseError), town.db.begin() as tx:
            tx.execute(change)
    assert times.local_day(town.now) == town.one(select(service)).effective_day


def test_serving_moves_no_clock(town: Town, accepted: str) -> None:
    """The event has no destination: a guard that counts steps and a clock that starts with one do not see it."""
    case = town.one(sa.text("select number from cases")).number
    before = {name: (row.due_day, row.state) for name, row in town.dues(case).items()}
    serve(town, given(town, accepted))
    town.do(case, "report_verification")
    after = {name: (row.due_day, row.state) for name, row in town.dues(case).items() if name in before}
    assert after == before


def test_a_stranger_learns_nothing(town: Town, accepted: str) -> None:
    actor: Actor = town.actor("hengtuo")
    for token in (accepted, "nothing-of-the-kind"):
        with pytest.raises(NotFound) as absent:
            serve(town, replace(given(town, accepted, actor=actor), letter=token))
        assert absent.value.message == NotFound().message
    assert isinstance(town.now, datetime)


# taking a service back


def take_back(town: Town, token: str, who: str = "head@ENV", reason: str = "签收人不是受送达人。", **more: Any) -> Any:
    one = Withdrawal(token, town.actor(who), more.pop("command_id", None) or town._id(), reason)
    with town.db.begin() as tx:
        return serving.withdraw(tx, town.services, one, town.now)


def shown(town: Town, token: str) -> Any:
    with town.db.read() as tx:
        return verification(tx, token, town.today)


@pytest.fixture
def denied(town: Town) -> str:
    """Token of a denial, which is adverse: serving it starts the time for remedies."""
    town.ended()
    make_all(town)
    return str(newest(town, "repair_denied").token)


def test_a_wrong_service_is_taken_back_and_stays_in_sight(town: Town, denied: str) -> None:
    first = serve(town, given(town, denied))
    assert shown(town, denied).served_on == date(2026, 6, 10)
    town.at(timedelta(days=3))
    gone = take_back(town, denied)
    assert (gone.id, gone.recipient, gone.withdrawal_reason) == (first.id, "宋远山", "签收人不是受送达人。")
    assert shown(town, denied).served_on is None
    case = town.one(select(letter).where(letter.c.token == denied)).content["case_number"]
    served, taken_back = town.trail(case)[-2:]
    assert (served.action, taken_back.action) == ("served", "service_withdrawn")
    assert (taken_back.to_state, taken_back.reason) == (None, "签收人不是受送达人。")
    assert town.notices("yunxi", "letter_changed") == [f"撤销送达登记：{newest(town, 'repair_denied').number}"]
    town.at(timedelta(days=1))
    second = serve(town, given(town, denied))
    assert second.id != first.id
    assert shown(town, denied).served_on == date(2026, 6, 14)
    with town.db.read() as tx:
        assert [one.id for one in serving.all_of_letter(tx, first.letter_id)] == [first.id, second.id]
        row = town.one(select(letter).where(letter.c.token == denied))
        ends = remedies.ends_of(tx, town.services, row, serving.of_letter(tx, row.id))
        assert [end.day for end in ends] == [date(2026, 8, 13), date(2026, 12, 14)]
    town.sound()


def test_the_return_sheet_says_what_was_taken_back(town: Town, denied: str) -> None:
    serve(town, given(town, denied, place="政务服务大厅"))
    take_back(town, denied)
    with town.db.read() as tx:
        text = "".join(p.text for p in printables.return_sheet(tx, town.actor("head@ENV"), denied, town.now).paragraphs)
    assert "【作废】2026年6月10日撤销送达登记：签收人不是受送达人。；签收人：宋远山" in text
    assert "□直接送达" in text  # to be signed anew
    assert "政务服务大厅" not in text


def test_a_service_by_opening_is_taken_back_and_opened_again(town: Town, accepted: str) -> None:
    agree(town)
    receive(town, accepted)
    take_back(town, accepted)
    assert receive(town, accepted).withdrawn_at is None
    assert len(town.all(select(service))) == 2
    town.sound()


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("head@ENV", None),
        ("acceptor@ENV", Forbidden),  # recording is not taking back
        ("registrar@CREDIT", Forbidden),
        ("head@CREDIT", Forbidden),
        ("head@MARKET", NotFound),
        ("auditor@CREDIT", Forbidden),
        ("yunxi", Forbidden),
        ("hengtuo", NotFound),
    ],
)
def test_only_the_head_takes_a_service_back(
    town: Town, accepted: str, who: str, error: type[RepairFlowError] | None
) -> None:
    serve(town, given(town, accepted))
    if error is None:
        assert take_back(town, accepted, who).withdrawn_at == town.now
        case = town.one(select(letter).where(letter.c.token == accepted)).content["case_number"]
        assert town.trail(case)[-1].actor_id == town.people[who]
        return
    before = town.counts()
    with pytest.raises(error):
        take_back(town, accepted, who)
    assert town.counts() == before
    assert town.one(select(service)).withdrawn_at is None


@pytest.mark.parametrize("reason", ["", " ", "长" * 2001, "不\x00对"])
def test_taking_back_needs_a_sound_reason(town: Town, accepted: str, reason: str) -> None:
    serve(town, given(town, accepted))
    with pytest.raises(Invalid) as invalid:
        take_back(town, accepted, reason=reason)
    assert [problem.where for problem in invalid.value.problems] == ["reason"]


@pytest.mark.parametrize(("day", "code"), [(date(2026, 12, 10), None), (date(2026, 12, 11), "remedies_over")])
def test_once_the_remedies_are_over_a_service_stands(town: Town, denied: str, day: date, code: str | None) -> None:
    """Served on 10 June: the last remedy ends with 10 December."""
    serve(town, given(town, denied))
    town.at(day)
    if code is None:
        take_back(town, denied)
        return
    with pytest.raises(Refused) as refused:
        take_back(town, denied)
    assert [r.code for r in refused.value.refusals] == [code]


def test_a_letter_that_starts_no_remedy_has_no_such_end(town: Town, accepted: str) -> None:
    serve(town, given(town, accepted))
    town.at(timedelta(days=400))
    assert take_back(town, accepted).withdrawn_at == town.now


def test_what_was_not_served_cannot_be_taken_back(town: Town, accepted: str) -> None:
    with pytest.raises(Refused) as refused:
        take_back(town, accepted)
    assert [r.code for r in refused.value.refusals] == ["not_served"]


def test_taking_back_again_by_the_same_command_changes_nothing(town: Town, accepted: str) -> None:
    one = given(town, accepted)
    first = serve(town, one)
    take_back(town, accepted, command_id="back")
    town.at(timedelta(hours=1))
    serve(town, given(town, accepted))
    before = town.counts()
    assert take_back(town, accepted, command_id="back").id == first.id
    assert serve(town, one).id == first.id
    assert town.counts() == before
    with pytest.raises(Conflict):
        take_back(town, accepted, command_id=one.command_id)


@pytest.mark.parametrize(
    "values",
    [{"withdrawal_reason": "另一个理由"}, {"withdrawn_at": None}, {"recipient": "别人"}],
    ids=lambda values: next(iter(values)),
)
def test_what_was_taken_back_is_never_changed(town: Town, accepted: str, values: dict[str, Any]) -> None:
    serve(town, given(town, accepted))
    take_back(town, accepted)
    with pytest.raises(sa.exc.IntegrityError, match="kept as it is"):
        town.turn(update(service).values(values))


def test_a_pack_sets_the_time_of_an_announcement(town: Town, accepted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = town.law.pack_on(town.today)
    longer = with_figures(pack, announcement=60)
    monkeypatch.setattr(remedies, "pack_of", lambda tx, services, row: longer)
    assert serve(town, given(town, accepted, mode="announcement", recipient="")).effective_day == date(2026, 8, 9)


def test_the_foot_of_an_index_says_what_the_file_lacks(town: Town) -> None:
    case = town.file_repair()

    def said() -> str:
        with town.db.read() as tx:
            return completeness.note(tx, town.services, situation(tx, town.law, town.case(case), town.today))

    assert said().endswith("（溪环信收〔2026〕1号）的文件尚未制作完成。办件尚未办结，此后形成的文书和材料应当补入。")
    town.steps(case, "accept", "report_verification", "propose_denial", "deny")
    make_all(town)
    denied = newest(town, "repair_denied")
    assert said() == f"本卷宗收录文书3件、电子材料1件。尚缺：《{denied.title}》（{denied.number}）的送达记录。"
    serve(town, given(town, denied.token))
    assert said() == "本卷宗收录文书3件、电子材料2件。按本办件程序应有的材料和送达记录齐全。"
    proof = town.one(select(material).where(material.c.kind == "performance_proof"))
    (town.settings.materials / materials.name_of(proof.digest)).unlink()  # both are the same picture, kept once
    assert "尚缺：履行义务、纠正行为的证明（证明.png）的文件，已不在存储中；" in said()
    materials.keep(town.services.materials, proof.digest, b"again")
    with town.db.begin() as tx:
        dispatch(tx, town.services, ErasePersonal(SYSTEM, case, "本人申请。"), town.now)
    assert re.search(r"齐全。依法删除的个人信息[1-9][0-9]*项不再收录。$", said())
    town.turn(delete(material).where(material.c.id == proof.id))
    assert "尚缺：履行义务、纠正行为的证明。" in said()


def test_the_offices_index_is_not_for_staff_who_see_a_case_as_its_subject(town: Town) -> None:
    case = town.file_repair()
    with town.db.read() as tx:
        assert (
            case_file.read(tx, town.services, town.actor("acceptor@ENV", "yunxi"), case, town.now).at.case.number
            == case
        )
        with pytest.raises(Forbidden, match="只供办理单位使用"):
            case_file.read(tx, town.services, town.actor("acceptor@MARKET", "yunxi"), case, town.now)


def test_an_index_lists_what_nobody_with_an_account_brought(town: Town) -> None:
    case = town.file_repair()
    town.turn(update(material).values(uploaded_by=None))
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), town.today)
        rows = printables.index(tx, town.services, at, town.now).fields["rows"]
        assert "电子材料1件" in completeness.note(tx, town.services, at)
    assert isinstance(rows, list)
    assert [row[1:3] for row in rows if "证明.png" in row[1]] == [["履行义务、纠正行为的证明：证明.png", "外部提交"]]
