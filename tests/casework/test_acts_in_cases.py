"""A case about an administrative act (行政许可等信息): what it may do to the act, all of the step together or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.casework.case_state.situation import situation
from repairflow.casework.cases.options import Option, options
from repairflow.casework.changes import EnterActs
from repairflow.casework.commands import Event
from repairflow.casework.dispatch import dispatch
from repairflow.casework.outbound import act_pushes
from repairflow.errors import Conflict, Invalid, NotFound, Refused
from repairflow.law.acts import OF_RECORDS
from repairflow.records import act, case_link, cases, letter, outbox, target
from repairflow.records.rows import CaseRow, one_row
from tests.casework.test_act_pushes import PERMIT, public, settle, told
from tests.casework.test_recall import recall
from tests.casework.test_recall import told as against_recall
from tests.casework.test_succession import code
from tests.law_stories.telling import belongs_to, receipts, refused, words
from tests.support.building import CHILD, Town

__all__ = ["public"]


def objected(town: Town, number: str, **more: Any) -> str:
    """An objection of 云溪环保 against an act; its number."""
    return town.file("objection", None, act=number, **more)


def shown(town: Town, number: str) -> Any:
    """The act as it stands."""
    return town.one(select(act).where(act.c.number == number))


def follow_up(town: Town, case: str) -> str:
    """The case that a step of this one opened."""
    link = town.one(select(case_link).where(case_link.c.from_id == town.case(case).id))
    return str(town.one(select(cases.c.number).where(cases.c.id == link.to_id)).number)


def dismissed(town: Town, number: str) -> str:
    """An objection that was dismissed, with an office above the centre that takes up reviews."""
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    case = objected(town, number)
    town.steps(case, "accept", "consult", "report_finding", "dismiss")
    town.serve(case)
    return case


@pytest.mark.parametrize(
    ("way", "given", "change", "after"),
    [
        ("dismiss", {}, "unmarked", {"state": "published"}),
        ("annotate", {}, "noted", {"state": "published"}),
        ("uphold_annul", {}, "withdrawn", {"state": "withdrawn", "withdrawn_as": "withdrawn"}),
        ("uphold_correct", {"corrections": {"title": "准予取水（变更）"}}, "corrected", {"title": "准予取水（变更）"}),
        ("uphold_partly", {"corrections": {"valid_until": "2030-06-07"}}, "corrected", {"state": "published"}),
    ],
)
def test_each_decision_reaches_act_trail_and_platforms_at_once(
    town: Town, public: list[str], way: str, given: dict[str, Any], change: str, after: dict[str, str]
) -> None:
    case = objected(town, public[0])
    assert shown(town, public[0]).disputed_on is None  # filed is not accepted
    before = len(told(town))
    town.steps(case, "accept")
    assert shown(town, public[0]).disputed_on == town.today
    fresh = told(town)[before:]
    assert {what for _, what in fresh} == {"marked"}
    assert {row.kind for row in town.pushes(case)} == {"act_changed"}
    town.do(case, "consult")
    town.do(case, "report_finding", inputs=town.findings(case, "report_finding", [way]))
    town.do(case, way, inputs=given or None)
    now = shown(town, public[0])
    assert now.disputed_on is None
    assert {name: getattr(now, name) for name in after} == after
    assert {what for _, what in told(town)[before:]} == {"marked", change}
    newest = town.all(select(outbox).where(outbox.c.kind == "act_changed").order_by(outbox.c.id))[-1].payload
    assert (newest["version"], newest["title"]) == (now.version, now.title)
    for one in town.all(select(letter.c.kind, letter.c.content).where(letter.c.case_id == town.case(case).id)):
        assert "处罚" not in json.dumps(one.content["paragraphs"], ensure_ascii=False), one.kind
    assert bool(newest["note"]) is (way == "annotate")
    assert town.all(select(outbox).where(outbox.c.kind == "record_changed")) == []
    assert public[1] not in {lane.partition("/")[2] for lane, _ in told(town)[before:]}
    town.sound()


@pytest.mark.parametrize(
    ("given", "code_of"),
    [
        ({"fine_wan": "2"}, "not_of_acts"),
        ({"title": PERMIT["title"]}, "nothing_corrected"),
        ({"valid_until": "2026-06-01"}, "ends_too_early"),
        ({"decision_date": "2027-01-01"}, "date_in_future"),
        ({"document_number": "溪环许[2026]002号"}, "number_taken"),
    ],
)
def test_what_is_no_correction_of_an_act_changes_nothing(
    town: Town, public: list[str], given: dict[str, str], code_of: str
) -> None:
    case = objected(town, public[0])
    town.steps(case, "accept")
    town.do(case, "consult")
    town.do(case, "report_finding", inputs={"finding": "inaccurate"})
    before, sent = shown(town, public[0]), len(told(town))
    with refused(code_of):
        town.do(case, "uphold_correct", inputs={"corrections": given})
    assert (shown(town, public[0]), len(told(town)), town.case(case).state) == (before, sent, "deciding")
    town.sound()


def test_a_record_is_not_corrected_by_the_fields_of_an_act(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    town.do(case, "report_finding", inputs={"finding": "inaccurate"})
    with refused("not_of_records"):
        town.do(case, "uphold_correct", inputs={"corrections": {"title": "准予取水"}})


@pytest.mark.parametrize(("how", "what"), [("correct", "corrected"), ("annul", "withdrawn")])
def test_a_review_that_changes_is_carried_out_on_the_act(town: Town, public: list[str], how: str, what: str) -> None:
    first = dismissed(town, public[0])
    case = town.file("review", None, case=first, kinds=())
    town.steps(case, "accept", "report_review", "change")
    follow = follow_up(town, case)
    assert (town.case(follow).act_id, town.case(follow).deciding_id) == (shown(town, public[0]).id, town.offices["ENV"])
    town.do(follow, "propose")
    with refused("not_of_acts"):  # nothing of an act is repaired
        town.do(follow, "repair")
    town.do(follow, how, inputs={"corrections": {"title": "准予取水（变更）"}} if how == "correct" else None)
    assert told(town)[-1][1] == what
    receipts(town, follow)
    assert town.case(follow).closed_at is not None
    assert public[0] in act_pushes.stream(public[0])
    town.sound()


def test_where_no_platform_takes_acts_the_correction_ends_without_receipts(town: Town, public: list[str]) -> None:
    case = town.file("review", None, case=dismissed(town, public[0]), kinds=())
    town.steps(case, "accept", "report_review", "change")
    town.turn(update(target).values(takes=["record_changed"]))
    follow = follow_up(town, case)
    town.steps(follow, "propose", "annul")
    assert town.case(follow).outcome == "annulled"


def test_who_may_file_on_which_act(town: Town, public: list[str]) -> None:
    for who in ("hengtuo", "examiner@ENV", "registrar@CREDIT"):
        with pytest.raises(NotFound):
            objected(town, public[0], who=town.actor(who))
    with pytest.raises(NotFound):
        objected(town, "XW-2026-999999")
    with pytest.raises(Invalid, match="不针对行政许可等信息"):
        town.file("repair", None, act=public[0])
    with pytest.raises(Invalid, match="只能针对一条"):
        town.file("objection", town.record(), act=public[0])
    with pytest.raises(Invalid, match="或者行政许可等信息编号"):
        town.file("objection", None)
    for ground in sorted(OF_RECORDS):
        with pytest.raises(Invalid) as caught:
            objected(town, public[0], inputs={"ground": ground})
        assert [problem.where for problem in caught.value.problems] == ["ground"]
        assert ground in town.law.packs["CN-2026"].lists["objection_grounds"]
    case = objected(town, public[0])
    with refused("no_duplicate_pending"):
        objected(town, public[0])
    assert objected(town, public[1]) != case
    town.file_objection()  # of a record nothing stands in the way


def test_an_act_that_nobody_looked_at_is_not_there_and_one_that_ended_is_no_object(
    town: Town, public: list[str]
) -> None:
    rows = [PERMIT | {"code": code(town), "document_number": "溪环许〔2026〕7号"}]
    with town.db.begin() as tx:
        (waits,) = dispatch(tx, town.services, EnterActs(town.actor("examiner@ENV"), "ENV", rows), town.now)
    with pytest.raises(NotFound):
        objected(town, waits)
    settle(town, public[:1], "end")
    with refused("record_in_use"):
        objected(town, public[0])


def test_nobody_sets_the_mark_by_hand_while_the_objection_is_handled(town: Town, public: list[str]) -> None:
    settle(town, public[:1], "mark")  # before: by the office itself
    case = objected(town, public[0])
    since = shown(town, public[0]).disputed_on
    for decision in ("unmark", "mark"):
        with pytest.raises(Conflict, match=case):
            settle(town, public[:1], decision)
    town.steps(case, "accept")
    assert shown(town, public[0]).disputed_on == since
    town.do(case, "withdraw")
    assert shown(town, public[0]).disputed_on is None
    settle(town, public[:1], "mark")
    town.sound()


def test_the_same_filing_again_is_the_same_case_and_another_act_is_refused(town: Town, public: list[str]) -> None:
    filing = town.filing("objection", None, act=public[0])
    first: Event = town.submit(filing)
    again = town.submit(filing)
    assert (again.case, again.replayed) == (first.case, True)


@pytest.mark.parametrize("step", ["accept", "withdraw"])
def test_a_step_that_fails_leaves_the_act_alone(
    town: Town, public: list[str], step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = objected(town, public[0])
    if step == "withdraw":
        town.steps(case, "accept")
    before, sent = shown(town, public[0]), len(told(town))

    def broken(*_: object) -> None:
        raise Refused([])

    monkeypatch.setattr("repairflow.casework.cases.decision.notify", broken)
    with pytest.raises(Refused):
        town.do(case, step)
    assert (shown(town, public[0]), len(told(town))) == (before, sent)
    town.sound()


@pytest.mark.parametrize("place", ["310000", "330000", "370000", "410000", "440300"])
def test_the_rules_of_the_place_govern_an_objection_to_an_act_too(town: Town, public: list[str], place: str) -> None:
    for office in ("CREDIT", "ENV"):
        belongs_to(town, office, division_code=place)
    of_act, of_record = town.case(objected(town, public[0])), town.case(town.file_objection())
    assert of_act.procedure_version == of_record.procedure_version
    letter = words(town, of_act.number, "objection_receipt")
    assert "行政许可决定（溪环许〔2026〕1号）" in letter
    town.steps(of_act.number, "accept", "consult", "report_finding", "uphold_annul")
    assert shown(town, public[0]).state == "withdrawn"
    town.sound()


def test_an_act_of_a_natural_person_is_corrected_and_nobody_is_told(town: Town) -> None:
    name, number = CHILD
    town.record(kind="natural_person", minor=True)  # whose guardian represents 云溪环保
    whose = {
        "name": name,
        "subject_kind": "natural_person",
        "id_number": number,
        "document_number": "溪环许〔2026〕9号",
    }
    with town.db.begin() as tx:
        entered = EnterActs(town.actor("examiner@ENV"), "ENV", [PERMIT | whose])
        (kept,) = dispatch(tx, town.services, entered, town.now)
    settle(town, [kept], "publish")
    assert shown(town, kept).state == "kept"
    case = objected(town, kept)
    town.steps(case, "accept")
    assert shown(town, kept).disputed_on is None  # what nobody is shown bears no mark
    said = "".join(_lines(town, case))
    assert "上述信息从不公示" in said or "信息不公示" in said
    assert "监护人" in said  # a child's letters go to who answers for it
    town.do(case, "consult")
    town.do(case, "report_finding", inputs={"finding": "inaccurate"})
    town.do(case, "uphold_correct", inputs={"corrections": {"title": "准予取水（变更）"}})
    assert (shown(town, kept).title, told(town)) == ("准予取水（变更）", [])
    town.sound()


def _lines(town: Town, case: str) -> list[str]:
    """Everything that the letters of a case say."""
    rows = town.all(select(letter.c.content).where(letter.c.case_id == town.case(case).id))
    return [json.dumps(row.content, ensure_ascii=False, default=str) for row in rows]


@pytest.mark.parametrize(("since", "code"), [("filed", "filed_anew"), ("withdrawn", "annulled")])
def test_a_refusal_is_not_taken_back_where_the_act_is_objected_to_anew_or_gone(
    town: Town, public: list[str], since: str, code: str
) -> None:
    case = objected(town, public[0])
    town.do(case, "refuse", ground="no_evidence")
    assert against_recall(town, case, "registrar@CREDIT") == []
    if since == "filed":
        objected(town, public[0])
    else:
        settle(town, public[:1], "withdraw")
    assert against_recall(town, case, "registrar@CREDIT") == [code]
    with pytest.raises(Refused):
        recall(town, case, "registrar@CREDIT")


def test_no_ground_that_speaks_of_a_penalty_is_offered_or_taken(town: Town, public: list[str]) -> None:
    of_act, of_record = objected(town, public[0]), town.file("objection", town.record())
    offered = {case: set(refusing(town, case).grounds) for case in (of_act, of_record)}
    assert offered[of_record] - offered[of_act] == {"not_objection"}
    assert "no_evidence" in offered[of_act]
    with pytest.raises(Invalid) as wrong:
        town.do(of_act, "refuse", ground="not_objection")
    assert [one.where for one in wrong.value.problems] == ["ground"]
    town.do(of_act, "refuse", ground="no_evidence")
    told_ = town.all(select(letter).where(letter.c.case_id == town.case(of_act).id).order_by(letter.c.id))[-1]
    assert "处罚" not in json.dumps(told_.content["paragraphs"], ensure_ascii=False)


def refusing(town: Town, case: str) -> Option:
    """The refusal of an objection as its page offers it."""
    with town.db.read() as tx:
        row = one_row(tx.execute(select(cases).where(cases.c.number == case)), CaseRow)
        at = situation(tx, town.law, row, town.today)
        found = options(tx, town.law, at, town.actor("registrar@CREDIT"), town.now)
    return next(one for one in found if one.name == "refuse")
