"""Several PDFs as one, with a bookmark for each: a reading copy for the file. The originals stay what proves."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def gather(title: str, parts: Sequence[tuple[str, bytes]]) -> bytes:
    """The parts one after the other under their titles. Signature fields are left out: in a copy they would only show
    broken."""
    writer = PdfWriter()
    for name, pdf in parts:
        start = len(writer.pages)
        writer.append(io.BytesIO(pdf), import_outline=False)
        for page in writer.pages[start:]:
            page.pop("/Annots", None)
        writer.add_outline_item(title=name, page_number=start)
    root = writer.root_object
    root.pop("/AcroForm", None)
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    writer.add_metadata({"/Title": title})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
