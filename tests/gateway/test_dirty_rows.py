"""Dirty rows through the reader of files: none is taken for another decision, and next to none is refused needlessly."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from random import Random

import pytest

from repairflow.gateway.penalties.file import FileReport, read_file
from repairflow.gateway.penalties.row import PenaltyRow
from tests.gateway import dirt
from tests.gateway.dirt import Clean
from tests.gateway.penalty_pack import PACK
from tests.gateway.test_penalty_files import TODAY, nothing_known

COLUMNS = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_FRDB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF",
    "CF_JDRQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "BZ", "CF_ZT",
)  # fmt: skip


def delivered(rows: list[dict[str, str]]) -> FileReport:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([row.get(name, "") for name in COLUMNS] for row in rows)
    return read_file(out.getvalue().encode("utf-8-sig"), PACK, TODAY, nothing_known)


def is_meant(row: PenaltyRow, clean: Clean) -> bool:
    """Whether a row was read as what the clean one means."""
    return (
        row.key.document_key == clean.key and row.uscc == clean.code and row.name == clean.name and row.decision_date == clean.day
        and row.fine_wan == Decimal(clean.fine) and row.confiscated_wan is None and row.publicity_end is None
        and set(row.penalty_kinds) == {dirt.KINDS[kind] for kind in clean.kinds} and row.legal_representative == ""
        and row.authority_name == dirt.ECOLOGY[0]
    )  # fmt: skip


def check(size: int, seed: int) -> None:
    random = Random(seed)
    cleans = [dirt.clean(random, serial) for serial in range(1, size + 1)]
    report = delivered([dirt.dirty(clean, random) for clean in cleans])
    assert report.total == size
    by_key = {clean.key: clean for clean in cleans}
    wrong = [
        row
        for row in report.rows
        if row.key.document_key not in by_key or not is_meant(row, by_key[row.key.document_key])
    ]
    needless = size - len(report.rows) + sum(bool(row.doubts) for row in report.rows)
    assert wrong == []
    assert needless <= size // 100, [(p.field, p.shown, p.reason) for p in report.problems[:10]]


def test_a_sample_of_dirty_rows_is_read_as_meant() -> None:
    check(600, seed=20260604)


@pytest.mark.soak
def test_ten_thousand_dirty_rows_are_read_as_meant() -> None:
    for seed in range(5):
        check(2_000, seed)


def test_what_must_not_be_taken_is_refused_or_waits() -> None:
    random = Random(7)
    rows = []
    for serial in range(1, 361):
        clean = dirt.clean(random, serial)
        field, poison = dirt.POISON[serial % len(dirt.POISON)]
        rows.append({**dirt.dirty(clean, random), field: poison(clean)})
    report = delivered(rows)
    assert [row for row in report.rows if not row.doubts] == []
