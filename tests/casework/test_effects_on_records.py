"""What steps do to a record and to the outside: repair, objection, receipts, waivers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework.cases import receipts
from repairflow.errors import Forbidden, Invalid, Refused
from repairflow.law.publicity import class_days
from repairflow.records import letter, measure, office, outbox, target
from tests.support.building import Town

pytestmark = pytest.mark.either_database

GRANTED = ("accept", "report_verification", "propose_grant", "grant")
FOUND = ("accept", "consult", "report_finding")


def found(town: Town, case: str, finding: str = "inaccurate") -> None:
    """The source of the information finds what an objection claims."""
    town.steps(case, *FOUND[:-1])
    town.do(case, FOUND[-1], inputs={"finding": finding})


def receive(town: Town, row: Any) -> None:
    with town.db.begin() as tx:
        receipts.receive(tx, town.services, row.id, {"receipt": f"R-{row.key}"}, town.now)


def test_a_grant_has_three_effects_and_ends_with_the_last_receipt(town: Town) -> None:
    number = town.record(measured=True)
    case = town.file_repair(number)
    town.steps(case, *GRANTED)
    assert town.of_record(number).state == "ceased"
    assert all(row.lifted_at for row in town.all(select(measure)))
    pushes = town.pushes(case)
    assert sorted(row.kind for row in pushes) == [
        "measure_lift",
        "record_changed",
        "record_changed",
        "repair_result",
        "repair_result",
    ]
    for row in pushes[:-1]:
        receive(town, row)
        assert town.case(case).state == "executing"
    receive(town, pushes[-1])
    done = town.case(case)
    assert (done.state, done.outcome) == ("granted", "granted")
    assert town.of_record(number).state == "sealed"
    assert [row.action for row in town.trail(case)][-2:] == ["grant", "complete"]
    before = town.counts()
    receive(town, pushes[-1])  # the same receipt again
    assert town.counts() == before
    town.sound()


@pytest.mark.parametrize("measured", [True, False], ids=["measured", "no measure"])
@pytest.mark.parametrize("ended", ["granted", "corrected", "maintained"])
def test_a_letter_names_those_who_are_told_and_nobody_else(town: Town, ended: str, measured: bool) -> None:
    far = town.offices["MARKET"]
    with town.db.begin() as tx:  # a system of another province, where the subject is not registered
        tx.execute(update(office).where(office.c.id == far).values(division_code="510000"))
        wrong = {"code": "far", "name": "far", "kind": "authority", "url": "http://127.0.0.1:1/far", "secret": b""}
        tx.execute(insert(target).values(**wrong, office_id=far))
        tx.execute(update(target).values(name="名为" + target.c.code + "的平台"))
    number = town.record(measured=measured)
    if ended == "granted":
        case = town.file_repair(number)
        town.steps(case, *GRANTED)
    else:
        case = town.file_objection(number)
        found(town, case, "inaccurate" if ended == "corrected" else "accurate")
        corrections = {"corrections": {"fine_wan": "1"}} if ended == "corrected" else {}
        town.do(case, "uphold_correct" if ended == "corrected" else "dismiss", inputs=corrections)
    result = town.all(select(letter).where(letter.c.case_id == town.case(case).id).order_by(letter.c.id.desc()))[0]
    names = {row.id: row.name for row in town.all(select(target))}
    decided = [row for row in town.pushes(case) if row.kind in ("record_changed", "measure_lift", "repair_result")]
    decided = [row for row in decided if row.payload.get("chain_head") == town.pushes(case)[-1].payload["chain_head"]]
    told = [names[key] for key in sorted({row.target_id for row in decided})]
    text = str(result.content)
    assert told
    assert "、".join(told) in text
    assert [name for name in names.values() if name in text] == told
    assert ("名为far的平台" in told) == (ended == "granted" and measured)  # of its office was the measure
    if ended == "corrected":
        shown = next(row.payload for row in reversed(decided) if row.kind == "record_changed")
        assert Decimal(str(shown["content"]["fine_wan"])) == 1


def test_a_target_may_be_waived_with_a_reason(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, *GRANTED)
    with pytest.raises(Invalid):
        town.do(case, "waive_target", reason=" ")
    town.do(case, "waive_target", inputs={"target": "site"})
    assert town.case(case).state == "executing"
    with pytest.raises(Refused, match="没有等待"):
        town.do(case, "waive_target", inputs={"target": "site"})
    with pytest.raises(Refused, match="没有等待"):
        town.do(case, "waive_target", inputs={"target": "nobody"})
    town.do(case, "waive_target", inputs={"target": "province"})
    assert town.case(case).state == "granted"
    assert {row.state for row in town.pushes(case)} == {"waived"}
    town.sound()


def test_a_dead_letter_is_told_and_may_be_sent_again(town: Town) -> None:
    case = town.file_repair()
    town.steps(case, *GRANTED)
    row = town.pushes(case)[0]
    with town.db.begin() as tx:
        receipts.give_up(tx, row.id, "connection refused", town.now)
    assert town.notices("supervisor@CREDIT", "dead_letter")
    assert town.case(case).state == "executing"
    with town.db.begin() as tx:
        assert receipts.retry(tx, town.actor("supervisor@CREDIT"), row.id, town.now)
        assert not receipts.retry(tx, town.actor("supervisor@CREDIT"), row.id, town.now)
    for push in town.pushes(case):
        receive(town, push)
    assert town.case(case).state == "granted"


def test_nothing_to_push_closes_at_once(town: Town) -> None:
    """Where no platform listens no receipt will ever come."""
    with town.db.begin() as tx:
        tx.execute(update(target).values(active=False))
    case = town.file_repair()
    town.steps(case, *GRANTED)
    assert town.case(case).state == "granted"
    town.sound()


def test_an_objection_marks_the_record_and_tells_the_platforms(town: Town) -> None:
    number = town.record()
    case = town.file_objection(number)
    assert town.of_record(number).state == "published"
    town.do(case, "accept")
    assert town.of_record(number).state == "disputed"
    assert {row.kind for row in town.pushes(case)} == {"record_changed", "objection_status"}
    assert {row.payload["state"] for row in town.pushes(case) if row.kind == "record_changed"} == {"disputed"}


@pytest.mark.parametrize("when", [(), ("accept",), ("accept", "consult")], ids=["submitted", "accepted", "consulted"])
def test_a_withdrawn_objection_takes_its_mark_away(town: Town, when: tuple[str, ...]) -> None:
    number = town.record()
    case = town.file_objection(number)
    for step in when:
        town.do(case, step)
    town.do(case, "withdraw")
    assert town.of_record(number).state == "published"
    assert town.case(case).outcome == "withdrawn"


def test_an_upheld_objection_corrects_the_record(town: Town) -> None:
    number = town.record()
    case = town.file_objection(number)
    found(town, case)
    town.do(
        case, "uphold_correct", inputs={"corrections": {"fine_wan": "1.25", "document_number": "溪环罚〔2026〕9号"}}
    )
    row = town.of_record(number)
    assert (row.state, row.fine_wan, row.document_number) == ("published", Decimal("1.25"), "溪环罚〔2026〕9号")
    told = [push.payload for push in town.pushes(case) if push.kind == "record_changed"][-1]
    assert told["record"]["doc_no"] == "溪环罚〔2026〕9号"
    assert told["version"] == row.version
    town.sound()


@pytest.mark.parametrize(
    "corrections",
    [
        {},
        {"severity": "minor"},
        {"fine_wan": "很多"},
        {"fine_wan": "-1"},
        {"fine_wan": "nan"},
        {"fine_wan": "1e30"},
        {"fine_wan": "0.1234567"},
        {"document_number": "字" * 129},
        {"behaviour": "字" * 501},
    ],
    ids=lambda given: "-".join(f"{name}-{value[:10]}" for name, value in given.items()) or "nothing",
)
def test_a_correction_that_no_record_can_hold_is_refused(town: Town, corrections: dict[str, str]) -> None:
    case = town.file_objection()
    found(town, case)
    with pytest.raises(Invalid) as error:
        town.do(case, "uphold_correct", inputs={"corrections": corrections})
    assert error.value.problems[0].where == "corrections"


def test_a_correction_to_another_records_number_is_refused(town: Town) -> None:
    """Two records of one subject and office cannot have one decision number."""
    town.record(document="溪环罚〔2026〕1号")
    case = town.file_objection(town.record(document="溪环罚〔2026〕2号"))
    found(town, case)
    with pytest.raises(Refused, match="溪环罚〔2026〕1号"):
        town.do(case, "uphold_correct", inputs={"corrections": {"document_number": "溪环罚〔2026〕1号"}})


def test_annulment_seals_and_annotation_notes(town: Town) -> None:
    annulled, noted = town.record(), town.record()
    for number, action in ((annulled, "uphold_annul"), (noted, "annotate")):
        case = town.file_objection(number)
        town.steps(case, *FOUND, action)
    assert town.of_record(annulled).state == "sealed"
    row = town.of_record(noted)
    assert (row.state, row.note) == ("published", "经核查，情况属实。")


def test_a_repair_is_granted_while_an_objection_is_open(town: Town) -> None:
    number = town.record()
    objection = town.file_objection(number)
    town.do(objection, "accept")
    repair = town.file_repair(number)
    town.steps(repair, *GRANTED)
    assert town.of_record(number).state == "ceased"
    town.steps(objection, "consult", "report_finding", "dismiss")
    assert town.of_record(number).state == "ceased", "there is no mark left to take away"
    town.sound()


def test_a_record_annulled_meanwhile_does_not_keep_a_repair_from_closing(town: Town) -> None:
    number = town.record()
    objection, repair = town.file_objection(number), town.file_repair(number)
    found(town, objection, "baseless")
    town.steps(repair, *GRANTED)
    town.do(objection, "uphold_annul")
    assert town.of_record(number).state == "sealed"
    for row in town.pushes(repair):
        receive(town, row)
    assert town.case(repair).state == "granted"
    town.sound()


def test_what_was_corrected_stands_in_the_trail(town: Town) -> None:
    case = town.file_objection()
    found(town, case)
    town.do(case, "uphold_correct", inputs={"corrections": {"fine_wan": "1"}})
    body = town.trail(case)[-1].body.decode()
    assert '["fine_wan","罚款金额（万元）","2","1"]' in body


def test_a_finding_takes_up_its_file(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    with pytest.raises(Exception, match="材料"):
        town.do(case, "report_finding", inputs={"proof": "no-such-token"})
    town.do(case, "report_finding")
    body = town.trail(case)[-1].body.decode()
    assert '"materials":[{"digest":"sha256:' in body


def test_every_outbox_row_has_its_own_key(town: Town) -> None:
    case = town.file_repair(town.record(measured=True))
    town.steps(case, *GRANTED)
    keys = [row.key for row in town.all(select(outbox.c.key))]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"decision_date": "2025年3月4日"},
            {"decision_date": "2025-03-04", "severity": "ordinary", "max_until": "2026-03-04"},
        ),
        ({"penalty_kinds": "罚款"}, {"penalty_kinds": ["fine"], "severity": "ordinary"}),
        ({"class": "一般"}, {"severity": "ordinary", "penalty_kinds": ["fine", "stop_business"]}),
        ({"class": "minor"}, {"severity": "minor", "state": "ceased", "publish_from": "None", "apply_from": "None"}),
        ({"subject_name": "云溪新名环保有限公司"}, {"severity": "ordinary"}),
    ],
    ids=lambda value: "-".join(value),
)
def test_what_a_record_is_about_is_corrected_and_its_periods_counted_anew(
    town: Town, given: dict[str, str], expected: dict[str, Any]
) -> None:
    graver = bool({"penalty_kinds", "class"} & set(given)) and given.get("class") != "minor"
    number = town.record(kinds=("fine", "stop_business") if graver else ("fine",))
    before = town.of_record(number)
    case = town.file_objection(number)
    found(town, case)
    town.do(case, "uphold_correct", inputs={"corrections": given})
    row = town.of_record(number)
    assert {name: _plain(getattr(row, name)) for name in expected} == expected
    rules = town.law.packs[row.pack]
    days = class_days(rules, row.severity, row.decision_date)
    if row.severity != before.severity or row.decision_date != before.decision_date:
        assert (row.min_until, row.max_until) == (days.min_until, days.max_until)
    told = [push.payload for push in town.pushes(case)]
    shown = [one for one in told if "version" in one][-1]
    assert (shown["class"], shown["content"]["penalty_kinds"]) == (row.severity, list(row.penalty_kinds))
    assert (shown["record"]["decision_date"], shown["max_until"]) == (str(row.decision_date), _plain(row.max_until))
    status = next(one for one in reversed(told) if one.get("status") == "corrected")
    assert set(given) <= {one["field"] for one in status["corrected"]}
    if "subject_name" in given:
        assert shown["subject"]["name"] == given["subject_name"]
    body = town.trail(case)[-1].body.decode()
    assert all(f'"{name}"' in body for name in given)
    town.sound()


def _plain(value: object) -> object:
    return list(value) if isinstance(value, list | tuple) else str(value)


def test_the_authority_is_corrected_by_its_name(town: Town) -> None:
    number = town.record()
    case = town.file_objection(number)
    found(town, case)
    with pytest.raises(Refused, match="单位目录中没有"):
        town.do(case, "uphold_correct", inputs={"corrections": {"authority": "没有的单位"}})
    right = town.one(select(office).where(office.c.code != "ENV", office.c.kind == "authority").limit(1))
    town.do(case, "uphold_correct", inputs={"corrections": {"authority": right.name}})
    assert town.of_record(number).authority_id == right.id
    told = [push.payload for push in town.pushes(case) if push.kind == "record_changed"][-1]
    assert told["record"]["organ"] == right.name


def test_a_decision_of_a_day_to_come_is_no_correction(town: Town) -> None:
    case = town.file_objection()
    found(town, case)
    with pytest.raises(Refused, match="还没有到"):
        town.do(case, "uphold_correct", inputs={"corrections": {"decision_date": "2199-01-01"}})


def test_a_class_set_by_hand_is_not_reckoned_again(town: Town) -> None:
    number = town.record(kinds=("fine", "stop_business"))  # serious, by its kinds
    for given in ({"class": "ordinary"}, {"fine_wan": "1"}):
        case = town.file_objection(number)
        found(town, case)
        town.do(case, "uphold_correct", inputs={"corrections": given})
    assert town.of_record(number).severity == "ordinary"


@pytest.mark.parametrize("finding", ["accurate", "inaccurate", "baseless", "unverifiable"])
def test_the_centre_carries_out_what_the_source_found_and_nothing_else(town: Town, finding: str) -> None:
    """Annulling or changing another office's act is no power of a credit centre."""
    fits = {
        "uphold_correct": "inaccurate",
        "uphold_annul": "baseless",
        "dismiss": "accurate",
        "annotate": "unverifiable",
    }
    case = town.file_objection()
    found(town, case, finding)
    for action in (name for name, wanted in fits.items() if wanted != finding):
        with pytest.raises(Refused, match="与此步骤不符") as refused:
            town.do(case, action)
        assert [one.code for one in refused.value.refusals] == ["input_was"]
    town.do(case, next(name for name, wanted in fits.items() if wanted == finding))
    assert town.case(case).outcome is not None


def test_open_cases_go_to_the_office_that_really_decided(town: Town) -> None:
    """更正认定单位: what the wrong office had is the right one's, its people and the applicant hear of it, nothing begins anew."""
    number = town.record()
    repair, case = town.file_repair(number), town.file_objection(number)
    before = town.case(repair)
    found(town, case)
    market = town.offices["MARKET"]
    town.do(case, "uphold_correct", inputs={"corrections": {"authority": "云溪县市场监督管理局"}})
    after = town.case(repair)
    assert (after.deciding_id, after.receiving_id) == (market, before.receiving_id)
    assert (after.state, after.due_day) == (before.state, before.due_day)
    moved = town.trail(repair)[-1]
    assert (moved.action, case in moved.reason) == ("reroute", True)
    for who in ("acceptor@MARKET", "acceptor@ENV", "yunxi"):
        assert any(repair in told for told in town.notices(who, "turn")), who
    with pytest.raises(Forbidden):
        town.do(repair, "accept", town.actor("acceptor@ENV"))
    town.do(repair, "accept", town.actor("acceptor@MARKET"))
    town.sound()


def test_a_correction_of_something_else_moves_no_case(town: Town) -> None:
    number = town.record()
    repair, case = town.file_repair(number), town.file_objection(number)
    found(town, case)
    town.do(
        case, "uphold_correct", inputs={"corrections": {"behaviour": "违反排污许可", "authority": "云溪县生态环境局"}}
    )
    assert town.case(repair).deciding_id == town.offices["ENV"]
    assert town.trail(repair)[-1].action != "reroute"
