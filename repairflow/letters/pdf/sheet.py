"""A page of our own that is no letter (审核表), through the letters' engine: PDF/A-2b, tagged, the same bytes every time."""

from __future__ import annotations

from repairflow.letters.fonts.families import FontFamilies, MissingGlyphs, faces, missing_glyphs
from repairflow.letters.fonts.subsets import fonts_for
from repairflow.letters.layout.page import style

LACKING = "〓"
"""Stands for a character that no font here prints, where a page must be printed whatever somebody's name is."""


def printable(page: str, families: FontFamilies | None = None) -> str:
    """Return the page with that sign for every character that cannot be printed."""
    for character in missing_glyphs(page, families or FontFamilies()):
        page = page.replace(character, LACKING)
    return page


def press_sheet(page: str, style_name: str, families: FontFamilies | None = None) -> bytes:
    """Return the PDF of a page written so that XML readers read it, in a style sheet of the letters' layouts.

    Raises MissingGlyphs naming the characters, ConfigurationError when a font is not installed, PermissionError when the
    page asks for a file or an address.
    """
    from repairflow.letters.pdf.archival import archival
    from repairflow.letters.pdf.weasyprint_adapter import (
        CSS,
        ClosedFetcher,
        FatalURLFetchingError,
        FontConfiguration,
        LetterHtml,
    )

    families = families or FontFamilies()
    if lacking := missing_glyphs(page, families):
        raise MissingGlyphs(lacking)
    # Page numbers stand in the style sheet alone: their characters belong to what is printed.
    fonts = fonts_for(faces(families), page + "第页，共0123456789")
    known = {f"asset:{face.name}": face.data for face in fonts.small}
    configuration = FontConfiguration()
    sheet = CSS(string=style(fonts, style_name), font_config=configuration, url_fetcher=ClosedFetcher(known))
    try:
        pages = LetterHtml(page, ClosedFetcher({})).lay_out([sheet], configuration, {})
    except FatalURLFetchingError as wish:  # a BaseException: it would pass through every other handler
        raise PermissionError(str(wish)) from None
    return archival(pages, None)
