"""What we took over from the engine does what the engine did: the sheet under the style sheet, the fonts, the file."""

from __future__ import annotations

import io
import struct
from typing import Any

import pikepdf
import pypdf
import pytest
from fontTools.ttLib import TTFont
from weasyprint import HTML

from repairflow.letters.fonts import cff
from repairflow.letters.fonts.families import FontFamilies, MissingGlyphs, faces
from repairflow.letters.fonts.subsets import cut
from repairflow.letters.model import LetterData
from repairflow.letters.pdf import weasyprint_adapter
from repairflow.letters.pdf.archival import archival
from repairflow.letters.pdf.font_embedding import TightFont, TightFonts
from repairflow.letters.pdf.render import press_here, render
from tests.letters.letter_samples import OFFICE, letter

FORMS = [
    letter("repair_informed"),
    letter("repair_application"),  # plain, with a table
    letter("listing_decision", cc=("云溪县发展和改革局",)),
    letter("service_return"),
    letter(form="standard").model_copy(update={"signature_field": True}),
]


def as_laid_out(data: LetterData) -> list[tuple[Any, ...]]:
    found = []
    for number, page in enumerate(render(data, FontFamilies()).pages):
        stack = [page._page_box]
        while stack:
            box = stack.pop()
            box = getattr(box, "_box", box)
            if hasattr(box, "text"):
                found.append(
                    (number, box.text, round(box.position_x, 3), round(box.position_y, 3), round(box.width, 3))
                )
            stack += list(getattr(box, "children", ()))
    return found


@pytest.mark.parametrize("data", FORMS, ids=lambda data: f"{data.kind}-{data.form}")
def test_our_ground_sheet_lays_out_as_the_engines_own(data: LetterData, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = as_laid_out(data)
    monkeypatch.setattr(weasyprint_adapter.LetterHtml, "_ua_stylesheets", HTML._ua_stylesheets)
    assert as_laid_out(data) == ours
    assert len(ours) > 10


def test_the_engine_asks_for_our_ground_sheet_and_nothing_in_it_concerns_every_element() -> None:
    """What concerns every element costs a style for each: the engine's own sheet has five such rules."""
    page = weasyprint_adapter.LetterHtml("<html><body/></html>", None)
    (ground,) = page._ua_stylesheets()
    assert not ground.matcher.other_selectors
    assert HTML._ua_stylesheets(page)[0].matcher.other_selectors


def test_a_page_that_is_no_xml_is_refused() -> None:
    with pytest.raises(SyntaxError):
        weasyprint_adapter.LetterHtml("<html><body><br></body></html>", None)


def test_the_engine_enters_its_fonts_through_our_table() -> None:
    pages = render(letter(), FontFamilies())
    pages.fonts = TightFonts()
    pages.write_pdf(io.BytesIO())
    assert pages.fonts
    assert all(isinstance(font, TightFont) for font in pages.fonts.values())


@pytest.mark.parametrize(
    "character", ["\ue123", "\U0002cb4e"], ids=["in no font", "in a font that the letter did not bring"]
)
def test_a_character_from_nowhere_stops_the_letter(character: str) -> None:
    fonts = render(letter(), FontFamilies()).font_config
    page = f'<html lang="zh-CN"><head><title>x</title></head><body><p>{character}</p></body></html>'
    document = weasyprint_adapter.LetterHtml(page, None).lay_out([weasyprint_adapter.CSS(string="")], fonts, {})
    with pytest.raises(MissingGlyphs) as stopped:
        archival(document, None)
    assert stopped.value.characters == {character}


def test_the_file_is_sound_and_says_who_and_what() -> None:
    pdf = press_here(letter()).pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []
        assert opened.pdf_version == "1.7"
    read = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    assert read.metadata is not None
    assert read.metadata.author == OFFICE
    first, second = read.trailer["/ID"]
    assert first == second
    other: Any = pypdf.PdfReader(io.BytesIO(press_here(letter(number="溪环信修〔2026〕119号")).pdf)).trailer["/ID"]
    assert other[0] != first


def test_the_seal_is_text_in_the_file_under_one_figure() -> None:
    read = pypdf.PdfReader(io.BytesIO(press_here(letter()).pdf))
    last: Any = read.pages[-1]
    said = "".join(last.extract_text().split())
    assert "信用修复专用章" in said
    figures = [tag for tag in tags(read.trailer["/Root"]["/StructTreeRoot"]) if tag.get("/S") == "/Figure"]
    assert {str(tag["/Alt"]) for tag in figures} == {"查验本文书的二维码", f"{OFFICE}信用修复专用章"}


def tags(element: Any) -> list[Any]:
    element = element.get_object() if hasattr(element, "get_object") else element
    if not isinstance(element, dict):
        return []
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    return [element, *(tag for kid in (kids if isinstance(kids, list) else [kids]) for tag in tags(kid))]


@pytest.mark.parametrize("count", [1, 2, 3, 200, 257, 258, 300, 2000])
def test_a_cut_gives_glyphs_the_cids_of_their_numbers(count: int) -> None:
    """Every form that a charset can have is the right one for some count."""
    face = faces(FontFamilies()).hei[0]
    held = sorted(code for code in face.codes if code >= 0x4E00)[::3][:count]
    data = cut(face, "".join(map(chr, held)))
    top = TTFont(io.BytesIO(data))["CFF "].cff.topDictIndex[0]
    assert list(top.charset[1:]) == [f"cid{number:05d}" for number in range(1, len(top.charset))]
    assert len(top.charset) >= count
    program = cff.table(data)
    assert program is not None
    assert cff.is_cid_keyed(program)


def test_a_font_of_true_type_outlines_has_no_cids() -> None:
    data = faces(FontFamilies()).body[0].path.read_bytes()
    assert cff.table(data) is None
    assert cff.with_cids_as_numbered(data) == data


def test_a_face_of_postscript_outlines_is_cut_however_small() -> None:
    for role in faces(FontFamilies()).roles().values():
        for face in role:
            with face.path.open("rb") as file:
                collection = file.read(4) == b"ttcf"
                file.seek(12 + 4 * face.index if collection else 0)
                (start,) = struct.unpack(">L", file.read(4)) if collection else (0,)
                file.seek(start)
                if file.read(4) == b"OTTO":
                    assert face.to_be_cut
