"""Lines are tightened where that spares a page which is almost the seal's alone, and nowhere else (GB/T 9704-2012, 7.3.5.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from repairflow.letters.fonts.families import FontFamilies
from repairflow.letters.layout.line_pitch import LONG_PARAGRAPHS, spills
from repairflow.letters.layout.page import FEW
from repairflow.letters.model import Imprint, LetterData
from repairflow.letters.pdf import render as rendering
from repairflow.letters.pdf.render import press_here
from repairflow.letters.text.templates import Paragraph
from tests.letters.letter_samples import fields, letter
from tests.letters.test_letter_layout import MM, last_line, lines, of_class, pages, words

DAY = date(2026, 11, 24)
RECEIPT = fields(
    procedure_label="信用修复申请", contact="云溪县生态环境局法制科，地址：云溪县滨河路18号，电话：0000-1234567，工作日9:00至17:00。"
)  # fmt: skip


def line_pitches(data: LetterData) -> set[float]:
    """The heights of the lines of text, in mm."""
    return {
        round(box.height / MM, 2) for page in pages(data) for box in lines(page) if words(box).startswith("云云云云云")
    }


def body(lines_of_text: int) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(level="body", text="云" * 20) for _ in range(lines_of_text))


SHORT_KINDS = [
    "case_not_accepted", "commitment_registered", "hearing_notice", "intake_receipt", "objection_lapsed", "repair_accepted",
    "repair_receipt", "supervision_slip", "supplement_required", "transfer_letter",
]  # fmt: skip


@pytest.mark.parametrize("kind", SHORT_KINDS)
def test_short_letters_are_one_page(kind: str) -> None:
    assert len(pages(letter(kind))) == 1


def test_a_short_receipt_with_a_long_address_is_one_page() -> None:
    assert len(pages(letter("repair_receipt", values=RECEIPT))) == 1


def test_the_short_letters_are_one_page_because_lines_are_tightened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without it most of the same letters have a second page that is the seal's alone."""
    monkeypatch.setattr(rendering, "STEPS", ())
    assert sum(len(pages(letter(kind))) == 2 for kind in SHORT_KINDS) >= 8


@pytest.mark.parametrize(
    ("form", "lines_of_text", "count", "pitch"),
    [
        pytest.param("letter", 8, 1, 10.23, id="fits as it is"),
        pytest.param("letter", 10, 1, 9.61, id="the first step is enough"),
        pytest.param("letter", 13, 1, 8.69, id="the second step is needed"),
        pytest.param("letter", 15, 2, 10.23, id="no step is enough: nothing is tightened"),
        pytest.param("letter", 19, 2, 10.23, id="more than three lines stand before the signature"),
        pytest.param("standard", 7, 1, 8.69, id="the general form"),
        pytest.param("standard", 13, 2, 10.23, id="the general form, more than three lines"),
    ],
)
def test_lines_are_tightened_only_where_that_spares_a_page(
    form: str, lines_of_text: int, count: int, pitch: float
) -> None:
    data = letter(form=form, paragraphs=body(lines_of_text))
    assert len(pages(data)) == count
    assert line_pitches(data) == {pitch}


@pytest.mark.parametrize(("lines_of_text", "layouts"), [(15, 4), (LONG_PARAGRAPHS + 7, 1)])
def test_a_long_letter_is_laid_out_once(lines_of_text: int, layouts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of 900 lines whose signature falls on a page of its own took four layouts, longer than a child may work."""
    count, lay_out = [], rendering._lay_out
    monkeypatch.setattr(rendering, "_lay_out", lambda *given: count.append(1) or lay_out(*given))
    closing = (Paragraph(level="body", text="联系方式：0510-55550100"),) if layouts == 1 else ()
    found = pages(letter(form="letter", paragraphs=(*body(lines_of_text), *closing)))
    assert len(count) == layouts
    assert any(words(box).startswith("云云") for box in lines(found[-1]))


@pytest.mark.parametrize(("lines_of_text", "few"), [(8, None), (14, 1), (16, 3), (17, 4), (19, 6)])
def test_three_lines_before_the_signature_are_few_and_four_are_not(
    lines_of_text: int, few: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "spills", lambda _: False)  # as laid out first
    laid_out = rendering.render(letter(paragraphs=body(lines_of_text)), FontFamilies())
    last = [box for box in lines(laid_out.pages[-1]) if words(box).startswith("云云云云云")]
    assert (len(laid_out.pages), len(last)) == ((1, lines_of_text) if few is None else (2, few))
    assert spills(laid_out) == (few is not None and few <= 3)


CLOSING = (
    "办件编号：YT-2026-000001。",
    "特此通知。",
    "联系方式：0510-55550100",
    "（本通知书一式两份，一份送达你单位，一份存档。）",
)


@pytest.mark.parametrize("lines_of_text", [12, 13, 14, 15])
def test_closing_lines_alone_are_no_page_however_many(lines_of_text: int) -> None:
    """Four of them are more than FEW; where tighter lines spare no page, the paragraph before goes with them."""
    data = letter(paragraphs=(*body(lines_of_text), *(Paragraph(level="body", text=text) for text in CLOSING)))
    assert any(words(box).startswith("云" * 20) for box in lines(pages(data)[-1]))


def listed(what: str, count: int) -> list[Paragraph]:
    """A table or a list of so many lines."""
    if what == "items":
        return [Paragraph(level="body", text=f"{n}. 云云云云；") for n in range(1, count + 1)]
    return [
        Paragraph(level="row_head", text="编号\t状况"),
        *(Paragraph(level="row", text="云云云云\t无") for _ in range(count)),
    ]


@pytest.mark.parametrize("what", ["items", "a table"])
def test_the_last_page_of_a_long_letter_holds_more_than_a_line_and_the_seal(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is laid out once: what ends it takes the last rows of a table, or items, along from the beginning."""
    monkeypatch.setattr(rendering, "long", lambda _: True)
    ends = (
        Paragraph(level="body", text="本证明只反映上述时点的公示状况。"),
        Paragraph(level="body", text="联系方式：0510-55550100"),
    )
    found = [pages(letter(paragraphs=(*listed(what, count), *ends))) for count in range(14, 36)]
    held = [sum("云云云云" in words(box) for box in lines(one[-1])) for one in found]
    assert len({len(one) for one in found}) > 1
    assert min(held) == FEW


def test_what_announces_something_ends_no_page() -> None:
    """Else 下列材料： stands at the foot of one page and the material on the next."""
    for count in range(9, 17, 2):
        told = (Paragraph(level="body", text="移送材料如下："), Paragraph(level="body", text="缴款凭证。" + "云" * 60))
        for page in pages(letter(paragraphs=(*body(count), *told, *body(8))))[:-1]:
            shown = [words(box) for box in lines(page) if words(box).startswith(("移送", "缴款"))]
            assert shown[-1:] != ["移送材料如下："]


def test_what_announces_the_last_lines_ends_no_page_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands among what a last page holds at least, in a letter that is laid out without keeping that together."""
    monkeypatch.setattr(rendering, "spills", lambda _: False)
    told = (Paragraph(level="body", text="移送材料如下："), Paragraph(level="body", text="云" * 60))
    found = [pages(letter(paragraphs=(*body(count), *told))) for count in range(2, 14)]
    assert {len(one) for one in found} == {1, 2}
    assert [one for one in found if words(lines(one[0])[-1]).startswith("移送")] == []


def test_copies_alone_are_no_page() -> None:
    """Where the signature leaves no room for them under it, it goes to their page with text."""
    for count in range(8, 33):
        found = pages(letter(paragraphs=body(count), cc=("云溪县信用中心", "云溪县市场监督管理局")))
        assert of_class(found[-1], "imprint") is not None
        assert any(words(box).startswith("云" * 20) for box in lines(found[-1])), count


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize("lines_of_text", [10, 13])
def test_the_seal_keeps_its_place_between_tighter_lines(lines_of_text: int, stamped: bool) -> None:
    data = letter(paragraphs=body(lines_of_text)).model_copy(update={"signature_field": stamped})
    (page,) = pages(data)
    text = [box for box in lines(page) if words(box).startswith("云云云云云")]
    seal, office, day = (of_class(page, "seal-place"), last_line(page, data.signer), last_line(page, "2026年11月24日"))
    pitch = text[0].height
    assert 0 < seal.position_y - (text[-1].position_y + pitch) <= pitch  # within one line of the text (7.3.5.1)
    assert (seal.position_y + seal.height) / MM <= 37 + 225 + 0.5  # inside the 版心
    middle = seal.position_y + seal.height / 2
    assert middle < (office.position_y + day.position_y + day.height) / 2 < middle + 8 * MM
    assert text[0].children[0].height == pytest.approx(of_standard().children[0].height)


def of_standard() -> Any:
    """A line of text of a letter that is not tightened."""
    return next(box for box in lines(pages(letter(paragraphs=body(5)))[0]) if words(box).startswith("云云云云云"))


def test_a_tightened_letter_presses_to_the_same_bytes_each_time() -> None:
    data = letter(paragraphs=body(13))
    assert press_here(data).pdf == press_here(data).pdf
    assert press_here(data).pages == 1


def test_a_tightened_body_still_leaves_the_imprint_on_an_even_page() -> None:
    for count in range(5, 20):
        found = pages(
            letter(form="standard", paragraphs=body(count), imprint=Imprint(office="云溪县生态环境局办公室", day=DAY))
        )
        assert len(found) % 2 == 0
        assert of_class(found[-1], "imprint") is not None
