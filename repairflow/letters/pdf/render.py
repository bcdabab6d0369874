"""From a frozen letter to PDF bytes, in this process: PDF/A-2b, tagged (PDF/UA-1), the same bytes every time.

The engine is given text, pictures and fonts and nothing else: it can open no file and no address. Import of the
engine takes more than a second, so it happens on first use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from repairflow.letters.fonts.families import FontFamilies, MissingGlyphs, faces, missing_glyphs
from repairflow.letters.fonts.subsets import LetterFonts, fonts_for
from repairflow.letters.layout.line_pitch import STEPS, Step, long, spills, tail_kept, tighter
from repairflow.letters.layout.page import markup, style
from repairflow.letters.model import LetterData, Pressed

if TYPE_CHECKING:
    from repairflow.letters.pdf.weasyprint_adapter import CSS, Document, FontConfiguration


@cache
def _font_configuration() -> FontConfiguration:
    # One for the life of the process: each new one costs memory that is not given back.
    from repairflow.letters.pdf.weasyprint_adapter import FontConfiguration

    return FontConfiguration()


def _fonts(fonts: LetterFonts) -> dict[str, bytes]:
    return {f"asset:{face.name}": face.data for face in fonts.small}


@lru_cache(maxsize=8)  # letters with rare characters have a sheet of their own
def _sheet(fonts: LetterFonts) -> CSS:
    from repairflow.letters.pdf.weasyprint_adapter import CSS, ClosedFetcher

    return CSS(string=style(fonts), font_config=_font_configuration(), url_fetcher=ClosedFetcher(_fonts(fonts)))


def render(letter: LetterData, families: FontFamilies) -> Document:
    """Return the letter laid out in pages, with tighter lines when that spares a page that is almost the seal's alone; where it
    does not, the paragraph before contact and closing lines goes to that page with them. A long letter is laid out once, that
    paragraph kept with them from the beginning: four layouts of a thousand lines take more time than a letter has.

    Raises MissingGlyphs, ConfigurationError when a font is not installed.
    """
    lacking = missing_glyphs(letter.all_text(), families)
    if lacking:
        raise MissingGlyphs(lacking)
    fonts = fonts_for(faces(families), letter.all_text())
    pictures = _pictures(letter)
    if long(letter):
        return _pages(letter, fonts, pictures, keeping_tail=True)
    pages = _pages(letter, fonts, pictures)
    if spills(pages):
        for step in STEPS:
            found = _pages(letter, fonts, pictures, step)
            if len(found.pages) < len(pages.pages):
                return found
        return _pages(letter, fonts, pictures, keeping_tail=True)
    return pages


def _pages(
    letter: LetterData, fonts: LetterFonts, pictures: Mapping[str, object], step: Step | None = None, *,
    keeping_tail: bool = False,
) -> Document:  # fmt: skip
    sheets = [_sheet(fonts), *([tighter(step)] if step is not None else []), *([tail_kept()] if keeping_tail else [])]
    pages = _lay_out(markup(letter), sheets, pictures)
    if letter.imprint and len(pages.pages) % 2:
        pages = _lay_out(markup(letter, imprint_on_new_page=True), sheets, pictures)
    return pages


def _pictures(letter: LetterData) -> dict[str, object]:
    from repairflow.letters.layout.qr import qr_rows
    from repairflow.letters.pdf.images import QrPicture, SealPicture

    found: dict[str, object] = {"asset:seal": SealPicture(letter.signer, letter.seal_purpose)}
    if letter.qr_url:
        found["asset:qr"] = QrPicture(qr_rows(letter.qr_url))
    return found


def _lay_out(html: str, sheets: list[CSS], pictures: Mapping[str, object]) -> Document:
    from repairflow.letters.pdf.weasyprint_adapter import ClosedFetcher, FatalURLFetchingError, LetterHtml

    try:
        return LetterHtml(html, ClosedFetcher({})).lay_out(sheets, _font_configuration(), dict(pictures))
    except FatalURLFetchingError as wish:  # a BaseException: it would pass through every other handler
        raise PermissionError(str(wish)) from None


def press_here(letter: LetterData, families: FontFamilies | None = None) -> Pressed:
    """Return the pressed letter. Equal letters give equal bytes as long as fonts and engine stay the same.

    Raises MissingGlyphs naming the characters, ConfigurationError when a font is not installed, PermissionError when the
    page asks for a file or an address.
    """
    from repairflow.letters.pdf.archival import archival

    pages = render(letter, families or FontFamilies())
    pdf = archival(pages, f"{letter.signer}电子签名" if letter.signature_field else None)
    return Pressed(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=len(pages.pages))
