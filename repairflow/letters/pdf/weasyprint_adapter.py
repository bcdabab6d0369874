"""WeasyPrint, as a letter needs it. The one file that imports WeasyPrint, pydyf and cssselect2 and reads what they do not
promise to keep; tests/house/test_engine_adapter.py names each such thing and says when a new version has lost it.

Three things of the engine are ours, because they took two thirds of a letter's time: reading the page (Python's XML reader
in place of an HTML one), the sheet under the style sheet, and (in writer.py) writing the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol
from xml.etree import ElementTree as ET

import cssselect2  # type: ignore[import-untyped]  # the library has no types
import pydyf
from pydyf import Array, Dictionary, Object, Stream, String
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Document, pdf
from weasyprint.css import ColorProfile, ComputedStyle
from weasyprint.document import Page
from weasyprint.formatting_structure.boxes import BlockLevelBox
from weasyprint.pdf import generate_pdf
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream as Canvas
from weasyprint.text.ffi import FROM_UNITS, pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import Layout
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from repairflow.settings import asset

__all__ = [
    "CSS", "Array", "Canvas", "ClosedFetcher", "ComputedStyle", "Dictionary", "Document", "EngineFont", "FatalURLFetchingError",
    "FontConfiguration", "LaidBox", "LetterHtml", "Object", "Page", "PdfObjects", "ShownGlyph", "Stream", "String", "boxes",
    "shown_glyphs", "tagged_parts",
]  # fmt: skip

_TAGS = {"table": "Table", "ul": "L", "li": "LI", "p": "P"}
_ARCHIVAL = DEFAULT_OPTIONS | {"pdf_variant": "pdf/a-2b", "pdf_version": "1.7", "pdf_tags": True}


@cache
def _ground() -> CSS:
    return CSS(string=(asset("templates") / "letters" / "layout" / "ground.css").read_text("utf-8"))


class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Hands over these assets by their address and stops the whole rendering on any other wish."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__()
        self.assets = assets

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the asset at `url`; raises FatalURLFetchingError when there is none."""
        del headers
        if url not in self.assets:
            # User text is escaped, so nobody may ever ask: a letter that does is not issued.
            raise FatalURLFetchingError(f"a letter may fetch nothing: {url[:200]}")
        return URLFetcherResponse(url, self.assets[url])


class LetterHtml(HTML):  # type: ignore[misc]  # the library has no types
    """A letter's page, read as XML. ElementTree.ParseError when it is not well formed."""

    def __init__(self, page: str, url_fetcher: URLFetcher) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(ET.fromstring(page))  # noqa: S314  our own page
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        del forms
        return [_ground()]

    def lay_out(self, sheets: list[CSS], fonts: FontConfiguration, pictures: dict[str, object]) -> Document:
        """Return the pages, in these style sheets and fonts; `pictures` by the addresses that the page names."""
        return self.render(
            fonts, color_profiles={"srgb": _srgb()}, output_intent="srgb", stylesheets=sheets, cache=pictures
        )


class _Srgb(ColorProfile):  # type: ignore[misc]  # the library has no types
    """The colours that PDF/A says the page is meant in: the engine's own profile, read once and handed on as it is."""

    def __init__(self) -> None:
        self._data = (files(pdf) / "sRGB2014.icc").read_bytes()
        super().__init__(io.BytesIO(self._data), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))

    @property
    def content(self) -> bytes:
        """The profile's file; the colour library would write it anew, and differently once its name was asked for."""
        return self._data


_srgb = cache(_Srgb)


@dataclass(frozen=True, slots=True)
class LaidBox:
    """A box of a page: the classes of its element, its text, and how far down it stands."""

    classes: frozenset[str]
    text: str
    down: float


def boxes(page: Page) -> Iterator[LaidBox]:
    """Yield the boxes of a page, in no particular order."""
    stack = [page._page_box]  # noqa: SLF001  the engine shows its boxes nowhere else
    while stack:
        box = stack.pop()
        box = getattr(box, "_box", box)  # what is positioned hides its box behind a placeholder
        named = (box.element.get("class") or "") if box.element is not None else ""
        yield LaidBox(frozenset(named.split()), getattr(box, "text", ""), box.position_y)
        stack += getattr(box, "children", ())


def tagged_parts(page: Page) -> Iterator[tuple[str, int]]:
    """Yield the tables, lists, items and paragraphs of a page in the order in which the engine tags them: the tag of each, and
    what stands for its element, the same number for each part of one that goes over several pages."""
    stack = [page._page_box]  # noqa: SLF001  as above
    while stack:
        box = stack.pop()
        box = getattr(box, "_box", box)
        if box.element is not None and isinstance(box, BlockLevelBox) and (tag := _TAGS.get(box.element_tag)):
            if tag != "Table":
                yield tag, id(box.element)
            elif box.is_table_wrapper:
                yield tag, id(box.element)
                continue
        stack += reversed(getattr(box, "children", ()))


class EngineFont(Font):  # type: ignore[misc]  # the library has no types
    """A font of a document. What inherits from it may embed a smaller program than the engine would."""

    glyph_map: bytes = b""  # for each code the glyph, two bytes each; empty when they are the same

    @property
    def postscript(self) -> bool:
        """Whether its outlines are PostScript's."""
        return "CFF " in self.tables

    @property
    def family_name(self) -> str:
        """The family that the system found it under."""
        return str(self.family)

    @property
    def resource(self) -> bytes:
        """Its name within the PDF."""
        return bytes(self.name)

    @property
    def lacking(self) -> set[str]:
        """The characters that were set in it and for which it has no glyph."""
        return {chr(code) for code in self.missing}

    @property
    def shown(self) -> str:
        """The characters that were set in it."""
        return "".join(self.to_unicode.values())

    def program(self) -> tuple[bytes, int]:
        """Return the file and the number of the face within it."""
        return self.file_content, self.index

    def embed(self, content: bytes) -> None:
        """Make `content` the program that the PDF will carry."""
        self.file_content = content

    def shrink(self, used: list[int]) -> bool:
        """Embed the glyphs of these numbers alone; False leaves it to the engine."""
        raise NotImplementedError

    def subset(self, to_unicode: dict[int, str], hinting: bool) -> None:
        """Do what the engine calls before it writes the font: our own way where that is safe, else the engine's."""
        fixed = not self.missing and "fvar" not in self.tables
        if not (to_unicode and fixed and self.shrink(sorted(to_unicode))):
            super().subset(to_unicode, hinting)


class FontTable(Protocol):
    """What takes the fonts of a document as the engine enters them by name."""

    def __setitem__(self, key: str, font: EngineFont, /) -> None: ...


@dataclass(frozen=True, slots=True)
class ShownGlyph:
    """A glyph as the engine sets it: the place of its character in the text's UTF-8, the name of its font in the page, its
    number there and its width in parts of its size."""

    place: int
    font: str
    number: int
    advance: float


def shown_glyphs(canvas: Canvas, style: ComputedStyle, text: str) -> Iterator[ShownGlyph]:
    """Yield the glyphs of one line of text in the fonts of a style; each font is entered in the page with what it shows."""
    layout = Layout(style)
    layout.set_text(text)
    line, _ = layout.get_first_line()
    character_at, place = {}, 0
    for character in text:
        character_at[place] = character
        place += len(character.encode())
    run = line.runs
    while run:
        item, run = run.data, run.next
        face = item.item.analysis.font
        font, size = canvas.add_font(face)
        for which in range(item.glyphs.num_glyphs):
            number = item.glyphs.glyphs[which].glyph
            place = item.item.offset + item.glyphs.log_clusters[which]
            pango.pango_font_get_glyph_extents(face, number, canvas.ink_rect, canvas.logical_rect)
            advance = canvas.logical_rect.width * FROM_UNITS / size
            font.widths.setdefault(number, round(advance * 1000))
            font.to_unicode.setdefault(number, character_at[place])
            yield ShownGlyph(place, font.hash, number, advance)


class PdfObjects(pydyf.PDF):  # type: ignore[misc]  # the library has no types
    """The objects of a PDF that is not yet written."""

    @classmethod
    def of(cls, document: Document, fonts: FontTable, *, archival: bool = True) -> PdfObjects:
        """Return the pages as objects of a PDF, `archival` one of a tagged PDF/A-2b; `fonts` has the document's fonts afterwards."""
        document.fonts = fonts
        made = generate_pdf(document, None, 1, **(_ARCHIVAL if archival else DEFAULT_OPTIONS))
        made.__class__ = cls
        found: PdfObjects = made
        return found

    def at(self, reference: bytes) -> Dictionary:
        """Return the object that a reference names."""
        return self.objects[int(reference.split()[0])]

    def stream_at(self, reference: bytes) -> Stream:
        """Return the stream that a reference names."""
        return self.objects[int(reference.split()[0])]

    def page(self, number: int) -> Dictionary:
        """Return a page's dictionary, counted from 0."""
        return self.at(self.page_references[number])
