"""Importing a penalty file: whole or not at all, once, and never over what stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases import import_penalties
from repairflow.errors import Invalid, NotFound
from repairflow.records import record, subject
from repairflow.settings import asset
from tests.support.building import Town

HEAD = (
    "行政相对人名称,行政相对人类别,行政相对人代码_1（统一社会信用代码）,行政处罚决定书文号,违法行为类型,处罚类别,处罚内容,"
    "罚款金额（万元）,处罚决定日期,处罚机关"
)
YUNXI = "91320830MA1X2Y3T4C"


def line(
    number: str, *, fine: str = "2", day: str = "2026-05-11", office: str = "云溪县生态环境局", kinds: str = "罚款"
) -> str:
    return f"云溪环保科技有限公司,法人及非法人组织,{_code()},{number},超标排放水污染物,{kinds},处罚款。,{fine},{day},{office}"


def _code() -> str:
    from repairflow.law.identifiers import make_uscc

    return make_uscc("320830", "MA1X2Y3T")


def csv(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines)).encode("utf-8-sig")


def bring(town: Town, content: bytes | Path, **more: Any) -> import_penalties.Outcome:
    """A delivery; `more` are other fields of it than the usual, its time, and how it is imported."""
    given = {"name": "双公示.csv", "office_code": "ENV", "actor": SYSTEM} | more
    file = {name: given.pop(name) for name in ("name", "office_code", "actor", "provenance") if name in given}
    delivered = import_penalties.Delivered(content, **file)
    return import_penalties.import_file(town.db, town.services, delivered, given.pop("now", town.now), **given)


def test_rows_become_records(town: Town) -> None:
    outcome = bring(town, csv(line("溪环罚〔2026〕1号"), line("溪环罚〔2026〕2号", kinds="警告", fine="")))
    assert (outcome.total, outcome.new, outcome.refused, outcome.problems) == (2, 2, 0, [])
    fine, warning = town.all(select(record).order_by(record.c.id))
    assert (fine.state, fine.severity, fine.subject_id) == ("published", "ordinary", town.subjects["yunxi"])
    assert (fine.authority_id, fine.provider_id) == (town.offices["ENV"], town.offices["ENV"])
    assert (warning.state, warning.severity) == ("unpublished", "minor")
    assert fine.min_until is not None
    assert fine.min_until < fine.max_until
    town.sound()


def test_the_same_file_again_changes_nothing(town: Town) -> None:
    content = csv(line("溪环罚〔2026〕1号"), line("溪环罚〔2026〕2号"))
    bring(town, content)
    before = town.counts()
    again = bring(town, content)
    assert (again.new, again.unchanged, again.refused) == (0, 2, 0)
    assert town.counts() == before
    more = bring(town, csv(line("溪环罚〔2026〕2号"), line("溪环罚〔2026〕3号")))
    assert (more.new, more.unchanged) == (1, 1)


def test_a_decision_in_several_rows_is_one_record_however_often_it_comes(town: Town) -> None:
    content = csv(
        line("溪环罚〔2026〕1号"), line("溪环罚〔2026〕1号", kinds="警告", fine=""), line("溪环罚〔2026〕2号")
    )
    assert bring(town, content, dry_run=True).new == 2
    outcome = bring(town, content)
    assert (outcome.new, outcome.unchanged, outcome.refused) == (2, 1, 0)
    whole, _other = town.all(select(record).order_by(record.c.id))
    assert (whole.penalty_kinds, whole.fine_wan) == (["fine", "warning"], 2)
    before = town.counts()
    again = bring(town, content)
    assert (again.new, again.unchanged, again.refused, town.counts()) == (0, 3, 0, before)


def test_a_row_that_differs_from_what_stands_is_refused(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号")))
    stood = town.all(select(record))
    outcome = bring(town, csv(line("溪环罚〔2026〕1号", fine="9"), line("溪环罚〔2026〕2号")))
    assert (outcome.new, outcome.refused) == (1, 1)
    assert [problem.row for problem in outcome.problems] == [2]
    assert town.all(select(record).where(record.c.id == stood[0].id)) == stood


def test_a_dry_run_writes_nothing(town: Town) -> None:
    before = town.counts()
    outcome = bring(town, csv(line("溪环罚〔2026〕1号")), dry_run=True)
    assert outcome.new == 1
    assert town.counts() == before


def test_bad_rows_are_named_and_good_ones_come_in(town: Town) -> None:
    outcome = bring(
        town,
        csv(
            line("溪环罚〔2026〕1号", day="2026-02-30"),
            line("溪环罚〔2026〕2号"),
            line("溪环罚〔2026〕3号", office="邻县林业局"),
        ),
    )
    assert (outcome.new, outcome.refused) == (1, 2)
    assert {(problem.row, bool(problem.reason)) for problem in outcome.problems} == {(2, True), (4, True)}


def test_an_unknown_office_is_named(town: Town) -> None:
    with pytest.raises(NotFound, match="NOWHERE"):
        bring(town, csv(line("溪环罚〔2026〕1号")), office_code="NOWHERE")


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", "甲,乙\n1,2".encode()], ids=["empty", "binary", "other columns"]
)
def test_what_is_no_penalty_file_is_refused(town: Town, content: bytes) -> None:
    before = town.counts()
    with pytest.raises(Invalid):
        bring(town, content)
    assert town.counts() == before


def test_a_crash_in_the_middle_leaves_nothing_of_its_batch(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_penalties, "BATCH_SECONDS", 60)  # all in one
    before, works, calls = town.counts(), import_penalties.enter, []

    def breaks(*given: Any, **named: Any) -> int:
        calls.append(given)
        if len(calls) == 3:
            raise OSError("the disk is full")
        return works(*given, **named)

    lines = [line(f"溪环罚〔2026〕{n}号") for n in range(1, 6)]
    with monkeypatch.context() as patch:
        patch.setattr(import_penalties, "enter", breaks)
        with pytest.raises(OSError, match="full"):
            bring(town, csv(*lines))
    assert town.counts() == before
    assert bring(town, csv(*lines)).new == 5
    numbers = [row.number for row in town.all(select(record.c.number).order_by(record.c.id))]
    assert numbers == [f"SX-2026-{n:06d}" for n in range(1, 6)]


def test_after_a_crash_the_same_file_brings_what_was_missing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_penalties, "BATCH_SECONDS", 0)  # a row a batch
    works, calls = import_penalties.enter, []

    def breaks(*given: Any, **named: Any) -> int:
        calls.append(given)
        if len(calls) == 3:
            raise OSError("the disk is full")
        return works(*given, **named)

    lines = [line(f"溪环罚〔2026〕{n}号") for n in range(1, 6)]
    with monkeypatch.context() as patch:
        patch.setattr(import_penalties, "enter", breaks)
        with pytest.raises(OSError, match="full"):
            bring(town, csv(*lines))
    assert len(town.all(select(record))) == 2
    again = bring(town, csv(*lines))
    assert (again.new, again.unchanged) == (3, 2)
    numbers = [row.number for row in town.all(select(record.c.number).order_by(record.c.id))]
    assert numbers == [f"SX-2026-{n:06d}" for n in range(1, 6)]
    town.sound()


def test_a_new_subject_is_entered_and_a_known_name_stays(town: Town) -> None:
    bring(town, csv(line("溪环罚〔2026〕1号").replace("云溪环保科技有限公司", "云溪环保科技股份公司")))
    assert {row.name for row in town.all(select(subject.c.name))} == {"云溪环保科技有限公司", "恒拓建材有限公司"}


def test_the_sample_files_come_in(town: Town) -> None:
    outcome = bring(town, asset("workflows") / "samples" / "penalties.csv")
    assert outcome.new
    assert not outcome.refused
    faulty = bring(town, asset("workflows") / "samples" / "penalties-with-faults.csv")
    assert faulty.refused
    town.sound()
