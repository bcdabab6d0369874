"""What PDF/UA-1 asks of a file that can be seen from its structure, after the Matterhorn Protocol, whose points are named.

These are the points that a letter could fail: it has no scripts, forms to fill, sound or layers. `broken_rules` asks a second
checker, `page-validation`, which knows all rules of PDF/UA-1 and PDF/A that a program can look at.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import page as page_validation
import pikepdf

KIDS: dict[str, frozenset[str]] = {
    "L": frozenset({"LI"}), "LI": frozenset({"LBody", "Lbl"}), "Table": frozenset({"THead", "TBody"}),
    "THead": frozenset({"TR"}), "TBody": frozenset({"TR"}), "TR": frozenset({"TH", "TD"}),
}  # fmt: skip
"""What alone may stand right under an element (09-004 to 09-008)."""
ROLES = frozenset({
    "Document", "Part", "Div", "P", "H1", "H2", "H3", "Span", "NonStruct", "Figure", "Form", "LBody", "Lbl", "TH", "TD", *KIDS,
})  # fmt: skip
PAINTS = frozenset({"Tj", "TJ", "Do", "f", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "'", '"'})


def broken_rules(file: bytes, *profiles: str) -> list[tuple[str, str]]:
    """The rules of each profile (`ua1`, `2b`) that a file breaks, with what is wrong.

    Widths in font programs of PostScript outlines are left out: release 0.11 takes a glyph's width from the wrong part of a
    program with several (FDSelect of format 3), where fontTools and FreeType agree with the file. test_letter_size.py compares
    these widths itself.
    """
    reports = [page_validation.validate_pdf_bytes(file, profile=profile) for profile in profiles]
    found = [(failure.rule_id, failure.message) for report in reports for failure in report.failures]
    return [(rule, wrong) for rule, wrong in found if not ("GLYPH-WIDTH" in rule and "CIDFontType0C" in wrong)]


def faults(file: bytes) -> list[str]:
    """Every point that the file does not hold, by its number."""
    with pikepdf.open(io.BytesIO(file)) as pdf:
        found = [*_file(pdf), *_tree(pdf), *_annotations(pdf), *_fonts(pdf)]
        for number, page in enumerate(pdf.pages):
            found += [f"{fault} on page {number + 1}" for fault in _content(pdf, page)]
        return found


def _file(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "06-001 not marked as tagged"
    packet = root.Metadata.read_bytes().decode()
    if 'pdfuaid:part="1"' not in packet and "<pdfuaid:part>1<" not in packet:
        yield "06-002 no PDF/UA identifier"
    if "<dc:title>" not in packet or not str(pdf.docinfo.get("/Title", "")).strip():
        yield "06-003 no title"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "07-001 the title is not shown"
    if not str(root.get("/Lang", "")):
        yield "11-006 no language"
    if pdf.is_encrypted:
        yield "26-001 encrypted"


def _tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    level = 0
    names = {str(one.ID) for one in elements(pdf) if "/ID" in one}
    for one in elements(pdf):
        role = str(one.S)[1:]
        if role not in ROLES:
            yield f"02-001 {role} is no role"
        under = [str(kid.S)[1:] for kid in _below(one)]
        if role in KIDS and set(under) - KIDS[role]:
            yield f"09-004 {under} right under {role}"
        if role == "Figure" and not str(one.get("/Alt", "")):
            yield "13-004 a picture without words"
        if role in ("H1", "H2", "H3"):
            if int(role[1]) > level + 1:
                yield f"14-003 {role} after level {level}"
            level = int(role[1])
        yield from _table(one, role, names)
    if not level:
        yield "14-002 no heading"


def _table(one: Any, role: str, names: set[str]) -> Iterator[str]:
    if role == "Table" and not any(str(cell.S) == "/TH" for cell in _all(one)):
        yield "15-003 a table without headings"
    if role == "TH" and "/Scope" not in one.get("/A", {}):
        yield "15-003 a heading that does not say of what"
    if role == "TD":
        said = [str(name) for name in one.get("/A", {}).get("/Headers", [])]
        if not said or set(said) - names:
            yield f"15-003 a cell of the headings {said}"


def _annotations(pdf: pikepdf.Pdf) -> Iterator[str]:
    tagged = {kid.Obj.objgen for one in elements(pdf) if str(one.S) == "/Form" for kid in one.K if "/Obj" in kid}
    for page in pdf.pages:
        for note in page.get("/Annots", []):
            if note.objgen not in tagged:
                yield "28-002 an annotation outside the tree"
            if not str(note.get("/TU", "")):
                yield "28-005 a field without words"
            if str(page.get("/Tabs", "")) != "/S":
                yield "28-008 tabs not in the order of the tree"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    fonts = {f.objgen: f for page in pdf.pages for f in page.get("/Resources", {}).get("/Font", {}).values()}
    for font in fonts.values():
        inner = font.DescendantFonts[0]
        if not {"/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()):
            yield "31-009 a font without its file"
        if "/ToUnicode" not in font:
            yield "31-027 a font whose codes mean nothing"


def _content(pdf: pikepdf.Pdf, page: pikepdf.Page) -> Iterator[str]:
    """Marks of content: each in the tree or an artifact, none within the other (01-003 to 01-005)."""
    owners = _owners(pdf)[int(page.StructParents)]
    linked = {one.objgen for one in elements(pdf)}
    open_marks: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            mark = "artifact" if str(operands[0]) == "/Artifact" else "tagged"
            if open_marks:
                yield f"01-003 {mark} within {open_marks[-1]}"
            open_marks.append(mark)
            if mark == "tagged":
                owner = owners[int(operands[1].MCID)]
                if owner is None or owner.objgen not in linked:
                    yield "01-005 tagged content that is not in the tree"
        elif name == "EMC":
            open_marks.pop()
        elif name in PAINTS and not open_marks:
            yield f"01-005 {name} neither in the tree nor an artifact"


def elements(pdf: pikepdf.Pdf) -> list[Any]:
    """The elements of the tree in the order of reading."""
    return [one for top in pdf.Root.StructTreeRoot.K for one in (top, *_all(top))]


def _all(element: Any) -> Iterator[Any]:
    for kid in _below(element):
        yield kid
        yield from _all(kid)


def _below(element: Any) -> list[Any]:
    return [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _owners(pdf: pikepdf.Pdf) -> dict[int, Any]:
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {int(key): owned for key, owned in zip(numbers[::2], numbers[1::2], strict=True)}
