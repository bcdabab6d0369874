"""The table for the lawyer as a PDF: whole, tagged, the same each time, with the digests under which one signs."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from pypdf import PdfReader

from repairflow.cli.review import review_of
from repairflow.cli.review_sheet import as_pdf, sections
from repairflow.law.reviewing.table import Review
from repairflow.letters.fonts.families import MissingGlyphs
from tests.support.shipped import library

TODAY = date(2026, 11, 28)


@cache
def table() -> Review:
    return review_of(library(), "repair", "2026-04", "general", TODAY)


@cache
def pdf() -> bytes:
    return as_pdf(table(), TODAY)


def test_every_row_and_both_digests_are_printed() -> None:
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf())).pages))
    for row in table().rows:
        assert re.sub(r"\s", "", row.what) in text
    for words in (
        table().procedure.digest,
        table().pack.digest,
        table().digest,
        "法律顾问签名",
        "须补读的文本",
        "第二十条第一款",
        "办理期限的延长",
    ):
        assert words in text


def test_it_is_tagged_archival_chinese_and_the_same_each_time() -> None:
    catalog = PdfReader(io.BytesIO(pdf())).root_object
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "zh-CN"
    assert "/StructTreeRoot" in catalog
    assert b"pdfaid" in catalog["/Metadata"].get_object().get_data()
    assert as_pdf(table(), TODAY) == pdf()


def test_what_no_font_has_is_named_and_text_is_no_markup() -> None:
    row = table().rows[0]
    with pytest.raises(MissingGlyphs):
        as_pdf(replace(table(), rows=(replace(row, what="\U0002ffff"),)), TODAY)
    text = (
        PdfReader(io.BytesIO(as_pdf(replace(table(), rows=(replace(row, what="<b>&"),)), TODAY)))
        .pages[0]
        .extract_text()
    )
    assert "<b>&" in text


def test_each_kind_of_row_has_the_columns_it_fills() -> None:
    found = {title: columns for title, columns, _ in sections(table())}
    assert [one.name for one in found["期限"]] == [
        "number",
        "what",
        "who",
        "way",
        "condition",
        "figure",
        "effect",
        "cited",
        "state",
    ]
    for columns in found.values():
        assert sum(one.width for one in columns) == pytest.approx(100, abs=0.1)
    assert sum(len(rows) for _, _, rows in sections(table())) == len(table().rows)


def test_an_extension_stands_beside_what_the_law_gives_for_it() -> None:
    limits = table().limits
    spans = {one.label: one for one in limits.spans}
    assert (spans["办理期限的延长"].taken, spans["办理期限的延长"].allowed) == (
        "10个工作日",
        "10个工作日（条文没有核对）",
    )
    assert (limits.taken, limits.allowed) == ("41个工作日", "条文没有核对的20个工作日")


@pytest.mark.parametrize(("name", "pack"), [("record", "CN-2026"), ("repair", "CN-2026")])
def test_the_table_is_under_the_pack_of_a_case_filed_today(name: str, pack: str) -> None:
    """The record's own procedure is older than every pack."""
    assert review_of(library(), name, None, "general", TODAY).pack.pack == pack
