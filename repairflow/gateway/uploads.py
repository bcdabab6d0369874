"""Uploads from outside: an allow-list by content, proved by a real parse; a name or a header proves nothing."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from repairflow.errors import Invalid, TooMany
from repairflow.gateway import heic_photo, limited_upload, ofd_file

PDF, JPEG, PNG, OFD, HEIC = "application/pdf", "image/jpeg", "image/png", "application/ofd", "image/heic"
_MAGIC = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_BLANK = b"\xef\xbb\xbf \t\r\n"
"""What some printers and mail gates put before the first line of a PDF."""
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
MOST_PIXELS = 60_000_000
CHEAP_BYTES, CHEAP_PIXELS = 64 * 1024, 250_000
DAMAGED = "文件不完整或者已损坏，无法打开。请检查原件后重新上传。"
ACCEPTED = "PDF、JPEG、PNG、OFD、HEIC"


class BadUpload(Invalid):
    """A file that is not taken; the message says what to send instead."""

    code = "upload"


class Taken(NamedTuple):
    """A file as it is kept: its media type and its bytes, which differ from what was sent where it had to be converted."""

    media_type: str
    content: bytes
    suffix: str = ""  # of the file's name, where the conversion changed it


def examine(content: bytes, limit: int) -> Taken:
    """Return a file that is whole and one of those accepted, as it is kept; BadUpload otherwise. `limit` in bytes.

    A telephone's photograph (HEIC), which browsers do not show, becomes a JPEG. Raises TooMany while too many files are looked
    at. It may take half a minute: never to be called within a transaction.
    """
    if not content:
        raise BadUpload("文件是空的，请重新选择文件。")
    if len(content) > limit:
        raise BadUpload(f"文件有 {len(content) / 1048576:.1f} MB，超过 {limit // 1048576} MB 的上限，请压缩后再上传。")
    if (whole := content.lstrip(_BLANK)).startswith(b"%PDF-"):
        content = whole
    kind = _kind(content)
    if kind is None:
        raise BadUpload(f"只接受 {ACCEPTED} 文件，请转换格式后再上传。")
    try:
        if kind == HEIC:
            return _converted(content, limit)
        if _cheap(kind, content):
            _PARSERS[kind](content)
        else:
            _look(kind, content)
    except (BadUpload, TooMany):
        raise
    except Exception as error:  # parsers of hostile files fail in their own ways; each means the file is not whole
        raise BadUpload(DAMAGED) from error
    return Taken(kind, content)


def _cheap(kind: str, content: bytes) -> bool:
    """Tell whether nothing in the file can unpack to much: it is taken apart here, without a child."""
    if kind == OFD:
        return True  # but its first 64 KiB nothing of it is unpacked
    if len(content) > CHEAP_BYTES:
        return False
    return b"stream" not in content if kind == PDF else _points(content, kind) <= CHEAP_PIXELS


def _look(kind: str, content: bytes) -> None:
    """Take the file apart in a child. Raises BadUpload in words for the sender, TooMany while too many are looked at."""
    said = limited_upload.ran(f"from repairflow.gateway.uploads import child; child({kind!r})", content)
    if said != b"":
        raise BadUpload(said.decode() if said else DAMAGED)


def child(kind: str) -> None:
    """Read a file from standard input and write what is wrong with it to standard output, nothing for one that is whole."""
    limited_upload.limit_this_process()
    content = sys.stdin.buffer.read()
    try:
        _PARSERS[kind](content)
    except BadUpload as fault:
        sys.stdout.buffer.write(fault.message.encode())


def _kind(content: bytes) -> str | None:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    if content.startswith(b"PK\x03\x04") and ofd_file.looks_like_one(content):
        return OFD
    return next((media for magic, media in _MAGIC if content.startswith(magic)), None)


def _converted(content: bytes, limit: int) -> Taken:
    picture = heic_photo.as_jpeg(content)
    if picture is None:
        raise BadUpload("HEIC 照片无法打开，可能不完整。请在手机上把照片另存为 JPEG（“兼容性最佳”格式）后再上传。")
    if len(picture) > limit:
        raise BadUpload(f"照片转换为 JPEG 后超过 {limit // 1048576} MB 的上限，请缩小后再上传。")
    return Taken(JPEG, picture, ".jpg")


def _parse_pdf(content: bytes) -> None:
    from pyhanko.pdf_utils.crypt import AuthStatus
    from pyhanko.pdf_utils.reader import PdfFileReader

    if b"%%EOF" not in content[-2048:]:
        raise BadUpload("PDF 文件不完整（可能上传中断），请重新上传。")
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    # A password of the owner alone (不许打印、不许修改) keeps nobody from reading: the empty one opens the file.
    if reader.encrypted and reader.decrypt(b"").status == AuthStatus.FAILED:
        raise BadUpload("PDF 文件设有打开密码，请去除密码后再上传。")
    if int(reader.root["/Pages"]["/Count"]) < 1:
        raise BadUpload("PDF 文件没有页面，请检查原件后重新上传。")


def _points(content: bytes, kind: str) -> int:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["JPEG" if kind == JPEG else "PNG"]) as picture:
        return int(picture.size[0] * picture.size[1])


def _parse_image(content: bytes, kind: str) -> None:
    from PIL import Image, ImageFile

    # WeasyPrint, once imported, lets the whole process take half pictures for whole ones.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    form = "JPEG" if kind == JPEG else "PNG"
    with Image.open(io.BytesIO(content), formats=[form]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise BadUpload("图片像素过大，请缩小后再上传。")
        picture.load()  # reads to the end: a truncated picture fails here


def _parse_ofd(content: bytes) -> None:
    fault = ofd_file.fault(content)
    if fault:
        raise BadUpload(fault)


_PARSERS: Mapping[str, Callable[[bytes], None]] = {
    PDF: _parse_pdf,
    OFD: _parse_ofd,
    JPEG: lambda content: _parse_image(content, JPEG),
    PNG: lambda content: _parse_image(content, PNG),
}
