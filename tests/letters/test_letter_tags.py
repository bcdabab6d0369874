"""What a reading aid meets: tables with their headings, lists with their items, headings, and nothing twice."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from repairflow.letters.layout.page import markup
from repairflow.letters.pdf.render import press_here
from repairflow.letters.text.templates import Paragraph
from tests.letters.letter_samples import letter
from tests.letters.test_letter_layout import line_of, pages, words

OPEN: list[pikepdf.Pdf] = []
"""Elements are those of an open file."""


def tagged(*paragraphs: Paragraph) -> list[Any]:
    """The elements of a letter of these paragraphs, in the order of reading."""
    pdf = pikepdf.open(io.BytesIO(press_here(letter(paragraphs=paragraphs)).pdf))
    OPEN.append(pdf)
    return [one for top in pdf.Root.StructTreeRoot.K for one in below(top)]


def below(element: Any) -> Iterator[Any]:
    yield element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from below(kid)


def kids(element: Any) -> list[str]:
    return [str(kid.S) for kid in element.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def of(kind: str, found: list[Any]) -> list[Any]:
    return [one for one in found if f"/{kind}" == one.S]


def item(number: int, text: str = "缴款凭证；") -> Paragraph:
    return Paragraph(level="body", text=f"{number}. {text}")


HEAD = Paragraph(level="row_head", text="项目\t原内容\t更正后")


def row(number: int) -> Paragraph:
    return Paragraph(level="row", text=f"第{number}项\t20\t2")


def test_a_table_has_its_headings_and_every_cell_names_them() -> None:
    found = tagged(HEAD, row(1), row(2))
    (table,) = of("Table", found)
    assert kids(table) == ["/THead", "/TBody"]
    heads = of("TH", found)
    assert len(heads) == 3
    cells = of("TD", found)
    assert len(cells) == 6
    named = [[str(name) for name in cell.A.Headers] for cell in cells]
    assert named == [[str(head.ID)] for head in heads] * 2


def test_a_table_of_many_pages_has_its_headings_on_each() -> None:
    """To a reading aid they are one table, whose headings are said once: those of later pages are for the eye alone."""
    found = tagged(HEAD, *map(row, range(1, 80)))
    pdf = OPEN[-1]
    assert len(pdf.pages) > 2
    (table,) = of("Table", found)
    assert (kids(table), len(of("TH", found))) == (["/THead", "/TBody"], 3)
    cells = of("TD", found)
    assert len(cells) == 3 * 79
    assert {str(name) for cell in cells for name in cell.A.Headers} == {str(head.ID) for head in of("TH", found)}
    for page in pdf.pages[1:-1]:
        artifacts = [shown for mark, shown in marks(page) if mark == "/Artifact" and shown]
        assert len(artifacts) == 3 + 1  # the headings again, and the number of the page


def test_a_table_of_names_and_values_has_a_heading_in_each_line() -> None:
    lines = [Paragraph(level="row", text=f"事项{number}\t内容") for number in range(60)]
    found = tagged(*lines)
    assert (len(of("Table", found)), len(of("TH", found))) == (1, 60)
    assert [[str(name) for name in cell.A.Headers] for cell in of("TD", found)] == [
        [str(head.ID)] for head in of("TH", found)
    ]


def test_two_tables_with_the_same_columns_stay_two() -> None:
    assert len(of("Table", tagged(HEAD, row(1), HEAD, row(2)))) == 2


def marks(page: pikepdf.Page) -> Iterator[tuple[str, int]]:
    """The marked pieces of a page: how each is marked, and how many texts it shows."""
    open_mark, shown = "", 0
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BDC", "BMC"):
            open_mark, shown = str(operands[0]), 0
        elif str(operator) in ("Tj", "TJ"):
            assert open_mark, "text that is marked as nothing"
            shown += 1
        elif str(operator) == "EMC":
            yield open_mark, shown
            open_mark = ""


@pytest.mark.parametrize(
    ("paragraphs", "lists"),
    [
        ([item(1), item(2), item(3)], [3]),
        ([item(1), Paragraph(level="body", text="此外："), item(1), item(2)], [1, 2]),
        ([item(1), item(2), item(1)], [2, 1]),  # a second list begins
        ([item(2)], []),  # a sentence that begins with a number
    ],
)
def test_numbered_items_are_lists(paragraphs: list[Paragraph], lists: list[int]) -> None:
    found = tagged(*paragraphs)
    assert [kids(one).count("/LI") for one in of("L", found)] == lists
    assert all(kids(one) == ["/LBody"] for one in of("LI", found))


def test_a_list_over_two_pages_is_one_and_so_is_the_item_that_the_page_breaks() -> None:
    """Items of three lines: the page breaks one of them, or stands between two, as the list is pushed down line by line."""
    broken = 0
    for above in range(4):
        lead = [Paragraph(level="body", text="前面的一段。")] * above
        found = tagged(*lead, *(item(number, "逐项核对的内容" * 12) for number in range(1, 9)))
        assert len(OPEN[-1].pages) == 2
        (whole,) = of("L", found)
        assert kids(whole) == ["/LI"] * 8
        assert all(kids(one) == ["/LBody"] for one in of("LI", found))
        broken += any(len({page for page, _ in places(one)}) == 2 for one in of("LI", found))
        assert len({page for page, _ in places(whole)}) == 2
        assert places(whole) == sorted(places(whole))
    assert broken


def test_a_paragraph_over_two_pages_is_one() -> None:
    found = tagged(Paragraph(level="body", text="一段很长的理由，" * 120 + "到此为止。"))
    long = [one for one in of("P", found) if len(places(one)) > 20]  # lines
    assert [{page for page, _ in places(one)} for one in long] == [{0, 1}]
    assert places(long[0]) == sorted(places(long[0]))


def places(element: Any) -> list[tuple[int, int]]:
    """Where what an element shows stands, in the order of reading: the page, counted from 0, and the number there."""
    of_pages = [page.objgen for page in OPEN[-1].pages]
    return [(of_pages.index(one.Pg.objgen), kid) for one in below(element) for kid in one.K if isinstance(kid, int)]


def test_headings_are_headings_and_the_title_is_the_first() -> None:
    found = tagged(Paragraph(level="heading1", text="一、决定"), Paragraph(level="heading2", text="（一）内容"))
    assert [str(one.S) for one in found if one.S in ("/H1", "/H2", "/H3")] == ["/H1", "/H2", "/H3"]


@pytest.mark.parametrize("text", ["吕绿Lü先生", "云溪Café有限公司", "ǚ是拼音"])
def test_accented_letters_have_their_own_width(text: str) -> None:
    """The small Chinese faces have them as wide as a character, which tears a name apart."""
    page = pages(letter(number="", paragraphs=(Paragraph(level="body", text=text),)))[0]
    line = line_of(page, text[:3])
    assert words(line).strip() == text
    widths = [child.width for child in line.children if getattr(child, "element_tag", "") == "span"]
    assert widths
    latin = sum(one < "\u0250" for one in text)  # all of them in one span
    assert max(widths) < 0.75 * latin * 16 * 96 / 72  # of 16 pt, in CSS pixels


def test_a_name_with_accented_letters_is_in_one_face_from_end_to_end() -> None:
    text = "María Österreich-Lüneburg de la Peña，与Smith & Söhne的代表"
    shown = markup(letter(number="", paragraphs=(Paragraph(level="body", text=text),)))
    assert re.findall(r'<span class="latin">(.*?)</span>', shown) == ["María Österreich-Lüneburg de la Peña", "Söhne"]
