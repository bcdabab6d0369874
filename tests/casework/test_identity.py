"""One decision is one record, however its number is spelled; what was repaired, annulled or corrected never comes back."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.casework import event_log, party_names
from repairflow.casework.actor import SYSTEM
from repairflow.casework.case_state import record_events
from repairflow.casework.cases import held_rows_decision, import_penalties, inbound_rows, record_entry
from repairflow.casework.changes import EnterRecord
from repairflow.casework.credit_records import effects, lifecycle
from repairflow.casework.credit_records.effects import Wanted
from repairflow.casework.credit_records.lifecycle import RecordStep
from repairflow.casework.event_log import NewEvent
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from repairflow.law.identifiers import make_uscc
from repairflow.records import held_row, measure, outbox, record, record_spelling, subject
from tests.casework.test_intake import bring, csv, line
from tests.support.building import Town

SPELLINGS = (
    "溪环罚﹝2026﹞1号", "溪环罚〔2026〕第1号", "溪环罚〔2026〕1", "'溪环罚〔2026〕1号", "溪环罚〔2026〕001号", "溪环罚「2026」1号",
    "溪环罚〔2026年〕1号", "溪环罚<2026>1号", "溪环罚 [2026] 1 号", "溪环罚2026-1",
    "溪环罚〔2026〕第一号", "溪环罚〔二〇二六〕壹号", "溪環罰〔2026〕1號", "溪环罚〔2026〕1号（副本）", "(2026)溪环罚1号",
    "2026年溪环罚字第1号",
)  # fmt: skip
NAMED = ("文号：溪环罚〔2026〕1号", "《行政处罚决定书》（溪环罚〔2026〕1号）", "行政处罚决定书文号:溪环罚〔2026〕1号")
OLD_HEAD = "CF_WSH,CF_CFMC,CF_CFLB1,CF_SY,CF_YJ,CF_XDR_MC,CF_XDR_SHXYM,CF_FR,CF_JG,CF_JDRQ,CF_XZJG,CF_ZT,CF_SYFW"


def old(number: str, state: str = "0", scope: str = "0") -> str:
    code = line(number).split(",")[2]
    return f"{number},扬尘案,罚款,未覆盖,某法,云溪环保科技有限公司,{code},某甲,罚款1万元,2026-05-04,云溪县生态环境局,{state},{scope}"


def old_file(*lines: str) -> bytes:
    return "\n".join((OLD_HEAD, *lines)).encode("utf-8-sig")


def the_record(town: Town) -> Any:
    return town.one(select(record))


def end(town: Town, *effects: str) -> None:
    with town.db.begin() as tx:
        row = tx.execute(select(record)).one()
        lifecycle.change(tx, town.services, row, RecordStep(names=effects, at=town.now, reason="试"))


def test_one_decision_in_all_spellings_is_one_record(town: Town) -> None:
    outcome = bring(town, csv(line("溪环罚〔2026〕1号"), *(line(spelling) for spelling in SPELLINGS)))
    assert (outcome.new, outcome.refused) == (1, len(SPELLINGS))
    assert len(town.all(select(record))) == 1


@pytest.mark.parametrize("effects", [
    (), ("cease_publicity", "cease_sharing"), ("cease_publicity", "seal_record"), ("annul_record",),
], ids=["public", "repaired", "sealed", "annulled"])  # fmt: skip
def test_it_never_comes_back_by_spelling(town: Town, effects: tuple[str, ...]) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号")))
    if effects:
        end(town, *effects)
    stood = the_record(town)
    for spelling in (*SPELLINGS, *NAMED):
        outcome = bring(town, csv(line(spelling)))
        assert (outcome.new, outcome.unchanged, outcome.refused) == (0, 1, 0), spelling
    assert town.all(select(record)) == [stood]
    kept = {row.spelling for row in town.all(select(record_spelling))}
    assert len(kept) > 5
    assert "溪环罚〔2026〕第1号" in kept
    town.sound()


OTHER_DOORS = (
    "溪环罚[2026]第1号", "溪環罰〔二〇二六〕001號", "（2026）溪环罚字第一号", "溪环罚〔26〕1号", "溪环罚〔2026〕l号",
    "溪环罚〔2026〕1号行政处罚决定书",
)  # fmt: skip


@pytest.mark.parametrize("effects", [
    ("cease_publicity", "cease_sharing"), ("cease_publicity", "seal_record"), ("annul_record",),
], ids=["repaired", "sealed", "annulled"])  # fmt: skip
def test_it_comes_back_neither_by_a_platforms_message_nor_by_hand(town: Town, effects: tuple[str, ...]) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号")))
    end(town, *effects)
    stood = the_record(town)
    names = (
        "CF_XDR_MC",
        "CF_XDR_LB",
        "CF_XDR_SHXYM",
        "CF_WSH",
        "CF_WFXW",
        "CF_CFLB",
        "CF_NR",
        "CF_NR_FK",
        "CF_JDRQ",
        "CF_CFJG",
    )
    for spelling in OTHER_DOORS:
        message = import_penalties.Delivered(csv(line(spelling)), "来文", "ENV", SYSTEM)
        with town.db.begin() as tx:
            came = inbound_rows.import_rows(tx, town.services, message, 1, town.now)
        assert came[0][1] in ("known", "held", "refused"), spelling
        form = dict(zip(names, line(spelling).split(","), strict=True))
        with contextlib.suppress(Invalid), town.db.begin() as tx:  # what is on file is said at its field
            record_entry.enter(tx, town.services, EnterRecord(town.actor("examiner@ENV"), "ENV", form), town.now)
    assert town.all(select(record)) == [stood]
    assert {row.state for row in town.all(select(held_row))} <= {"waiting"}


UNFORESEEN = (
    "云溪县生态环境局溪环罚〔2026〕21号", "溪环罚〔2026〕21号行政处罚决定书", "溪环罚〔26〕21号", "溪环罚〔2O26〕21号",
    "溪环罚第21号（2026年）", "溪环罚决字〔2026〕21号", "溪环罚〔2026〕21号.pdf",
)  # fmt: skip


@pytest.mark.parametrize(
    "effects", [("cease_publicity", "cease_sharing"), ("annul_record",)], ids=["repaired", "annulled"]
)
def test_a_spelling_nobody_foresaw_waits_for_a_person(town: Town, effects: tuple[str, ...]) -> None:
    """What may be a known decision is never published by a delivery alone, neither beside it nor under its successor."""
    bring(town, csv(line("溪环罚〔2026〕21号")))
    end(town, *effects)
    stood = the_record(town)
    for spelling in UNFORESEEN:
        for _ in range(2):
            outcome = bring(town, csv(line(spelling)))
            assert (outcome.new, outcome.held) == (0, 1), spelling
    assert "溪环罚〔2026〕21号" in outcome.problems[0].reason
    assert town.all(select(record)) == [stood]
    assert len(town.all(select(held_row))) == len(UNFORESEEN)
    assert decide(town, "examiner@ENV", accept=False) == "refused"
    others = bring(town, csv(line("溪环罚〔2026〕22号"), line("溪环罚决字〔2026〕23号", day="2026-05-12")))
    assert (others.new, others.held) == (2, 0)
    dated_otherwise = bring(town, csv(line("溪环罚决字〔2026〕21号", day="2026-05-12")))
    assert (dated_otherwise.new, dated_otherwise.held) == (0, 1)
    assert "年份和序号相同" in dated_otherwise.problems[0].reason


def test_a_decision_does_not_come_back_under_another_code_of_the_same_name(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕21号")))
    end(town, "cease_publicity", "cease_sharing")
    known = the_record(town).source
    other = make_uscc("320830", "MA9X0077")
    for renamed in (False, True):
        if renamed:
            with town.db.begin() as tx:
                whose = town.subjects["yunxi"]
                party_names.rename(tx, whose, "云溪新环保科技有限公司", date(2026, 6, 1), town.now)
                event_log.append(tx, f"subject/{known['CF_XDR_SHXYM']}", NewEvent(action="rename", at=town.now))
        outcome = bring(town, csv(line("溪环罚〔2026〕21号").replace(str(known["CF_XDR_SHXYM"]), other)))
        assert (outcome.new, outcome.held) == (0, 1), renamed
        assert f"该名称在档的代码为{known['CF_XDR_SHXYM']}" in outcome.problems[0].reason


def test_a_corrected_day_hides_no_decision(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕21号")))
    with town.db.begin() as tx:
        row = tx.execute(select(record)).one()
        form = {"corrections": {"decision_date": "2026-05-12"}}
        effects.apply(tx, town.law, row, Wanted(("correct_record",), town.now, form, "更正"))
        record_events.append(tx, row, NewEvent(action="correct_record", at=town.now))
    for day in ("2026-05-11", "2026-05-12"):
        outcome = bring(town, csv(line("溪环罚决字〔2026〕21号", day=day)))
        assert (outcome.new, outcome.held) == (0, 1), day


@pytest.mark.parametrize("spelling", ["溪环罚〔2026〕21号", "溪环罚决字〔2026〕21号"])
def test_a_decision_does_not_come_back_under_the_successor(town: Town, spelling: str) -> None:
    bring(town, csv(line("溪环罚〔2026〕21号")))
    end(town, "cease_publicity", "cease_sharing")
    heir = town.one(select(subject).where(subject.c.id == town.subjects["hengtuo"]))
    with town.db.begin() as tx:
        gone = {"ended_on": date(2026, 6, 1), "successor_id": heir.id}
        row = tx.execute(select(record)).one()
        tx.execute(subject.update().where(subject.c.id == row.subject_id).values(gone))
        record_events.append(tx, row, NewEvent(action="look", at=town.now))
    mine = line(spelling)
    row = mine.replace(mine.split(",")[2], heir.uscc).replace(mine.split(",")[0], heir.name)
    for delivered in (row, row.replace("2026-05-11", "2026-05-21")):
        outcome = bring(town, csv(delivered))
        assert (outcome.new, outcome.held) == (0, 1), delivered
    assert len(town.all(select(record))) == 1


def test_a_corrected_number_keeps_its_old_spellings(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号"), line("溪环罚〔2026〕2号")))
    with town.db.begin() as tx:
        row = tx.execute(select(record).order_by(record.c.id)).first()
        form = {"corrections": {"document_number": "溪环罚〔2026〕[9]号"}}
        done = effects.apply(tx, town.law, row, Wanted(("correct_record",), town.now, form, "更正"))
        record_events.append(
            tx,
            row,
            NewEvent(
                action="correct_record",
                at=town.now,
                from_state=row.state,
                to_state=row.state,
                reason="更正",
                content={"effects": list(done.effects)},
            ),
        )
    for number in ("溪环罚[2026]第1号", "溪环罚〔2026〕9号", "溪环罚（2026）09"):
        outcome = bring(town, csv(line(number)))
        assert (outcome.new, outcome.unchanged, outcome.refused) == (0, 1, 0), number
    row = town.all(select(record).order_by(record.c.id.desc()))[0]
    form = {"corrections": {"document_number": "溪环罚【2026】第009号"}}
    with town.db.begin() as tx, pytest.raises(Refused, match="溪环罚"):
        effects.apply(tx, town.law, row, Wanted(("correct_record",), town.now, form, "更正"))


def test_an_annulled_record_frees_its_key_for_the_right_one(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号", day="2026-05-11")))
    end(town, "annul_record")
    outcome = bring(town, csv(line("溪环罚[2026]1号", day="2025-05-11")))
    assert (outcome.new, outcome.refused) == (1, 0)
    wrong, right = town.all(select(record).order_by(record.c.id))
    assert (wrong.annulled_at is None, right.annulled_at) == (False, None)
    trifle = bring(town, csv(line("溪环罚〔2026〕1号", day="2026-05-11").replace("处罚款。", "处罚款!")))
    assert (trifle.new, trifle.refused) == (0, 1)
    with town.db.begin() as tx, pytest.raises(Refused, match="不能恢复"):
        effects.apply(tx, town.law, wrong, Wanted(("restore_record",), town.now, reason="误撤"))


def test_an_annulled_record_restored_holds_its_key_again(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号")))
    end(town, "annul_record")
    end(town, "restore_record")
    assert the_record(town).annulled_at is None
    assert bring(town, csv(line("溪环罚[2026]1号", day="2025-05-11"))).refused == 1


@pytest.mark.parametrize(("state", "scope", "new", "shown"), [
    ("0", "0", 1, True), ("正常", "公示", 1, True), ("1", "0", 0, False), ("撤销", "0", 0, False), ("2", "0", 1, False),
    ("3", "0", 1, False), ("7", "0", 1, False), ("0", "1", 1, False), ("0", "2", 1, False), ("0", "9", 1, False),
])  # fmt: skip
def test_codes_of_the_old_layout(town: Town, state: str, scope: str, new: int, shown: bool) -> None:
    outcome = bring(town, old_file(old("溪环罚〔2026〕1号", state, scope)))
    assert (outcome.new, outcome.refused) == (new, 1 - new)
    rows = town.all(select(record))
    assert [row.state for row in rows] == (["published" if shown else "unpublished"] if new else [])
    assert bool(town.all(select(outbox).where(outbox.c.topic == "push"))) is shown
    assert [row.kind for row in town.all(select(held_row))] == (["publish"] if new and not shown else [])


def the_held(town: Town) -> Any:
    return town.one(select(held_row).order_by(held_row.c.id.desc()).limit(1))


def decide(town: Town, who: str, accept: bool = True, reason: str = "已核对") -> str:
    with town.db.begin() as tx:
        return held_rows_decision.decide(
            tx, town.services, town.actor(who), the_held(town).id, accept=accept, reason=reason, now=town.now
        )


@pytest.mark.parametrize(("accept", "state"), [(True, "published"), (False, "unpublished")])
def test_what_was_kept_back_is_shown_when_a_person_says_so(town: Town, accept: bool, state: str) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号", "2")))
    with pytest.raises(NotFound):
        decide(town, "examiner@MARKET")
    with pytest.raises(Invalid):
        decide(town, "examiner@ENV", reason=" ")
    decide(town, "examiner@ENV", accept)
    assert the_record(town).state == state
    with pytest.raises(Conflict):
        decide(town, "examiner@ENV", accept)
    town.sound()


def test_a_natural_person_is_never_shown_by_such_a_decision(town: Town) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号", "2")))
    with town.db.begin() as tx:
        row = tx.execute(select(record)).one()
        tx.execute(subject.update().where(subject.c.id == row.subject_id).values(kind="natural_person"))
        record_events.append(tx, row, NewEvent(action="look", at=town.now))
    decide(town, "examiner@ENV")
    assert the_record(town).state == "unpublished"


@pytest.mark.parametrize("state", ["撤销", "1", "1-撤销"])
def test_a_delivered_revocation_is_annulled_by_two(town: Town, state: str) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号")))
    for spelling in ("溪环罚〔2026〕1号", "溪环罚[2026]第1号"):
        outcome = bring(town, old_file(old(spelling, state)))
        assert (outcome.new, outcome.refused) == (0, 1)
    assert [row.kind for row in town.all(select(held_row))] == ["annul"]  # asked once
    assert town.notices("decider@ENV", "held_row")
    assert decide(town, "examiner@ENV") == "proposed"
    assert the_record(town).state == "published"
    with pytest.raises(Forbidden, match="另一人"):
        decide(town, "examiner@ENV")
    assert decide(town, "decider@ENV") == "accepted"
    row = the_record(town)
    assert (row.state, row.annulled_at is not None) == ("sealed", True)
    told = town.all(select(outbox).where(outbox.c.kind == "record_changed").order_by(outbox.c.id))
    assert told[-1].payload["state"] == "sealed"
    assert bring(town, old_file(old("溪环罚[2026]1号"))).new == 0
    town.sound()


def test_the_second_of_two_must_be_one_who_decides(town: Town) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号")))
    bring(town, old_file(old("溪环罚〔2026〕1号", "撤销")))
    decide(town, "decider@ENV")
    with pytest.raises(Forbidden, match="批准人"):
        decide(town, "examiner@ENV")
    assert decide(town, "examiner@ENV", accept=False) == "refused"
    assert the_record(town).state == "published"


def test_a_public_record_said_to_be_internal_waits_for_a_person(town: Town) -> None:
    bring(town, old_file(old("溪环罚〔2026〕1号")))
    assert bring(town, old_file(old("溪环罚[2026]1号", "0", "1"))).refused == 1
    assert the_held(town).kind == "publish"
    assert decide(town, "examiner@ENV", accept=False) == "refused"
    assert the_record(town).state == "ceased"


@pytest.mark.parametrize("typed", [
    "溪环罚〔2026〕21号", "溪环罚[2026]21号", "溪环罚（2026）21号", "溪环罚 〔2026〕 21 号", "溪环罚〔2026〕第21号", "〔2026〕21号",
    "９１３２０８３０ＭＡ１Ｘ２Ｙ３Ｔ", "9132 0830 MA1X 2Y3T",
])  # fmt: skip
def test_records_are_found_as_people_type(town: Town, typed: str) -> None:
    from repairflow.casework.queries.records import listing as found

    bring(town, csv(line("溪环罚〔2026〕21号"), line("溪环罚〔2026〕121号"), line("溪环罚〔2026〕210号")))
    code = line("x").split(",")[2]
    text = typed if "罚" in typed or "号" in typed else typed + code[-2:]
    with town.db.read() as tx:
        rows = found.listing(tx, town.law, town.actor("examiner@ENV"), search=text).rows
    assert ("溪环罚〔2026〕21号" in [row.document_number for row in rows]) is True
    if "号" in typed and "罚" in typed:
        assert len(rows) == 1


def test_a_measure_for_life_is_not_lifted_by_a_repair_but_by_annulment(town: Town) -> None:
    number = town.record()
    with town.db.begin() as tx:
        row = tx.execute(select(record).where(record.c.number == number)).one()
        for code in ("bidding", "lifelong_ban"):
            given = {"record_id": row.id, "code": code, "label": code, "office_id": town.offices["MARKET"]}
            tx.execute(measure.insert().values(**given, imposed_on=date(2026, 1, 1)))
        record_events.append(tx, row, NewEvent(action="impose", at=town.now))
    repair = town.file_repair(number)
    town.steps(repair, "accept", "report_verification", "propose_grant", "grant")
    standing = select(measure.c.code).where(measure.c.lifted_at.is_(None))
    assert [row.code for row in town.all(standing)] == ["lifelong_ban"]
    end(town, "annul_record")
    end(town, "lift_measures")
    assert town.all(standing) == []


def test_the_database_itself_refuses_a_second_record_of_one_decision(town: Town) -> None:
    from sqlalchemy.exc import IntegrityError

    bring(town, csv(line("溪环罚〔2026〕1号")))
    stood = dict(the_record(town)._mapping)
    del stood["id"]
    with pytest.raises(IntegrityError), town.db.begin() as tx:
        tx.execute(
            record.insert().values(**{**stood, "number": "SX-2026-999999", "document_number": "溪环罚[2026]1号"})
        )


def test_a_traders_decision_under_another_code_waits_for_a_person(town: Town) -> None:
    """Traders of one name are many; one decision about two of the same name is a slip, or a repaired one coming back."""
    codes = [make_uscc("320830", f"MA7AAAA{place}", "9", "2") for place in (1, 2)]

    def row(code: str, number: str) -> str:
        cells = line(number, fine="0.5").split(",")
        return ",".join(["云溪县老王小吃店", "个体工商户", code, *cells[3:]])

    assert bring(town, csv(row(codes[0], "溪环罚〔2026〕1号"))).new == 1
    outcome = bring(town, csv(row(codes[1], "溪环罚（2026）第1号"), row(codes[1], "溪环罚〔2026〕2号")))
    assert (outcome.new, outcome.held) == (1, 1)
    assert "同一文号、同一名称" in outcome.problems[0].reason
