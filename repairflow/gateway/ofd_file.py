"""OFD files (版式文档, GB/T 33190), as treasuries and banks give out receipts: a package of XML that names its documents.

Kept as they are and handed over as they are: whether the receipt is genuine is for a reader of OFD that checks its seal.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

ENTRY = "OFD.xml"
MOST_ENTRIES = 5_000
MOST_BYTES = 256 * 1024 * 1024
"""What a package may hold once unpacked; nothing is unpacked here but its first file."""
MOST_XML = 64 * 1024
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?OFD\b[^>]*http://www\.ofdspec\.org/")
NO_OFD = "OFD 文件不完整，无法识别。请重新下载原件后上传，或者上传 PDF 版式的凭证。"
TOO_LARGE = "OFD 文件展开后过大，可能已损坏。请上传 PDF 版式的凭证。"
LOCKED = "OFD 文件设有密码，请去除密码后再上传。"


def looks_like_one(content: bytes) -> bool:
    """Tell whether a package names itself OFD by its first file; whether it is whole, `fault` says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return ENTRY in package.NameToInfo
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return b"OFD.xml" in content[:4096]


def fault(content: bytes) -> str:
    """Say what is wrong with an OFD file, in words for its sender; "" for one that can be kept."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                return TOO_LARGE
            if any(entry.flag_bits & 1 for entry in entries):
                return LOCKED
            with package.open(ENTRY) as first:
                head = first.read(MOST_XML)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, EOFError, RuntimeError, zlib.error):
        return NO_OFD
    return "" if b"<!DOCTYPE" not in head and _ROOT.search(head) else NO_OFD
