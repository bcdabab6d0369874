"""From pages laid out to the file of a letter: PDF/A-2b, tagged for PDF/UA-1, an empty signature field where one is wanted."""

from __future__ import annotations

from repairflow.letters.fonts.families import MissingGlyphs
from repairflow.letters.pdf import reading_order
from repairflow.letters.pdf.font_embedding import TightFonts, map_codes
from repairflow.letters.pdf.signature_field import add_field
from repairflow.letters.pdf.weasyprint_adapter import Document, PdfObjects
from repairflow.letters.pdf.writer import written

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


def archival(document: Document, signature: str | None) -> bytes:
    """Return the pages as a PDF; with `signature`, a label, it has an empty signature field over the stamp.

    Raises MissingGlyphs when a character found no glyph in the end, or only in a face that the letter did not bring.
    """
    fonts = TightFonts()
    made = PdfObjects.of(document, fonts)
    if lacking := fonts.foreign():
        raise MissingGlyphs(lacking)
    map_codes(fonts, made)
    reading_order.mend(document, made)
    if signature is not None:
        add_field(document, made, signature)
    packet = made.at(made.catalog["Metadata"])
    packet.stream = [b"".join(packet.stream).replace(b"</rdf:RDF>", _PDF_UA + b"</rdf:RDF>", 1)]
    return written(made)
