"""The empty signature field of a letter: where its stamp is printed, tagged as a form field, clear to look at."""

from __future__ import annotations

from repairflow.letters.pdf.weasyprint_adapter import Array, Dictionary, Document, PdfObjects, Stream, String
from repairflow.letters.signing.port import SIGNATURE_FIELD

ANCHOR = "signature"
_POINTS = 0.75  # a CSS pixel
_PRINTED_AND_LOCKED = 4 | 128


def add_field(document: Document, pdf: PdfObjects, label: str) -> None:
    """Put an unsigned field over the stamp of the finished `pdf`; a form without a stamp gets it unseen.

    The widget hangs in the structure tree under a Form element and has a description (PDF/UA-1, 7.18), is printed and has
    an appearance (PDF/A-2, 6.3).
    """
    number, box = _place(document)
    page = pdf.page(number)
    clear = Stream(
        extra={"Type": "/XObject", "Subtype": "/Form", "BBox": Array((0, 0, box[2] - box[0], box[3] - box[1]))}
    )
    pdf.add_object(clear)
    field = Dictionary(
        {
            "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "T": String(SIGNATURE_FIELD), "TU": String(label),
            "F": _PRINTED_AND_LOCKED, "Rect": Array(box), "P": page.reference, "AP": Dictionary({"N": clear.reference}),
        }
    )  # fmt: skip
    pdf.add_object(field)
    page.setdefault("Annots", Array()).append(field.reference)
    page["Tabs"] = "/S"
    pdf.catalog["AcroForm"] = Dictionary({"Fields": Array([field.reference])})
    _tag(pdf, page, field)


def _place(document: Document) -> tuple[int, tuple[float, float, float, float]]:
    """Return the page, counted from 0, and the rectangle in points from its lower left corner."""
    for number, page in enumerate(document.pages):
        if ANCHOR in page.anchors:
            left, top, right, bottom = page.anchors[ANCHOR]
            corners = (left, page.height - bottom, right, page.height - top)
            return number, (
                round(corners[0] * _POINTS, 2), round(corners[1] * _POINTS, 2),
                round(corners[2] * _POINTS, 2), round(corners[3] * _POINTS, 2),
            )  # fmt: skip
    return len(document.pages) - 1, (0.0, 0.0, 0.0, 0.0)


def _tag(pdf: PdfObjects, page: Dictionary, field: Dictionary) -> None:
    root = pdf.at(pdf.catalog["StructTreeRoot"])
    top = pdf.at(root["K"][0])
    numbers = pdf.at(root["ParentTree"])["Nums"]
    link = Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page.reference})
    pdf.add_object(link)
    form = Dictionary(
        {"Type": "/StructElem", "S": "/Form", "P": top.reference, "Pg": page.reference, "K": Array([link.reference])}
    )
    pdf.add_object(form)
    top["K"].append(form.reference)
    field["StructParent"] = max(numbers[::2], default=-1) + 1
    numbers.extend([field["StructParent"], form.reference])
