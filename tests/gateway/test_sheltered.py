"""Tables taken apart in a child: the same rows and refusals as in this process, and a file that bursts a bound is refused."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from repairflow.gateway import limited_parser
from repairflow.gateway.limited_parser import Bounds
from repairflow.gateway.penalties.file import open_table
from repairflow.gateway.penalties.grid import Limits, Source, UnreadableFile
from repairflow.gateway.penalties.row import PenaltyKey
from repairflow.settings import asset
from tests.gateway import penalty_samples as samples
from tests.gateway.penalty_pack import PACK
from tests.gateway.whole_files import read_file

SAMPLES = asset("workflows") / "samples"
GOOD = samples.csv_text(samples.GOOD)


def nothing_known(_: PenaltyKey) -> None:
    return None


def workbook(*rows: list[object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def altered(book: bytes, part: str, new: bytes) -> bytes:
    """The workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            made.writestr(name, new if name == part else old.read(name))
    return out.getvalue()


def sheet(content: str) -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{content}</sheetData></worksheet>'


@pytest.mark.parametrize("name", ["penalties.csv", "penalties.xlsx", "penalties-with-faults.csv"])
def test_a_child_reads_what_this_process_reads(name: str) -> None:
    here = read_file(SAMPLES / name, PACK, date(2026, 6, 10), nothing_known)
    there = read_file(SAMPLES / name, PACK, date(2026, 6, 10), nothing_known, opens=limited_parser.open_grid)
    assert there == here
    assert there.total > 0


def test_days_numbers_and_formulas_come_through() -> None:
    book = workbook(["甲", date(2026, 5, 1), 2.5, 7, "=1+1", ""])
    grid = limited_parser.open_grid(Source(book, "a.xlsx"), Limits())
    (row,) = grid.rows(20)
    grid.close()
    assert row[:4] == ["甲", date(2026, 5, 1), 2.5, 7]
    assert "公式" in str(row[4])


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "空的"), (b"%PDF-1.7", "PDF"), (b"PK\x03\x04 cut off", "没有传完"), ((GOOD + '"x').encode(), "引号")],
)
def test_refusals_arrive_in_the_same_words(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as here:
        open_table(content, "样例")
    with pytest.raises(UnreadableFile) as there:
        open_table(content, "样例", opens=limited_parser.open_grid)
    assert says in there.value.message
    assert (there.value.message, there.value.problems) == (here.value.message, here.value.problems)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '">]>'
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "iso-8859-1", "koi8-r"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "docProps/app.xml"])
def test_a_document_type_is_refused_in_any_encoding_and_part(encoding: str, part: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    evil = mark + (f'<?xml version="1.0" encoding="{encoding.removesuffix("-be")}"?>' + ENTITIES + sheet(CELL)).encode(
        encoding
    )
    with pytest.raises(UnreadableFile, match="内部结构异常"):
        open_table(altered(workbook(["甲"]), part, evil), "样例.xlsx")


def test_a_part_that_is_named_otherwise_hides_nothing() -> None:
    """A workbook names its parts itself: a sheet may lie in sheet1.bin."""
    book = workbook(["甲"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as made:
        for name in old.namelist():
            made.writestr(name, old.read(name).replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.bin"))
        made.writestr("xl/worksheets/sheet1.bin", ENTITIES + sheet(CELL))
    with pytest.raises(UnreadableFile, match="内部结构异常"):
        open_table(out.getvalue(), "样例.xlsx")


def slow_book() -> bytes:
    """A few KiB that unpack to many rows: seconds of work for nothing."""
    return altered(workbook(["甲"]), "xl/worksheets/sheet1.xml", sheet("<row><c/></row>" * 1_000_000).encode())


def large_book() -> bytes:
    """A small file whose texts fill the memory."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts = f'<sst xmlns="{space}">' + f"<si><t>{'a' * 200}</t></si>" * 20_000 + "</sst>"
    return altered(workbook(["甲"]), "xl/sharedStrings.xml", texts.encode())


@pytest.mark.parametrize(
    ("content", "bounds"),
    [
        (slow_book(), Bounds(seconds=1)),
        (large_book(), Bounds(memory_mib=40)),
        ((GOOD * 2_000).encode(), Bounds(output_mib=1)),
    ],
    ids=["time", "memory", "output"],
)
def test_what_bursts_a_bound_is_refused_and_leaves_nothing(
    content: bytes, bounds: Bounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(slow_book()) < 40 * 1024
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    begun = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        limited_parser.open_grid(Source(content, "样例"), Limits(), bounds)
    assert limited_parser.TOO_MUCH in caught.value.message
    assert time.monotonic() - begun < 60
    assert list(tmp_path.iterdir()) == []


def test_a_small_file_gets_little_time() -> None:
    assert Bounds().seconds_for(24 * 1024) == 10
    assert Bounds().seconds_for(2 * 1024 * 1024) == 30
    assert Bounds().seconds_for(128 * 1024 * 1024) == Bounds().seconds


def test_whoever_waits_shows_that_it_lives() -> None:
    looked: list[int] = []
    with pytest.raises(UnreadableFile):
        limited_parser.open_grid(Source(slow_book(), "样例"), Limits(), Bounds(seconds=2), lambda: looked.append(1))
    assert looked


def test_whoever_stops_waiting_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        limited_parser.open_grid(Source(slow_book(), "样例"), Limits(), Bounds(seconds=60), stop)
    assert list(tmp_path.iterdir()) == []
