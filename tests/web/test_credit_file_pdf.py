"""The credit file as a PDF: everything of one company, tagged, in pages; nothing of another's."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from flask import Flask

from tests.letters.pdf_ua import broken_rules
from tests.support.building import Town
from tests.web.portal_visit import Visitor

pytestmark = pytest.mark.either_database


def pdf(visitor: Visitor, query: str = "") -> pypdf.PdfReader:
    visitor.get(f"/my/credit-file.pdf{query}")
    assert visitor.page.mimetype == "application/pdf"
    assert visitor.page.headers["Cache-Control"] == "private, no-store"
    return pypdf.PdfReader(io.BytesIO(visitor.page.data))


def words(read: pypdf.PdfReader) -> str:
    return "".join("".join(page.extract_text().split()) for page in read.pages)


def test_it_holds_every_record_and_says_how_each_stands(app: Flask, town: Town) -> None:
    ready, waits = town.record(date(2026, 1, 5), measured=True), town.record(date(2026, 5, 20))
    other = town.record(company="hengtuo")
    case = town.file_objection()
    visitor = Visitor(app, town, "yunxi")
    assert "/my/credit-file.pdf?subject=" in visitor.get("/my/credit-file")
    said = words(pdf(visitor))
    assert "信用档案" in said
    for text in (
        ready,
        waits,
        case,
        "云溪环保科技有限公司",
        "现在可以申请修复",
        "惩戒措施：限制投标",
        "不作证明",
        "没有列入任何名单",
    ):
        assert text in said, text
    assert other not in said
    assert broken_rules(visitor.page.data) == []  # tagged, as readers for the blind need it


def test_a_long_file_has_pages_with_numbers_and_headings(app: Flask, town: Town) -> None:
    numbers = {town.record(date(2026, 1, 5)) for _ in range(30)}
    read = pdf(Visitor(app, town, "yunxi"))
    assert len(read.pages) > 1
    said = words(read)
    assert all(number in said for number in numbers)
    last = "".join(read.pages[-1].extract_text().split())
    assert f"第{len(read.pages)}页，共{len(read.pages)}页" in last


@pytest.mark.parametrize(("who", "status"), [("reviewer@ENV", 403), ("hengtuo", 200)])
def test_it_is_for_those_who_speak_for_the_company(app: Flask, town: Town, who: str, status: int) -> None:
    number = town.record()
    visitor = Visitor(app, town, who)
    visitor.get(f"/my/credit-file.pdf?subject={town.subjects['yunxi']}", status)
    if status == 200:  # a stranger's address gives one's own
        assert number not in words(pdf(visitor, f"?subject={town.subjects['yunxi']}"))
