"""对照查看: a material beside the form, as images of our own; what cannot be drawn says why, and nobody sees another case's."""

from __future__ import annotations

import io
import zipfile
from html import unescape

import pytest
from PIL import Image
from sqlalchemy import select, update

from repairflow.errors import TooMany
from repairflow.gateway import limited_upload, page_images
from repairflow.gateway.uploads import JPEG, OFD, PDF, PNG, examine
from repairflow.records import cases, material
from tests.support.building import Town, png
from tests.web.portal_visit import Visitor, make

pytestmark = pytest.mark.either_database


def _pdf() -> bytes:
    out = io.BytesIO()
    first, *others = (Image.new("RGB", size, "white") for size in ((200, 300), (200, 300), (300, 200)))
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


THREE = _pdf()


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("kind", "content", "page", "zoom", "pages", "width"),
    [
        (PDF, THREE, 1, 1, 3, 800),
        (PDF, THREE, 3, 2, 3, 1200),
        (PDF, THREE, 99, 1, 3, 800),  # a page after the last is the last
        (PNG, picture(), 1, 3, 1, 60),  # a picture is never made larger than it is
        (PNG, picture("RGBA"), 1, 1, 1, 60),
        (PNG, picture(size=(4000, 100)), 1, 2, 1, 1200),
    ],
)
def test_a_page_becomes_an_image(kind: str, content: bytes, page: int, zoom: int, pages: int, width: int) -> None:
    drawn = page_images.draw(kind, content, page, zoom)
    assert drawn is not None
    assert drawn.pages == pages
    with Image.open(io.BytesIO(drawn.image)) as made:
        assert (made.format, made.width) == ("JPEG", width)


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (OFD, b"PK\x03\x04"),
        ("text/html", b"<p>"),
        (PDF, b"%PDF-1.4 nothing"),
        (JPEG, b"\xff\xd8\xff"),
        (PNG, png()[:40]),
    ],
)
def test_what_cannot_be_drawn_gives_nothing(kind: str, content: bytes) -> None:
    assert page_images.draw(kind, content, 1, 1) is None


SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
RECEIPT = (
    '<ofd:TextObject Boundary="15 35 180 10" Size="4.2"><ofd:TextCode X="0" Y="5" DeltaX="g 12 4.2">付款人：恒拓建材</ofd:TextCode>'
    "</ofd:TextObject>"
)


def ofd(layer: str = RECEIPT, before: str = "") -> bytes:
    """A receipt of one page, its frame in a template."""
    line = "M 0 0 L 190 0 B 1 1 2 2 190 90 L 0 90 C"
    frame = (
        f"<ofd:PathObject Boundary='10 30 190 90'><ofd:AbbreviatedData>{line}</ofd:AbbreviatedData></ofd:PathObject>"
    )
    content = "<ofd:Page {0}>{1}<ofd:Content><ofd:Layer>{2}</ofd:Layer></ofd:Content></ofd:Page>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(
            "OFD.xml", f"<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/D.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        )
        package.writestr(
            "Doc_0/D.xml",
            f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea>"
            "<ofd:TemplatePage ID='2' BaseLoc='T.xml'/></ofd:CommonData>"
            "<ofd:Pages><ofd:Page ID='1' BaseLoc='/Doc_0/P.xml'/></ofd:Pages></ofd:Document>",
        )
        package.writestr("Doc_0/T.xml", content.format(SPACE, "", frame))
        package.writestr("Doc_0/P.xml", before + content.format(SPACE, "<ofd:Template TemplateID='2'/>", layer))
    return out.getvalue()


@pytest.mark.either_database
def test_texts_and_lines_of_an_ofd_receipt_are_drawn_where_they_stand() -> None:
    drawn = page_images.draw(OFD, ofd(), 1, 1)
    assert drawn is not None
    with Image.open(io.BytesIO(drawn.image)) as made:
        gray = made.convert("L")
    assert (drawn.pages, gray.size) == (1, (800, 533))

    def dark(*box: float) -> bool:
        """Whether something stands there, in millimetres."""
        scale = 800 / 210
        lowest = gray.crop(tuple(round(edge * scale) for edge in box)).getextrema()[0]  # type: ignore[arg-type]  # four
        return bool(lowest < 128)

    assert dark(15, 36, 50, 41)  # the text
    assert dark(100, 29, 110, 31)  # the frame's upper line
    assert not dark(60, 60, 150, 100)


@pytest.mark.either_database
@pytest.mark.parametrize(
    "content",
    [ofd(""), ofd(before='<!DOCTYPE x [<!ENTITY a "b">]>'), ofd(RECEIPT.replace("15 35 180 10", "x")), ofd()[:-200]],
    ids=["no text", "document type", "no figures", "cut off"],
)
def test_an_ofd_of_which_nothing_can_be_drawn_gives_nothing(content: bytes) -> None:
    assert page_images.draw(OFD, content, 1, 1) is None


@pytest.mark.either_database
def test_a_file_that_takes_too_much_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_images, "SECONDS", 0.001)
    assert page_images.draw(PDF, THREE, 1, 1) is None


@pytest.mark.either_database
def test_who_turns_pages_keeps_no_upload_out(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = limited_upload.Gate(1, 0, 0.01, page_images.BUSY)
    monkeypatch.setattr(page_images, "GATE", drawing)
    monkeypatch.setattr(limited_upload, "UPLOADS", limited_upload.Gate(1, 0, 0.01, limited_upload.BUSY))
    with drawing.turn():
        with pytest.raises(TooMany, match="请过十几秒再看"):
            page_images.draw(PDF, THREE, 1, 1)
        assert examine(THREE, 1 << 20).media_type == PDF
    with limited_upload.UPLOADS.turn():
        assert page_images.draw(PDF, THREE, 1, 1) is not None


def paper(town: Town, case: str) -> str:
    rows = select(material.c.token).where(material.c.case_id == town.case(case).id)
    return str(town.all(rows)[0].token)


def test_an_officer_reads_a_paper_beside_the_form(town: Town) -> None:
    kept = town.material("performance_proof", town.actor("yunxi"), THREE, "凭证.pdf")
    filing = town.filing("repair", town.record(), kinds=())
    case = town.submit(
        filing.__class__(**{name: getattr(filing, name) for name in filing.__slots__} | {"materials": (kept,)})
    ).case
    visitor = Visitor(make(town), town, "acceptor@ENV")
    page = visitor.get(f"/desk/cases/{case}")
    assert f"/desk/cases/{case}?paper={kept}" in unescape(page)
    page = unescape(visitor.get(f"/desk/cases/{case}?paper={kept}"))
    assert "第 1 页，共 3 页" in page
    assert "data:image/jpeg;base64," in page
    assert page.count('id="h-act"') == 1
    assert "上一页" not in page
    assert f"paper={kept}&page=2&zoom=2" in page
    page = unescape(visitor.get(f"/desk/cases/{case}?paper={kept}&page=3&zoom=3"))
    assert "第 3 页，共 3 页" in page
    assert "下一页" not in page.partition('id="h-act"')[0]
    assert f"paper={kept}&page=2&zoom=3" in page


def test_what_cannot_be_shown_says_why(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.file_repair()
    token, visitor = paper(town, case), Visitor(make(town), town, "acceptor@ENV")
    for kind in (OFD, PDF):
        town.turn(update(material).where(material.c.token == token).values(media_type=kind))
        assert "这份文件不能在页面上显示" in visitor.get(f"/desk/cases/{case}?paper={token}")
    assert "这份文件不能在页面上显示" in visitor.get(f"/desk/cases/{case}?paper={token}")
    town.turn(update(material).where(material.c.token == token).values(digest="sha256:" + "0" * 64))
    assert "文件暂时取不到" in visitor.get(f"/desk/cases/{case}?paper={token}")

    def busy(*_: object) -> None:
        raise TooMany(10, page_images.BUSY)

    other = town.file_repair()
    monkeypatch.setattr(limited_upload, "ran", busy)
    assert "现在打开的文件较多" in visitor.get(f"/desk/cases/{other}?paper={paper(town, other)}")


def test_a_paper_is_seen_with_its_own_case_alone(town: Town) -> None:
    mine, theirs = town.file_repair(), town.file_repair()
    token, app = paper(town, theirs), make(town)
    officer = Visitor(app, town, "acceptor@ENV")
    officer.get(f"/desk/cases/{mine}?paper={token}", 404)
    officer.get(f"/desk/cases/{mine}?paper=unknown", 404)
    officer.get(f"/desk/cases/{mine}?paper={paper(town, mine)}&page=x", 422)
    Visitor(app, town, "acceptor@MARKET").get(f"/desk/cases/{theirs}?paper={token}", 404)
    Visitor(app, town, "yunxi").get(f"/desk/cases/{theirs}?paper={token}", 403)
    assert town.all(select(cases.c.id).where(cases.c.number == theirs))


def test_a_refused_form_keeps_the_paper_and_the_place_in_the_queue(town: Town) -> None:
    case, other = town.file_repair(), town.file_repair()
    visitor = Visitor(make(town), town, "acceptor@ENV")
    place = f"looked=procedure%3Drepair&paper={paper(town, case)}"
    page = unescape(visitor.get(f"/desk/cases/{case}?{place}"))
    address = f"/desk/cases/{case}/actions/refuse?{place}"
    assert f'action="{address}' in page
    form = {"command_id": "c" * 20, "expected_version": "1", "reason": ""}
    again = visitor.post(address, form)
    assert again.status_code == 422
    text = unescape(again.text)
    assert "对照查看：" in text
    assert f'/desk/cases/{other}?looked=procedure%3Drepair"' in text  # the next one of the same view
