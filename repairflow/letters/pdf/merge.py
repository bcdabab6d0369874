"""Several PDFs as one, with a bookmark for each: a reading copy for the file. The originals stay what proves.

The copy is tagged as its parts are, has a language and a title, and one numbering of pages: the labels a reader shows, and the
numbers printed at the head of each page.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from repairflow.times import local

LANGUAGE = "zh-CN"


def pages(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def gather(title: str, parts: Sequence[tuple[str, bytes]], heads: bytes, made: datetime) -> bytes:
    """Return the parts one after the other under their titles; `heads` has a page for each, printed over it; `made` is the moment
    of which it says that it is.

    Signature fields are left out: in a copy they would only show broken.
    """
    writer = PdfWriter()
    tree = _Tree(writer)
    for name, pdf in parts:
        start, reader = len(writer.pages), PdfReader(io.BytesIO(pdf))
        writer.append(reader, import_outline=False)
        for page in writer.pages[start:]:
            page.pop("/Annots", None)
        tree.add(name, reader, writer.pages[start:])
        writer.add_outline_item(title=name, page_number=start)
    for page, head in zip(writer.pages, PdfReader(io.BytesIO(heads)).pages, strict=True):
        page.merge_page(_artifact(head))
    _describe(writer, title, tree, made)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


class _Tree:
    """The structure of the whole: a document of which every part is one, its page keys counted on from the parts before."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._parts, self._keys, self._next = ArrayObject(), ArrayObject(), 0
        self._document = DictionaryObject({
            NameObject("/Type"): NameObject("/StructElem"), NameObject("/S"): NameObject("/Document"),
            NameObject("/K"): self._parts,
        })  # fmt: skip
        self._of_document = writer._add_object(self._document)  # noqa: SLF001  pypdf offers no other way to add one

    def add(self, name: str, reader: PdfReader, of_part: Sequence[PageObject]) -> None:
        """Take over the tags of a part, whose pages are already in the whole."""
        root = reader.root_object.get("/StructTreeRoot")
        if root is None:
            return
        for page, before in zip(of_part, reader.pages, strict=True):  # the copy of a page has lost its key
            page[NameObject("/StructParents")] = NumberObject(int(str(before["/StructParents"])) + self._next)
        known = root.get_object().clone(self._writer)
        for top in known["/K"]:
            element = top.get_object()
            element[NameObject("/S")], element[NameObject("/T")] = NameObject("/Part"), TextStringObject(name)
            element[NameObject("/P")] = self._of_document
            _without_fields(element)
            _set_apart(element, f"{len(self._parts)}-")
            self._parts.append(top)
        numbers = known["/ParentTree"]["/Nums"]
        for key, value in zip(numbers[::2], numbers[1::2], strict=True):
            if int(key) < len(of_part):  # those behind are of fields, which are left out
                self._keys += [NumberObject(int(key) + self._next), value]
        self._next += len(of_part)

    def root(self) -> DictionaryObject:
        """Return the root of the structure, with all parts."""
        root = DictionaryObject({
            NameObject("/Type"): NameObject("/StructTreeRoot"), NameObject("/K"): ArrayObject([self._of_document]),
            NameObject("/ParentTree"): DictionaryObject({NameObject("/Nums"): self._keys}),
            NameObject("/ParentTreeNextKey"): NumberObject(self._next),
        })  # fmt: skip
        self._document[NameObject("/P")] = self._writer._add_object(root)  # noqa: SLF001  as above
        return root


def _without_fields(element: DictionaryObject) -> None:
    kids = element.get("/K")
    if isinstance(kids, ArrayObject):
        element[NameObject("/K")] = ArrayObject([kid for kid in kids if not _is_form(kid)])


def _set_apart(element: DictionaryObject, prefix: str) -> None:
    """Headings of tables are named by each part for itself; in the whole their names differ."""
    for kind in ("/ID", "/A"):
        found = element.get(kind)
        attributes = found.get_object() if found is not None else None
        if kind == "/ID" and attributes is not None:
            element[NameObject(kind)] = _apart(attributes, prefix)
        elif isinstance(attributes, DictionaryObject) and "/Headers" in attributes:
            named = attributes["/Headers"]
            assert isinstance(named, ArrayObject)
            attributes[NameObject("/Headers")] = ArrayObject([_apart(one, prefix) for one in named])
    kids = element.get("/K")
    for kid in kids if isinstance(kids, ArrayObject) else ():
        if isinstance(below := kid.get_object(), DictionaryObject) and "/S" in below:
            _set_apart(below, prefix)


def _apart(name: PdfObject, prefix: str) -> TextStringObject:
    return TextStringObject(prefix + (name.decode() if isinstance(name, bytes) else str(name)))


def _is_form(kid: PdfObject) -> bool:
    found = kid.get_object()
    return isinstance(found, DictionaryObject) and found.get("/S") == "/Form"


def _artifact(head: PageObject) -> PageObject:
    """Return a page whose marks are no part of the text: page numbers are read aloud to nobody."""
    stream = ContentStream(head.get_contents(), head.pdf)
    stream.operations = [
        ([NameObject("/Artifact")], b"BMC"),
        *((operands, operator) for operands, operator in stream.operations if operator not in {b"BDC", b"BMC", b"EMC"}),
        ([], b"EMC"),
    ]
    head[NameObject("/Contents")] = stream
    return head


def _describe(writer: PdfWriter, title: str, tree: _Tree, made: datetime) -> None:
    """Language, title, page labels and structure of the whole."""
    moment = local(made).replace(microsecond=0)
    packet = DecodedStreamObject()
    packet.set_data(_XMP.format(title=escape(title), language=LANGUAGE, made=moment.isoformat()).encode())
    packet |= {NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")}
    decimal = DictionaryObject({NameObject("/S"): NameObject("/D")})
    root = writer.root_object
    root.pop("/AcroForm", None)
    root |= {
        NameObject("/Lang"): TextStringObject(LANGUAGE),
        NameObject("/MarkInfo"): DictionaryObject({NameObject("/Marked"): BooleanObject(True)}),
        NameObject("/ViewerPreferences"): DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)}),
        NameObject("/PageMode"): NameObject("/UseOutlines"),
        NameObject("/PageLabels"): DictionaryObject({NameObject("/Nums"): ArrayObject([NumberObject(0), decimal])}),
        NameObject("/StructTreeRoot"): writer._add_object(tree.root()),  # noqa: SLF001  as above
        NameObject("/Metadata"): writer._add_object(packet),  # noqa: SLF001  as above
    }
    stamp = f"D:{moment:%Y%m%d%H%M%S}+08'00'"
    writer.add_metadata({"/Title": title, "/Creator": "RepairFlow", "/CreationDate": stamp, "/ModDate": stamp})


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" xmp:CreatorTool="RepairFlow"
 xmp:CreateDate="{made}" xmp:ModifyDate="{made}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
