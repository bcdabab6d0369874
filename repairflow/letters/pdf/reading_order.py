"""The structure tree of a letter as reading aids want it: a table, a list, an item or a paragraph over several pages is one,
a table's headings are read once, and what a page repeats (its number, a table's headings again) is an artifact.

The engine tags each page for itself: it begins what goes on there anew, and hangs page numbers nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.letters.pdf.weasyprint_adapter import Array, Dictionary, Document, PdfObjects, String, tagged_parts


def mend(document: Document, pdf: PdfObjects) -> None:
    """Ensure that each table, list, item and paragraph of the letter is one element, headings say of what they are, and all
    marked content is in the tree or an artifact."""
    root = pdf.at(pdf.catalog["StructTreeRoot"])
    _join_parts(document, pdf, root)
    _set_artifacts(pdf, root)


def _join_parts(document: Document, pdf: PdfObjects, root: Dictionary) -> None:
    parts = [part for page in document.pages for part in tagged_parts(page)]
    elements = list(_parts_below(pdf, root))
    first: dict[int, Dictionary] = {}
    for (tag, part), element in zip(parts, elements, strict=True):
        if element["S"] == "/Table":
            _say_scope(pdf, element)
        whole = first.setdefault(part, element)
        if whole is not element:
            pdf.at(element["P"])["K"].remove(element.reference)
            _JOINED[f"/{tag}"](pdf, whole, element)


def _parts_below(pdf: PdfObjects, element: Dictionary) -> Iterator[Dictionary]:
    """Yield the elements that `tagged_parts` counts: what stands in a table's cells stays with its cell."""
    for kid in _kids(pdf, element):
        if kid["S"] in _JOINED:
            yield kid
        if kid["S"] != "/Table":
            yield from _parts_below(pdf, kid)


def _say_scope(pdf: PdfObjects, table: Dictionary) -> None:
    for group in _kids(pdf, table):
        scope = "/Column" if group["S"] == "/THead" else "/Row"
        for row in _kids(pdf, group):
            for cell in _kids(pdf, row):
                if cell["S"] == "/TH":
                    cell["A"]["Scope"] = scope


def _join_tables(pdf: PdfObjects, whole: Dictionary, part: Dictionary) -> None:
    """Hang the lines of a table's later part under the whole; its cells are named by the first part's headings."""
    body = _group(pdf, whole, "/TBody")
    repeated, lines = _group(pdf, part, "/THead"), _group(pdf, part, "/TBody")
    first = _names(pdf, _group(pdf, whole, "/THead"))
    said = dict(zip((str(name.string) for name in _names(pdf, repeated)), first, strict=True))
    if lines is None or body is None:  # a table without lines is written on one page
        return
    for row in _move(pdf, body, lines):
        for cell in _kids(pdf, row):
            if "Headers" in cell["A"]:
                cell["A"]["Headers"] = Array(said.get(str(name.string), name) for name in cell["A"]["Headers"])


def _join_items(pdf: PdfObjects, whole: Dictionary, part: Dictionary) -> None:
    """Hang what a later page says of an item under the text that the item begins with."""
    (begun,), (rest,) = _kids(pdf, whole), _kids(pdf, part)
    _move(pdf, begun, rest)


def _move(pdf: PdfObjects, into: Dictionary, part: Dictionary) -> list[Dictionary]:
    """Hang the elements right under one at the end of another, and return them."""
    moved = _kids(pdf, part)
    for one in moved:
        one["P"] = into.reference
        into["K"].append(one.reference)
    return moved


_JOINED = {"/Table": _join_tables, "/L": _move, "/LI": _join_items, "/P": _move}


def _group(pdf: PdfObjects, table: Dictionary, kind: str) -> Dictionary | None:
    return next((group for group in _kids(pdf, table) if group["S"] == kind), None)


def _names(pdf: PdfObjects, heads: Dictionary | None) -> list[String]:
    """Return what a table's headings are called, from left to right."""
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
    """Return the elements right under one; content and links to form fields are none."""
    found = [pdf.at(kid) for kid in element["K"] if isinstance(kid, bytes)]
    return [one for one in found if one.get("Type") == "/StructElem"]
