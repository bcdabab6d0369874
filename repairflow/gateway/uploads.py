"""Uploads from outside: an allow-list by content, proved by a real parse; a name or a header proves nothing."""

from __future__ import annotations

import io

from repairflow.errors import Invalid

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
_MAGIC = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
MOST_PIXELS = 60_000_000
ACCEPTED = "PDF、JPEG、PNG"


class BadUpload(Invalid):
    """A file that is not taken; the message says what to send instead."""

    code = "upload"


def examine(content: bytes, limit: int) -> str:
    """The media type of a file that is whole and one of PDF, JPEG, PNG; BadUpload otherwise. `limit` in bytes."""
    if not content:
        raise BadUpload("文件是空的，请重新选择文件。")
    if len(content) > limit:
        raise BadUpload(f"文件有 {len(content) / 1048576:.1f} MB，超过 {limit // 1048576} MB 的上限，请压缩后再上传。")
    kind = next((media for magic, media in _MAGIC if content.startswith(magic)), None)
    if kind is None:
        raise BadUpload(f"只接受 {ACCEPTED} 文件，请转换格式后再上传。")
    try:
        _parse_pdf(content) if kind == PDF else _parse_image(content, kind)
    except BadUpload:
        raise
    except Exception as error:  # parsers of hostile files fail in their own ways; each means the file is not whole
        raise BadUpload("文件不完整或者已损坏，无法打开。请检查原件后重新上传。") from error
    return kind


def _parse_pdf(content: bytes) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    if b"%%EOF" not in content[-2048:]:
        raise BadUpload("PDF 文件不完整（可能上传中断），请重新上传。")
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    if reader.encrypted:
        raise BadUpload("PDF 文件设有密码，请去除密码后再上传。")
    if int(reader.root["/Pages"]["/Count"]) < 1:
        raise BadUpload("PDF 文件没有页面，请检查原件后重新上传。")


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
