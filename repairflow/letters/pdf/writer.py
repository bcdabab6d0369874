"""A finished PDF as bytes: each object written once, small ones packed together, the same bytes for the same objects.

The engine's own writer asks every object for its bytes twice, for the file and for its identifier, and deflates each stream
twice at the slowest level: a fifth of a letter's time.
"""

from __future__ import annotations

import hashlib
import zlib

from repairflow.letters.pdf.weasyprint_adapter import Object, PdfObjects, Stream

_LEVEL = 6  # level 9 takes twice the time to save one part in two hundred
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def written(pdf: PdfObjects) -> bytes:
    """Return the file of these objects as PDF 1.7 with object and cross-reference streams; its identifier is a digest of its
    objects."""
    pdf.add_object(pdf.info)
    out = bytearray(_HEAD)
    entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    packed: list[tuple[int, bytes]] = []
    for item in pdf.objects[1:]:
        if isinstance(item, Stream):
            entries[item.number] = (1, len(out), 0)
            out += _indirect(item.number, _stream(item))
        else:
            packed.append((item.number, item.data))
    digest = hashlib.sha256(out)
    container = len(pdf.objects)
    head, body = [], bytearray()
    for place, (number, data) in enumerate(packed):
        entries[number] = (2, container, place)
        head.append(b"%d %d" % (number, len(body)))
        body += data + b"\n"
    start = b" ".join(head) + b"\n"
    entries[container] = (1, len(out), 0)
    shape = b"/Type /ObjStm /N %d /First %d" % (len(packed), len(start))
    out += _indirect(container, _deflated(start + bytes(body), shape))
    digest.update(body)
    table, at = container + 1, len(out)
    entries[table] = (1, at, 0)
    rows = b"".join(
        kind.to_bytes(1, "big") + where.to_bytes(4, "big") + which.to_bytes(2, "big")
        for _, (kind, where, which) in sorted(entries.items())
    )
    identifier = digest.hexdigest()[:32].encode()
    shape = b"/Type /XRef /W [1 4 2] /Size %d /Root %s /Info %s /ID [<%s> <%s>]" % (
        table + 1, pdf.catalog.reference, pdf.info.reference, identifier, identifier,
    )  # fmt: skip
    out += _indirect(table, _deflated(rows, shape))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % at


def _indirect(number: int, data: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, data)


def _deflated(content: bytes, shape: bytes) -> bytes:
    """Return a stream, deflated. Both characters of the line end stand behind it: after data ending in CR a bare LF would read as one
    line end with it, and the length would no longer be that of the data (PDF/A-2, 6.1.7.1)."""
    packed = zlib.compress(content, _LEVEL)
    return b"<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\r\nendstream" % (shape, len(packed), packed)


def _stream(stream: Stream) -> bytes:
    content = b"\n".join(map(_bytes, stream.stream))
    shape = b" ".join(b"/%s %s" % (key.encode(), _bytes(value)) for key, value in stream.extra.items())
    if stream.compress and stream.extra.get("Type") != "/Metadata":  # metadata is read by programs that know no PDF
        return _deflated(content, shape)
    return b"<<%s /Length %d>>\nstream\n%s\r\nendstream" % (shape, len(content), content)


def _bytes(item: object) -> bytes:
    if isinstance(item, bytes):
        return item
    if isinstance(item, Object):
        data: bytes = item.data
        return data
    return str(item).encode("ascii")
