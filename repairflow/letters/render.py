"""From a frozen letter to PDF bytes, in this process: PDF/A-2b, tagged (PDF/UA-1), the same bytes every time.

The engine is given text and fonts and nothing else: its door to files and addresses is closed. Import of the engine takes
more than a second, so it happens on first use.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zlib
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

from repairflow.letters.faces import Wardrobe, wardrobe
from repairflow.letters.fonts import FontFamilies, MissingGlyphs, faces, missing_glyphs
from repairflow.letters.letter import LetterData, Pressed
from repairflow.letters.page import markup, style
from repairflow.letters.qr import qr_png
from repairflow.letters.signature_field import add_field

if TYPE_CHECKING:
    from weasyprint import CSS, Document
    from weasyprint.text.fonts import FontConfiguration

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
def _font_configuration() -> FontConfiguration:
    # One for the life of the process: each new one costs memory that is not given back.
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def closed_fetcher(assets: Mapping[str, bytes]) -> Any:
    """A fetcher that hands over these assets by their address and stops the whole rendering on any other wish."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            del headers
            if url not in assets:
                # User text is escaped, so nobody may ever ask: a letter that does is not issued.
                raise FatalURLFetchingError(f"a letter may fetch nothing: {url[:200]}")
            return URLFetcherResponse(url, assets[url])

    return ClosedFetcher()


def _fonts(clothes: Wardrobe) -> dict[str, bytes]:
    return {f"asset:{face.name}": face.data for face in clothes.small}


@lru_cache(maxsize=8)  # letters with rare characters have a sheet of their own
def _sheet(clothes: Wardrobe) -> CSS:
    from weasyprint import CSS

    return CSS(string=style(clothes), font_config=_font_configuration(), url_fetcher=closed_fetcher(_fonts(clothes)))


def render(letter: LetterData, families: FontFamilies) -> Document:
    """The letter laid out in pages. Raises MissingGlyphs, ConfigurationError when a font is not installed."""
    lacking = missing_glyphs(letter.all_text(), families)
    if lacking:
        raise MissingGlyphs(lacking)
    clothes = wardrobe(faces(families), letter.all_text())
    pictures = {"asset:qr": qr_png(letter.qr_url)} if letter.qr_url else {}
    pages = _lay_out(markup(letter, clothes), clothes, pictures)
    if letter.imprint and len(pages.pages) % 2:
        pages = _lay_out(markup(letter, clothes, imprint_on_new_page=True), clothes, pictures)
    return pages


def _lay_out(html: str, clothes: Wardrobe, pictures: Mapping[str, bytes]) -> Document:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    try:
        return HTML(string=html, url_fetcher=closed_fetcher(pictures)).render(
            font_config=_font_configuration(), stylesheets=[_sheet(clothes)], pdf_tags=True, pdf_variant="pdf/a-2b"
        )
    except FatalURLFetchingError as wish:  # a BaseException: it would pass through every other handler
        raise PermissionError(str(wish)) from None


def press_here(letter: LetterData, families: FontFamilies | None = None) -> Pressed:
    """The pressed letter. Equal letters give equal bytes as long as fonts and engine stay the same.

    Raises MissingGlyphs naming the characters, ConfigurationError when a font is not installed, PermissionError when the
    page asks for a file or an address.
    """
    from repairflow.letters.embedding import TightFonts

    pages = render(letter, families or FontFamilies())
    pages.fonts = TightFonts()
    target = io.BytesIO()
    with warnings.catch_warnings():
        # The engine leaves closing its colour profile to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        pages.write_pdf(target, pdf_variant="pdf/a-2b", pdf_tags=True, finisher=partial(_finish, letter))
    pdf = target.getvalue()
    return Pressed(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=len(pages.pages))


def _finish(letter: LetterData, document: Document, pdf: Any) -> None:
    from pydyf import Stream

    from repairflow.letters.embedding import map_codes

    map_codes(document.fonts, pdf)
    if letter.signature_field:
        add_field(document, pdf, f"{letter.signer}电子签名")
    packet = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    packet.stream = [b"".join(packet.stream).replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>", 1)]
    # The writer asks each stream for its bytes twice, for the file and for its identifier, and would deflate the fonts
    # twice at the slowest level: a quarter of the whole letter's time.
    for stream in pdf.objects:
        if isinstance(stream, Stream) and stream.compress:
            stream.compress = False
            plain = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
            stream.stream = [zlib.compress(plain, 6)]
            stream.extra["Filter"] = "/FlateDecode"
