"""The measures of GB/T 9704-2012, read off the laid-out pages (millimetres)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import segno

from repairflow.letters.fonts.families import FontFamilies
from repairflow.letters.layout.columns import whole_in_cell, width
from repairflow.letters.layout.page import short_head, title_lines, whole
from repairflow.letters.layout.seal_image import lettering
from repairflow.letters.model import Annex, Imprint, LetterData
from repairflow.letters.pdf.render import press_here, render
from repairflow.letters.text.templates import Paragraph
from tests.letters.letter_samples import fields, letter
from tests.letters.printed_lines import printed as printed_lines

MM = 96 / 25.4  # CSS pixels a millimetre
FULL = Paragraph(level="body", text="云" * 28 * 60)


def boxes(page: Any) -> Iterator[Any]:
    stack = [page._page_box]
    while stack:
        box = stack.pop()
        box = getattr(box, "_box", box)
        yield box
        stack += list(getattr(box, "children", ()))


def lines(page: Any) -> list[Any]:
    found = [box for box in boxes(page) if type(box).__name__ == "LineBox" and words(box)]
    return sorted(found, key=lambda box: (box.position_y, box.position_x))


def words(box: Any) -> str:
    if hasattr(box, "text"):
        return str(box.text)
    return "".join(words(getattr(child, "_box", child)) for child in getattr(box, "children", ()))


def line_of(page: Any, start: str) -> Any:
    return next(box for box in lines(page) if words(box).startswith(start))


def last_line(page: Any, start: str) -> Any:
    return [box for box in lines(page) if words(box).startswith(start)][-1]


def of_class(page: Any, name: str) -> Any:
    return next(
        box for box in boxes(page) if box.element is not None and name in (box.element.get("class") or "").split()
    )


def pages(data: LetterData) -> Any:
    return render(data, FontFamilies()).pages


def test_a_full_page_holds_22_lines_of_28_characters_filling_156_by_225_mm() -> None:
    page = pages(letter(paragraphs=(FULL,)))[1]
    full = [box for box in lines(page) if words(box).startswith("云")]
    assert len(full) == 22
    assert {len(words(box)) for box in full} == {28}
    assert full[0].position_y == pytest.approx(37 * MM, abs=0.2)
    assert full[-1].position_y + full[-1].height == pytest.approx((37 + 225) * MM, abs=1)
    assert full[0].position_x == pytest.approx(28 * MM, abs=0.2)
    assert full[0].children[0].width == pytest.approx(156 * MM, abs=2)


def test_the_page_is_a4() -> None:
    page = pages(letter())[0]
    assert (page.width / MM, page.height / MM) == (pytest.approx(210), pytest.approx(297))


def test_letter_form_rules_are_170_mm_wide_and_in_their_places() -> None:
    page = pages(letter())[0]
    upper, lower = of_class(page, "rule1"), of_class(page, "rule2")
    for rule in (upper, lower):
        assert rule.border_width() / MM == pytest.approx(170, abs=0.1)
        assert rule.position_x / MM == pytest.approx(20, abs=0.1)
    # 上粗下细 above, 上细下粗 below; the lower one 20 mm from the foot.
    assert upper.border_top_width > upper.border_bottom_width
    assert lower.border_top_width < lower.border_bottom_width
    assert (lower.position_y + lower.border_height()) / MM == pytest.approx(277, abs=0.5)
    mark = of_class(page, "mark")
    # The glyphs' own edge lies 9 % of their size under the box's.
    assert mark.position_y / MM + mark.height / MM * 0.09 == pytest.approx(30, abs=0.3)
    assert upper.position_y / MM - (mark.position_y + mark.height * 1.01) / MM == pytest.approx(4, abs=0.5)


def test_standard_form_mark_number_and_rule() -> None:
    page = pages(letter(form="standard"))[0]
    mark, rule = of_class(page, "mark"), of_class(page, "red")
    assert mark.position_y / MM + mark.height / MM * 0.09 == pytest.approx(37 + 35, abs=0.3)
    assert rule.width / MM == pytest.approx(156, abs=0.1)
    number = line_of(page, "溪环信修")
    text_foot = number.position_y + number.height - (number.height - 16 * 96 / 72) / 2
    assert (rule.position_y + rule.margin_top - text_foot) / MM == pytest.approx(4, abs=0.6)


LONG_OFFICE = "云溪壮族瑶族自治县人民政府社会信用体系建设工作领导小组综合协调办公室"


@pytest.mark.parametrize(
    ("form", "office", "count"),
    [
        ("letter", LONG_OFFICE[-20:], 1), ("letter", LONG_OFFICE, 2), ("letter", LONG_OFFICE[:13] + LONG_OFFICE, 3),
        ("standard", LONG_OFFICE[-18:], 1), ("standard", LONG_OFFICE[-30:], 2), ("standard", LONG_OFFICE, 3),
    ],
)  # fmt: skip
def test_a_red_heading_has_more_lines_before_it_is_smaller_than_the_title(form: Any, office: str, count: int) -> None:
    wide, top, gap = (170, 30, 4) if form == "letter" else (156, 37 + 35, 20.454 - 2.3)
    page = pages(letter(form=form, office_mark=office))[0]
    mark, title = of_class(page, "mark"), line_of(page, "信用修复决定书")
    found = [line for line in mark.children if words(line)]
    assert (len(found), "".join(map(words, found))) == (count, office)
    size, of_title = mark.style["font_size"], title.style["font_size"]
    assert of_title <= size <= 34 * 96 / 72
    lengths = [len(words(line)) for line in found]
    assert max(lengths) - min(lengths) <= 4
    assert max(lengths) * size * 1.04 / MM <= wide
    edge = (found[0].height - size) / 2 + 0.09 * size  # the glyphs' own edge lies 9 % of their size under their box's
    assert (mark.position_y + edge) / MM == pytest.approx(top, abs=0.3)
    foot = mark.position_y + mark.height - (found[-1].height - size) / 2
    under = of_class(page, "rule1") if form == "letter" else line_of(page, "溪环信修")
    assert (under.position_y - foot) / MM == pytest.approx(gap, abs=0.5)


def test_page_numbers_stand_on_every_page_but_a_letters_first() -> None:
    assert [any("— " in words(b) for b in lines(page)) for page in pages(letter(paragraphs=(FULL,)))] == [
        False,
        True,
        True,
        True,
    ]
    standard = pages(letter(form="standard", paragraphs=(FULL,)))
    marks = [line_of(page, "— ") for page in standard]
    assert [words(mark) for mark in marks[:2]] == ["— 1 —", "— 2 —"]
    assert marks[0].position_x > 105 * MM > marks[1].position_x


def test_the_seal_presses_office_and_date_with_its_top_within_a_line_of_the_text() -> None:
    page = pages(letter(paragraphs=(Paragraph(level="body", text="特此通知。"),)))[0]
    seal, body = of_class(page, "seal-place"), line_of(page, "特此通知")
    office, day = last_line(page, "云溪县生态环境局"), last_line(page, "2026年11月24日")
    assert 0 < seal.position_y - (body.position_y + body.height) <= 10.3 * MM
    assert seal.width / MM == pytest.approx(42)
    middle = seal.position_y + seal.height / 2
    assert middle < (office.position_y + day.position_y + day.height) / 2 < middle + 8 * MM
    # The date ends four characters from the right; the office is centred over it, the seal over both.
    day_right = day.position_x + day.children[0].width
    assert (28 + 156) - day_right / MM == pytest.approx(4 * 156 / 28, abs=1.2)
    for centred in (office, day):
        assert centred.position_x + centred.children[0].width / 2 == pytest.approx(
            seal.position_x + seal.width / 2, abs=4
        )


@pytest.mark.parametrize("signer", ["云溪县生态环境局", "云溪县局"])
def test_without_a_seal_the_date_begins_two_characters_after_the_office(signer: str) -> None:
    page = pages(letter(sealed=False, signer=signer, paragraphs=(Paragraph(level="body", text="特此通知。"),)))[0]
    office = last_line(page, signer)
    day = last_line(page, "2026年11月24日")
    assert (day.position_x - office.position_x) / MM == pytest.approx(2 * 156 / 28, abs=0.2)


def test_the_signature_is_never_alone_on_a_page() -> None:
    for count in range(8, 13):
        paragraphs = tuple(Paragraph(level="body", text=f"第{n}段" + "云" * 20) for n in range(count))
        last = pages(letter(paragraphs=paragraphs, chain_head="", qr_url="", case_number=""))[-1]
        assert any("段云" in words(box) for box in lines(last)), count


def test_annexes_are_listed_and_begin_on_pages_of_their_own() -> None:
    annexes = (Annex(title="证据清单", paragraphs=(FULL,)), Annex(title="材料目录"))
    found = pages(letter(annexes=annexes))
    text = ["".join(words(b) for b in lines(page)) for page in found]
    assert any("附件：1. 证据清单" in page for page in text)
    starts = [page for page in text if page.startswith("附件")]
    assert [start[:3] for start in starts] == ["附件1", "附件2"]


def test_the_imprint_stands_at_the_foot_of_an_even_last_page() -> None:
    data = letter(
        form="standard", cc=("云溪县信用办",), imprint=Imprint(office="云溪县生态环境局办公室", day=date(2026, 11, 24))
    )
    for paragraphs in ((Paragraph(level="body", text="短。"),), (FULL,)):
        found = pages(data.model_copy(update={"paragraphs": paragraphs}))
        assert len(found) % 2 == 0
        imprint = of_class(found[-1], "imprint")
        assert (imprint.position_y + imprint.border_height()) / MM == pytest.approx(37 + 225, abs=0.5)


def test_the_check_block_stays_on_the_first_page() -> None:
    found = pages(letter(paragraphs=(FULL,)))
    assert ["校验值" in "".join(words(b) for b in lines(page)) for page in found] == [True, False, False, False]


@pytest.mark.parametrize(
    ("title", "broken"),
    [
        ("信用修复决定书", ["信用修复决定书"]),
        ("关于撤销云溪环保科技有限公司信用修复决定并恢复公示的决定", 2),
        ("云溪县生态环境局关于公布《云溪县失信主体名单（2026年第3批）》的通知", 2),
        ("关于对云溪环保科技有限公司实施失信惩戒措施的函", ["关于对云溪环保科技有限公司", "实施失信惩戒措施的函"]),
        ("Aa1" * 30, None),
    ],
)
def test_titles_break_evenly_and_tear_nothing_apart(title: str, broken: object) -> None:
    found = title_lines(title)
    assert "".join(found) == title
    if isinstance(broken, list):
        assert found == broken
    if isinstance(broken, int):
        assert len(found) == broken
        assert max(map(width, found)) <= 19
        assert max(map(width, found)) - min(map(width, found)) <= 4
        assert not any(line.startswith(("的", "》", "）", "年")) or line.endswith(("《", "（")) for line in found)


def test_the_chain_head_in_short_form_can_be_compared_by_eye() -> None:
    assert short_head("sha256:" + "3f9a7c02" + "0" * 48 + "91d0c21e") == "3f9a 7c02 … 91d0 c21e"
    assert short_head("") == ""


@pytest.mark.parametrize("office", ["局", "云溪县生态环境局", "云溪县" * 12])
def test_a_seal_carries_every_character_of_its_office_about_its_top(office: str) -> None:
    drawn = list(lettering(office, "信用修复专用章"))
    assert "".join(glyph.character for glyph in drawn) == office + "信用修复专用章"
    turns = [glyph.turn for glyph in drawn[: len(office)]]
    assert turns == sorted(turns)
    assert turns[0] == pytest.approx(-turns[-1])
    assert sum(glyph.shift for glyph in drawn) == pytest.approx(0)


def test_the_qr_keeps_four_blank_modules_above_the_lower_rule() -> None:
    data = letter()
    page = pages(data)[0]
    picture, rule = of_class(page, "qr"), of_class(page, "rule2")
    modules = len(segno.make(data.qr_url, error="m", micro=False, boost_error=False).matrix)
    module = picture.height / MM / modules
    assert module >= 0.33  # what a telephone still reads from paper
    # The block is moved 225.4 mm down from the 版心's upper edge, which is 37 mm from the page's.
    assert rule.position_y / MM - (37 + 225.4 + picture.height / MM) >= 4 * module


def test_a_plain_form_carries_neither_red_heading_nor_seal_nor_signature() -> None:
    found = pages(letter("repair_application"))
    names = {(box.element.get("class") or "") for page in found for box in boxes(page) if box.element is not None}
    assert not names & {"mark", "rule1", "seal-place", "signed sealed"}
    assert "信用修复申请表" in "".join(words(box) for box in lines(found[0]))


def test_a_forms_number_stands_a_line_above_its_title() -> None:
    page = pages(letter("case_index"))[0]
    number, title = line_of(page, "溪环信修"), line_of(page, "卷宗目录")
    assert (title.position_y - number.position_y - number.height) / MM == pytest.approx(225 / 22, abs=0.1)


def test_an_index_breaks_neither_its_numbers_nor_its_dates() -> None:
    rows = [
        (str(number), "信用修复申请表：云溪环保科技有限公司申请表.pdf", "云溪环保科技有限公司", f"2026年11月{number}日", "第1至12页")
        for number in (9, 10, 12)
    ]  # fmt: skip
    said = [words(box) for page in pages(letter("case_index", values=fields(rows=rows))) for box in lines(page)]
    for row in rows:
        assert {row[0], row[3], row[4]} <= set(said)
    assert {"序号", "页次和备注"} <= set(said)


@pytest.mark.parametrize(
    "name", ["Maximilian-Alexander Freiherr von Österreich-Lüneburg de la Peña y Castañeda", "云" * 80, "Müller" * 30]
)
def test_a_long_name_stays_within_the_margins(name: str) -> None:
    data = letter(values=fields(subject_name=name), addressee=name)
    for box in (box for page in pages(data) for box in lines(page)):
        assert max((child.position_x + child.width for child in box.children), default=0) / MM <= 28 + 156 + 3, words(
            box
        )


@pytest.mark.parametrize("signer", ["云溪县生态环境局", "云溪县社会信用体系建设工作领导小组办公室" * 2])
def test_what_is_seen_of_the_signature_ends_before_the_seal(signer: str) -> None:
    page = pages(letter(signer=signer).model_copy(update={"signature_field": True}))[-1]
    stamp, seal = of_class(page, "stamp"), of_class(page, "seal-place")
    assert stamp.position_x + stamp.margin_width() <= seal.position_x
    assert stamp.position_y + stamp.margin_height() <= line_of(page, signer[:6]).position_y + 3 * MM


def test_no_line_of_a_cell_breaks_inside_a_number_where_it_fits() -> None:
    """In the index a document's number stands behind the name of the letter, in an extract its day behind the number."""
    rows = [
        (
            str(n),
            f"{'云' * n}溪环信不修〔2026〕118号，2026年11月24日（溪罚〔2026〕3号）罚款12,000元",
            "局",
            "2026年11月9日",
            "无",
        )
        for n in range(12)
    ]
    said = "\n".join(
        words(box) for page in pages(letter("case_index", values=fields(rows=rows))) for box in lines(page)
    )
    assert "〔2026〕118号，" in said
    assert not re.search(r"[0-9第〔]\n[0-9号年月日元〕]|[〕年月]\n[0-9]|[0-9]\n[,，）]", said)


@pytest.mark.parametrize("text", ["（2026年11月24日）", "〔2026〕118号" + "）" * 9])
def test_what_fits_into_no_cell_may_break_there(text: str) -> None:
    """Else it would run over the rule."""
    assert not any(kept for _, kept in whole_in_cell("云" * 20 + text, 20))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("依据溪环罚〔2026〕47号处罚决定", ["溪环罚〔2026〕47号"]),
        ("〔2026〕47号处罚决定", ["云云云〔2026〕47号"]),
        ("没收999,999,999,999.99元，", ["999,999,999,999.99元"]),
        ("依据（2026）苏0830破3号民事裁定", ["（2026）苏0830破3号"]),
        ("（2026）最高法民终12号之一裁定", ["（2026）最高法民终12号之一"]),
        ("（国家发展和改革委员会令第36号），", ["第36号"]),
        ("于2026年11月24日前", ["2026年11月24日前"]),  # with the last character, which is no line by itself
        ("罚款20.5万元、10个工作日", ["20.5万元", "10个"]),
        ("办件编号XF-2026-001284", []),  # breaks nowhere by itself
        ("https://xinyong.example/47号", []),  # what lines do not break before may be longer than a line
        ("云溪第36号" + "）" * 30, []),
    ],
)
def test_numbers_stay_with_what_they_count(text: str, kept: list[str]) -> None:
    assert not any(is_whole for _, is_whole in whole(text[:22]))  # in the first line anyway
    text = "云" * 22 + text
    last = text[-2:] if re.fullmatch("[一-龥]{2}", text[-2:]) else ""  # of a paragraph stay together, too
    assert [part for part, is_whole in whole(text) if is_whole and part != last] == kept
    assert "".join(part for part, _ in whole(text)) == text


NUMBERS = ["〔2026〕47号", "第36号", "24日", "XF-2026-001284", "91320830MA1X2Y3T4C"]


def printed(texts: list[str]) -> list[Any]:
    """The lines of these paragraphs, one after the other."""
    found = pages(letter(number="", paragraphs=tuple(Paragraph(level="body", text=one) for one in texts)))
    return [box for page in found for box in lines(page) if 60 * MM < box.position_y < 262 * MM]


def test_no_line_breaks_inside_a_number() -> None:
    told = printed(
        ["云" * count + f"溪环罚〔2026〕47号，第36号）；24日。{one}" for count in range(28) for one in NUMBERS]
    )
    said = "\n".join(words(box) for box in told)
    assert not re.search(r"[0-9A-Z第〔]\n[0-9A-Z号日〕]|〕\n[0-9]|[溪环罚]\n[环罚〔]", said)
    assert re.search(r"云\n溪环罚〔2026〕47号", said)


def test_no_line_breaks_inside_an_amount_or_the_number_of_a_ruling() -> None:
    told = printed(
        ["云" * count + "没收999,999,999,999.99元，依据（2026）苏0830破3号民事裁定。" for count in range(22, 50)]
    )
    said = "\n".join(words(box) for box in told)
    assert not re.search(r"[0-9.,]\n[0-9元]|）\n苏|[苏破]\n[0-9]|[0-9]\n[破号]", said)


@pytest.mark.parametrize("chain", ["）" * 30, "A" * 40, "”””", "https://xinyong.example/aaaaaaaaaaaaaaaaaaaa"])
def test_what_breaks_nowhere_does_not_run_out_of_the_page_with_a_number(chain: str) -> None:
    for box in printed(["云" * count + chain + one + chain for count in (3, 17, 25) for one in NUMBERS]):
        assert max(child.position_x + child.width for child in box.children) / MM <= 28 + 156 + 3, words(box)


def test_a_whole_number_of_a_document_date_or_amount_is_kept_together() -> None:
    said = "云" * 22 + "（溪环信不修〔2026〕118号）于2026年11月24日罚款12.5万元，公示的是 3 万元，合计3,000元。"
    assert [part for part, kept in whole(said) if kept] == [
        "溪环信不修〔2026〕118号",
        "2026年11月24日",
        "12.5万元",
        "3 万元",
        "3,000元",
    ]


@pytest.mark.parametrize("sealed", [True, False])
def test_a_signer_longer_than_a_line_wraps_inside_the_margins(sealed: bool) -> None:
    signer = "云溪生态环境和自然资源综合行政执法局高新技术产业开发区分局第二执法大队"
    page = pages(letter(signer=signer, sealed=sealed, paragraphs=(Paragraph(level="body", text="此复。"),)))[0]
    signed = [box for box in lines(page) if words(box) and words(box) in signer and len(words(box)) > 5]
    assert "".join(map(words, signed)) == signer
    assert len(signed) == 2
    for box in signed:
        assert box.position_x >= 28 * MM - 1
        assert box.position_x + sum(child.width for child in box.children) <= (210 - 26) * MM + 2


def test_a_table_over_several_pages_repeats_its_head() -> None:
    head = Paragraph(level="row_head", text="序号\t材料名称\t责任者")
    rows = tuple(Paragraph(level="row", text=f"{n}\t缴款凭证第{n}份\t申请人") for n in range(1, 90))
    shown = pages(letter("case_index", paragraphs=(head, *rows)))
    assert len(shown) > 2
    for page in shown[:-1]:
        assert any("材料名称" in words(box) for box in lines(page))


def test_a_short_table_of_long_cells_leaves_no_page_empty() -> None:
    head = Paragraph(level="row_head", text="项目\t原内容\t更正后")
    rows = [
        f"罚款金额\t0\t{10**12}",
        f"地址\t{'很长的路名' * 36}\t{'很长的街道' * 36}",
        "名称\t“云溪”《环保》<b>公司</b>\t云溪&amp;公司",
    ]
    table = (head, *(Paragraph(level="row", text=text) for text in rows))
    shown = pages(letter("letter_correction", paragraphs=(Paragraph(level="body", text="有误，现更正如下："), *table)))
    first = "".join(words(box) for box in lines(shown[0]))
    assert "现更正如下" in first
    assert str(10**12) in first


@pytest.mark.parametrize("count", range(12, 20))
def test_a_last_page_never_holds_only_lines_to_be_signed(count: int) -> None:
    talk = fields(
        demands=["规范污染防治设施运行台账"] * count,
        statement="我单位对上述事项没有异议。",
        undertaking="按期完成整改。",
    )
    shown = [[words(box) for box in lines(page)] for page in pages(letter("interview_record", talk))]
    signing = next(n for n, page in enumerate(shown) if any("核对意见" in text for text in page))
    assert signing == len(shown) - 1
    if signing:
        assert any("按期完成整改" in text for text in shown[signing])


@pytest.mark.parametrize("contact", ["0510-55550100", "云溪县河东路" * 33], ids=["short", "of eight lines"])
@pytest.mark.parametrize("count", [*range(4, 14), 210])  # a letter of more than 200 paragraphs is laid out once
def test_a_last_page_never_holds_only_closing_lines(count: int, contact: str) -> None:
    closed = "请于规定期限内办理。" + "云" * 60
    texts = ("云" * 20,) * count + (closed, "办件编号：YT-2026-000001。", "特此通知。", f"联系方式：{contact}")
    last = pages(letter(paragraphs=tuple(Paragraph(level="body", text=text) for text in texts)))[-1]
    shown = [words(box) for box in lines(last)]
    above = shown[: next(n for n, text in enumerate(shown) if text.startswith("特此通知"))]
    assert any(text.startswith(("请于规定", "云云")) for text in above)


@pytest.mark.parametrize("form", ["letter", "standard"])
@pytest.mark.parametrize("count", [1, 4, 12, 18, 40])
def test_copies_however_many_are_printed_whole_and_over_nothing(form: Any, count: int) -> None:
    names = tuple(f"云溪县第{n}社会信用体系建设领导小组办公室" for n in range(1, count + 1))
    imprint = Imprint(office="云溪县生态环境局办公室", day=date(2026, 11, 24)) if form == "standard" else None
    found = printed_lines(press_here(letter(form=form, cc=names, imprint=imprint)).pdf)
    foot, head = (297 - 35) / 25.4 * 72 + 1, 37 / 25.4 * 72 - 1
    inside = [line for line in found if head <= line.foot - line.height and line.foot <= foot]  # without page numbers
    assert "抄送：" + "，".join(names) + "。" in "".join(line.text for line in inside)
    copies = [line for line in inside if "社会信用体系" in line.text or line.text.startswith("抄送")]
    day = max((line for line in found if line.text == "2026年11月24日"), key=lambda line: (line.page, line.foot))
    first = min((line.page, line.foot - line.height) for line in copies)
    assert (day.page, day.foot) <= first


@pytest.mark.parametrize(
    "said",
    [
        "1" * 130, "A" * 121, "123456789012345678901234567890.12", "9" * 30 + "元", "9" * 40 + "号",
        "溪" * 30 + "〔2026〕" + "1" * 30 + "号",
        "A1-" * 50 + "A1", "2026" * 9 + "年12月31日", "）" * 40, "x" * 20 + "（2026）苏0830破3号", "https://xinyong.example/" + "a" * 90,
    ],
)  # fmt: skip
def test_no_cell_runs_over_the_next_one(said: str) -> None:
    changes = [("CF_NR_FK", "处罚内容", said, f"云{said}元"), ("CF_WSH", f"{said}", "1", said[::-1])]
    for page in pages(letter("letter_correction", values=fields(corrections=changes))):
        for cell in (box for box in boxes(page) if type(box).__name__ == "TableCellBox"):
            edge = cell.content_box_x() + cell.width + 0.5
            assert [words(line) for line in lines_in(cell) if right(line) > edge] == []


def lines_in(cell: Any) -> list[Any]:
    return [box for box in boxes_below(cell) if type(box).__name__ == "LineBox"]


def boxes_below(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        yield child
        yield from boxes_below(child)


def right(line: Any) -> float:
    """The right edge of what is printed in a line, blanks and the distance after the last character left out."""
    texts = [box for box in boxes_below(line) if type(box).__name__ == "TextBox" and box.text.strip()]
    return max((box.position_x + box.width for box in texts), default=0.0)


@pytest.mark.parametrize("count", [8, 9, 22, 36])
def test_a_note_under_a_table_is_no_page_of_its_own(count: int) -> None:
    rows = [
        (str(n), f"信用修复申请回执\n溪环信收〔2026〕{n}号", "云溪县生态环境局", "2026年10月8日", f"第{n}页")
        for n in range(count)
    ]
    note = "本卷宗收录文书3件、电子材料1件，文书汇编共5页，页码见各页右上角，电子材料另存。尚缺：《不予信用修复决定书》的送达记录"
    last = pages(letter("case_index", values=fields(rows=rows, file_note=note)))[-1]
    assert next(words(line) for line in lines(last)) == "序号"
    assert f"溪环信收〔2026〕{count - 1}号" in "".join(words(line) for line in lines(last))
