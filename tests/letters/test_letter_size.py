"""What is inside a letter's file: no more than it shows, and under the right codes; so that it stays small for everyone."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from weasyprint.pdf.fonts import Font

from repairflow.letters.fonts.families import FontFamilies, faces
from repairflow.letters.pdf import font_embedding
from repairflow.letters.pdf.render import press_here
from repairflow.letters.signing.key_folder import KeyFolder
from repairflow.letters.signing.pades import make_key
from repairflow.letters.signing.port import Signer
from repairflow.letters.text import templates
from tests.letters.letter_samples import OFFICE, fields, letter
from tests.letters.pdf_ua import broken_rules, faults
from tests.letters.printed_lines import torn

LIMIT = 100 * 1024  # bytes of a signed letter
ROOM = (
    20 * 1024
)  # of these, for what people write beyond the samples (some 120 other characters), and longer certificates
RARE = "堃喆赟昇㛃𬭎环保科技有限公司"
ISSUED = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder = tmp_path_factory.mktemp("keys")
    make_key(folder / "ENV.p12", OFFICE, datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
    found = KeyFolder(folder).of("ENV")
    assert found is not None
    return found


def signed(kind: str, signer: Signer) -> bytes:
    data = letter(kind, values=fields(subject_name=RARE), addressee=RARE).model_copy(update={"signature_field": True})
    return signer.sign(press_here(data).pdf, data, ISSUED)


@pytest.mark.parametrize("kind", templates.kinds())
def test_every_signed_letter_is_small_and_of_sound_structure(kind: str, signer: Signer) -> None:
    file = signed(kind, signer)
    assert len(file) <= LIMIT - ROOM
    assert faults(file) == []
    assert broken_rules(file, "ua1", "2b") == []
    assert torn(file) == []


def test_no_stream_of_a_signature_can_end_in_half_a_line_end(signer: Signer) -> None:
    """The update's table of objects deflated would end in CR in one of 256 letters, which strict readers take for a line end."""
    file = signed("repair_granted", signer)
    table = file[file.rindex(b"/Type /XRef") :]
    assert b"/Filter" not in table
    assert b"\0\0\nendstream" in table


def test_the_limit_is_kept_by_closing_the_places_of_unused_glyphs(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: embedded as the engine does it, the same letters break the limit above."""
    monkeypatch.setattr(font_embedding.TightFont, "subset", Font.subset)
    assert max(len(signed(kind, signer)) for kind in ("repair_informed", "masking_decision")) > LIMIT - ROOM


def embedded(pdf: bytes) -> list[dict[str, Any]]:
    """The CIDFonts of a letter with what each code means."""
    found = []
    resources: Any = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
    for font in resources["/Font"].values():
        whole = font.get_object()
        inner = whole["/DescendantFonts"][0].get_object()
        lines = whole["/ToUnicode"].get_object().get_data().decode().partition("endcodespacerange")[2].splitlines()
        pairs = [line.strip("<>").split("> <") for line in lines if line.startswith("<") and line.count("<") == 2]
        codes = {int(code, 16): bytes.fromhex(said).decode("utf-16-be") for code, said in pairs if code != "0000"}
        found.append({"font": inner, "codes": codes, "descriptor": inner["/FontDescriptor"].get_object()})
    return found


def shape(glyphs: Any, name: str) -> list[Any]:
    pen = RecordingPen()
    glyphs[name].draw(pen)
    return list(pen.value)


def as_drawn(item: dict[str, Any]) -> dict[int, list[Any]]:
    """What a strict reader draws for each code: by the map to TrueType glyphs, or by the CIDs of the font program."""
    font, descriptor = item["font"], item["descriptor"]
    if font["/Subtype"] == "/CIDFontType2":
        program = TTFont(io.BytesIO(descriptor["/FontFile2"].get_object().get_data()))
        numbers, names, glyphs = (
            font["/CIDToGIDMap"].get_object().get_data(),
            program.getGlyphOrder(),
            program.getGlyphSet(),
        )
        return {
            code: shape(glyphs, names[int.from_bytes(numbers[2 * code : 2 * code + 2], "big")])
            for code in item["codes"]
        }
    assert descriptor["/FontFile3"].get_object()["/Subtype"] == "/CIDFontType0C"
    assert "/CIDToGIDMap" not in font
    programs = CFFFontSet()
    programs.decompile(io.BytesIO(descriptor["/FontFile3"].get_object().get_data()), None)
    glyphs = programs.topDictIndex[0].CharStrings
    return {code: shape(glyphs, f"cid{code:05d}") for code in item["codes"]}


def test_every_code_shows_the_shape_of_its_character() -> None:
    """ISO 32000-1, 9.7.4.2. Lenient readers find glyphs by their number; a strict one showed blanks for the headings."""
    fonts = embedded(press_here(letter(values=fields(subject_name=RARE), addressee=RARE)).pdf)
    known = {face.path: face for role in faces(FontFamilies()).roles().values() for face in role}
    with contextlib.ExitStack() as files:
        opened = [files.enter_context(TTFont(face.path, fontNumber=face.index, lazy=True)) for face in known.values()]
        sources = [(font.getBestCmap(), font.getGlyphSet()) for font in opened]
        for item in fonts:
            drawn = as_drawn(item)
            for code, said in item["codes"].items():
                assert drawn[code] in [
                    shape(glyphs, names[ord(said)]) for names, glyphs in sources if ord(said) in names
                ]
    assert {item["font"]["/Subtype"] for item in fonts} == {"/CIDFontType2", "/CIDFontType0"}


def test_every_width_is_that_of_the_font_program() -> None:
    """ISO 14289-1, 7.21.5; for PostScript outlines, whose widths lie in several parts of a program."""
    fonts = embedded(press_here(letter(values=fields(subject_name=RARE), addressee=RARE)).pdf)
    programs = [item for item in fonts if "/FontFile3" in item["descriptor"]]
    assert programs
    for item in programs:
        programs_of = CFFFontSet()
        programs_of.decompile(io.BytesIO(item["descriptor"]["/FontFile3"].get_object().get_data()), None)
        glyphs = programs_of.topDictIndex[0].CharStrings
        told = list(item["font"]["/W"])
        for first, widths in zip(told[::2], told[1::2], strict=True):
            for code, width in enumerate(widths, int(first)):
                glyph = glyphs[f"cid{code:05d}"]
                glyph.draw(NullPen())
                assert round(glyph.width) == width


def test_only_glyphs_that_are_shown_are_embedded() -> None:
    for item in embedded(press_here(letter()).pdf):
        descriptor = item["descriptor"]
        if "/FontFile2" in descriptor:
            program = TTFont(io.BytesIO(descriptor["/FontFile2"].get_object().get_data()))
            assert len(program.getGlyphOrder()) <= len(item["codes"]) + 2  # .notdef, and the blank
            assert not {"name", "post", "cmap", "OS/2"} & set(program.keys())
