"""The structure tree of a letter as reading aids want it: a table over several pages is one table whose headings are read
once, and what a page repeats (its number, a table's headings again) is an artifact.

The engine tags each page for itself: it begins the table anew on every page, and hangs page numbers nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.letters.pdf.weasyprint_adapter import Array, Dictionary, Document, PdfObjects, String, table_parts


def mend(document: Document, pdf: PdfObjects) -> None:
    """Afterwards each table of the letter is one element whose headings say of what they are, and all marked content is in the
    tree or an artifact."""
    root = pdf.at(pdf.catalog["StructTreeRoot"])
    _join_tables(document, pdf, root)
    _set_artifacts(pdf, root)


def _join_tables(document: Document, pdf: PdfObjects, root: Dictionary) -> None:
    parts = [part for page in document.pages for part in table_parts(page)]
    elements = [one for one in _below(pdf, root) if one["S"] == "/Table"]
    first: dict[int, Dictionary] = {}
    for part, table in zip(parts, elements, strict=True):
        _say_scope(pdf, table)
        whole = first.setdefault(part, table)
        if whole is not table:
            _join(pdf, whole, table)


def _say_scope(pdf: PdfObjects, table: Dictionary) -> None:
    for group in _kids(pdf, table):
        scope = "/Column" if group["S"] == "/THead" else "/Row"
        for row in _kids(pdf, group):
            for cell in _kids(pdf, row):
                if cell["S"] == "/TH":
                    cell["A"]["Scope"] = scope


def _join(pdf: PdfObjects, whole: Dictionary, part: Dictionary) -> None:
    """Hang the lines of a table's later part under the whole; its cells are named by the first part's headings."""
    pdf.at(part["P"])["K"].remove(part.reference)
    body = _group(pdf, whole, "/TBody")
    repeated, lines = _group(pdf, part, "/THead"), _group(pdf, part, "/TBody")
    first = _names(pdf, _group(pdf, whole, "/THead"))
    said = dict(zip((str(name.string) for name in _names(pdf, repeated)), first, strict=True))
    if lines is None or body is None:  # a table without lines is written on one page
        return
    for row in _kids(pdf, lines):
        row["P"] = body.reference
        body["K"].append(row.reference)
        for cell in _kids(pdf, row):
            if "Headers" in cell["A"]:
                cell["A"]["Headers"] = Array(said.get(str(name.string), name) for name in cell["A"]["Headers"])


def _group(pdf: PdfObjects, table: Dictionary, kind: str) -> Dictionary | None:
    return next((group for group in _kids(pdf, table) if group["S"] == kind), None)


def _names(pdf: PdfObjects, heads: Dictionary | None) -> list[String]:
    """What a table's headings are called, from left to right."""
    return [cell["ID"] for cell in _below(pdf, heads) if "ID" in cell] if heads is not None else []


def _set_artifacts(pdf: PdfObjects, root: Dictionary) -> None:
    """Content whose element is not in the tree is marked as an artifact, and no longer said to be of an element."""
    linked = {one.reference for one in _below(pdf, root)}
    numbers = pdf.at(root["ParentTree"])["Nums"]
    owners = {key: owned for key, owned in zip(numbers[::2], numbers[1::2], strict=True) if isinstance(owned, list)}
    for number in range(len(pdf.page_references)):
        page = pdf.page(number)
        of_page = owners[page["StructParents"]]
        loose = {mark for mark, owner in enumerate(of_page) if owner not in linked}
        if not loose:
            continue
        content = pdf.stream_at(page["Contents"]).stream
        for place, item in enumerate(content):
            if isinstance(item, Dictionary) and item.get("MCID") in loose:
                content[place - 1 : place + 2] = ["/Artifact", b"BMC", b""]
        for mark in loose:
            of_page[mark] = b"null"


def _below(pdf: PdfObjects, element: Dictionary) -> Iterator[Dictionary]:
    for kid in _kids(pdf, element):
        yield kid
        yield from _below(pdf, kid)


def _kids(pdf: PdfObjects, element: Dictionary) -> list[Dictionary]:
    """The elements right under one; content and links to form fields are none."""
    found = [pdf.at(kid) for kid in element["K"] if isinstance(kid, bytes)]
    return [one for one in found if one.get("Type") == "/StructElem"]
