"""Dirty rows through the reader of files: none is taken for another decision, and next to none is refused needlessly."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from random import Random

import pytest
import xlsxwriter

from repairflow.gateway.penalties.fields import FIELDS
from repairflow.gateway.penalties.file import FileReport
from repairflow.gateway.penalties.row import PenaltyRow
from tests.gateway import dirt
from tests.gateway.dirt import Clean
from tests.gateway.penalty_pack import PACK
from tests.gateway.test_penalty_files import TODAY, nothing_known
from tests.gateway.whole_files import read_file

COLUMNS = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_FRDB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF",
    "CF_JDRQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "BZ", "CF_ZT",
)  # fmt: skip


A_FILE = 100
"""Rows of one file: each file is made in another way."""


def around(rows: list[list[str]], random: Random) -> list[list[str]]:
    """The rows under their headings, with what offices write over and under a table."""
    title = random.choice([[], [["云溪县行政处罚信息表"]], [["云溪县行政处罚信息表"], ["单位：万元"]]])
    names = [FIELDS[name].label for name in COLUMNS]
    heads = random.choice([[list(COLUMNS)], [names], [names, list(COLUMNS)], [["行政处罚信息"] + [""] * 16, names]])
    below = random.choice([[], [["合计", "", f"{len(rows)}件"]], [["填表人：甲", "", "审核人：乙"]]])
    return [*title, *heads, *rows, *below]


def as_csv(lines: list[list[str]], random: Random) -> bytes:
    out = io.StringIO(newline="")
    quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(out, delimiter=random.choice(",;\t"), quoting=quoting).writerows(lines)  # type: ignore[arg-type]  # an int
    encoding = random.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
    before = (
        random.choice([b"", b"\xef\xbb\xbf"]) if encoding == "utf-8-sig" else b""
    )  # some programs write the mark twice
    return before + out.getvalue().encode(encoding)


def as_workbook(lines: list[list[str]], random: Random) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        kinds = random.choice([["shown"], ["hidden", "shown"], ["shown", "shown"]])
        sheets = [book.add_worksheet() for _ in kinds]
        for kind, sheet in zip(kinds, sheets, strict=True):
            for number, line in enumerate(lines):
                for column, cell in enumerate(line):
                    sheet.write_string(number, column, cell)
            if kind == "hidden":
                sheets[-1].activate()
                sheets[-1].set_first_sheet()
                sheet.hide()
    return out.getvalue()


def delivered(rows: list[dict[str, str]], random: Random) -> list[FileReport]:
    """The reports of as many files as it takes."""
    found = []
    for begin in range(0, len(rows), A_FILE):
        cells = [[row.get(name, "") for name in COLUMNS] for row in rows[begin : begin + A_FILE]]
        made = random.choice([as_csv, as_csv, as_workbook])(around(cells, random), random)
        found.append(read_file(made, PACK, TODAY, nothing_known))
    return found


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
    reports = delivered([dirt.dirty(clean, random) for clean in cleans], random)
    assert sum(report.total for report in reports) == size
    rows = [row for report in reports for row in report.rows]
    by_key = {clean.key: clean for clean in cleans}
    wrong = [
        row for row in rows if row.key.document_key not in by_key or not is_meant(row, by_key[row.key.document_key])
    ]
    needless = size - len(rows) + sum(bool(row.doubts) for row in rows)
    assert wrong == []
    refused = [problem for report in reports for problem in report.problems]
    assert needless <= size // 100, [(p.field, p.shown, p.reason) for p in refused[:10]]


def test_a_sample_of_dirty_rows_is_read_as_meant() -> None:
    check(600, seed=20260604)


@pytest.mark.soak
def test_ten_thousand_dirty_rows_are_read_as_meant() -> None:
    for seed in range(5):
        check(2_000, seed)


def test_what_must_not_be_taken_is_refused_or_waits() -> None:
    random = Random(7)
    rows = []
    for serial in range(1, 601):
        clean = dirt.clean(random, serial)
        field, poison = dirt.POISON[serial % len(dirt.POISON)]
        rows.append({**dirt.dirty(clean, random), field: poison(clean)})
    taken = [row for report in delivered(rows, random) for row in report.rows if not row.doubts]
    assert [(row.row, row.canonical()) for row in taken] == []
