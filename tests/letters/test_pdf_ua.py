"""The structural points of PDF/UA-1: each is seen to fail when a file is spoilt so. That letters of all kinds hold them is
tested where all kinds are signed (test_letter_size.py)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from repairflow.letters.pdf.render import press_here
from tests.letters.letter_samples import letter
from tests.letters.pdf_ua import elements, faults


@pytest.fixture(scope="module")
def sound() -> bytes:
    """A form with a table of names, one with columns, a list, pictures and a signature field."""
    return press_here(letter("case_result", form="standard", signature_field=True)).pdf


def first(pdf: pikepdf.Pdf, role: str) -> Any:
    return next(one for one in elements(pdf) if str(one.S) == f"/{role}")


def untagged(pdf: pikepdf.Pdf) -> None:
    kept = [(o, op) for o, op in pikepdf.parse_content_stream(pdf.pages[0]) if str(op) not in ("BDC", "BMC", "EMC")]
    pdf.pages[0].Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))


def not_in_the_tree(pdf: pikepdf.Pdf) -> None:
    top = pdf.Root.StructTreeRoot.K[0]
    top.K = pikepdf.Array([kid for kid in top.K if str(kid.S) != "/P"])


def renamed(old: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def spoil(pdf: pikepdf.Pdf) -> None:
        first(pdf, old).S = pikepdf.Name(f"/{new}")

    return spoil


def without(of: Callable[[pikepdf.Pdf], Any], key: str) -> Callable[[pikepdf.Pdf], None]:
    def spoil(pdf: pikepdf.Pdf) -> None:
        del of(pdf)[key]

    return spoil


SPOILT: list[tuple[str, Callable[[pikepdf.Pdf], None]]] = [
    ("01-005", untagged),
    ("01-005", not_in_the_tree),
    ("02-001", renamed("P", "Paragraph")),
    ("06-001", without(lambda pdf: pdf.Root.MarkInfo, "/Marked")),
    ("06-003", without(lambda pdf: pdf.docinfo, "/Title")),
    ("07-001", without(lambda pdf: pdf.Root, "/ViewerPreferences")),
    ("09-004", renamed("TR", "P")),
    ("11-006", without(lambda pdf: pdf.Root, "/Lang")),
    ("13-004", without(lambda pdf: first(pdf, "Figure"), "/Alt")),
    ("14-003", renamed("H1", "H3")),
    ("15-003", without(lambda pdf: first(pdf, "TD"), "/A")),
    ("28-002", renamed("Form", "Div")),
    ("28-005", without(lambda pdf: pdf.Root.AcroForm.Fields[0], "/TU")),
    ("28-008", lambda pdf: [page.__delitem__("/Tabs") for page in pdf.pages if "/Tabs" in page] and None),
    ("31-027", without(lambda pdf: next(iter(pdf.pages[0].Resources.Font.values())), "/ToUnicode")),
]


def test_a_letter_is_sound(sound: bytes) -> None:
    assert faults(sound) == []


@pytest.mark.parametrize(("point", "spoil"), SPOILT, ids=[f"{n} {point}" for n, (point, _) in enumerate(SPOILT)])
def test_each_point_is_seen(sound: bytes, point: str, spoil: Callable[[pikepdf.Pdf], None]) -> None:
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        spoil(pdf)
        file = io.BytesIO()
        pdf.save(file)
    assert {fault[:6] for fault in faults(file.getvalue())} >= {point}
