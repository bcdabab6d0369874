"""WeasyPrint, as a letter needs it: from a page written as XML to a PDF/A-2b that is tagged for PDF/UA-1.

Three things of the engine are ours, because they took two thirds of a letter's time: reading the page (Python's XML reader
in place of an HTML one), the sheet under the style sheet, and writing the file.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

import cssselect2  # type: ignore[import-untyped]  # the library has no types
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Document, pdf
from weasyprint.css import ColorProfile
from weasyprint.pdf import generate_pdf
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from repairflow.letters.fonts.families import MissingGlyphs
from repairflow.letters.pdf.font_embedding import TightFonts, map_codes
from repairflow.letters.pdf.signature_field import add_field
from repairflow.letters.pdf.writer import written
from repairflow.settings import asset

_ARCHIVAL = DEFAULT_OPTIONS | {"pdf_variant": "pdf/a-2b", "pdf_version": "1.7", "pdf_tags": True}

# PDF/UA-1 beside PDF/A-2: the identifier with the extension schema that PDF/A asks for (ISO 19005-2, 6.6.2.3).
_PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@cache
def _ground() -> CSS:
    return CSS(string=(asset("templates") / "letters" / "layout" / "ground.css").read_text("utf-8"))


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
        """The pages, in these style sheets and fonts; `pictures` by the addresses that the page names."""
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


def archival(document: Document, signature: str | None) -> bytes:
    """The pages as a PDF; with `signature`, a label, it has an empty signature field over the stamp. MissingGlyphs when a
    character found no glyph in the end, or only in a face that the letter did not bring."""
    document.fonts = TightFonts()
    made = generate_pdf(document, None, 1, **_ARCHIVAL)
    if lacking := document.fonts.foreign():
        raise MissingGlyphs(lacking)
    map_codes(document.fonts, made)
    if signature is not None:
        add_field(document, made, signature)
    packet = made.objects[int(made.catalog["Metadata"].split()[0])]
    packet.stream = [b"".join(packet.stream).replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>", 1)]
    return written(made)
