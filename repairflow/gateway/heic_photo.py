"""HEIC, the form in which telephones keep photographs, made into JPEG by a child process with limits.

The decoder is a large C library and the file comes from anybody, so it runs beside the program, not in it.
"""

from __future__ import annotations

import sys

from repairflow.gateway import limited_upload

SECONDS = 30
QUALITY = 90
MOST_PIXELS = 60_000_000


def as_jpeg(content: bytes) -> bytes | None:
    """Return the photograph as JPEG, upright; None where it is not whole, too large, or takes too long.

    Raises TooMany while too many files are being looked at.
    """
    made = limited_upload.ran("from repairflow.gateway.heic_photo import child; child()", content, SECONDS)
    return made if made is not None and made.startswith(b"\xff\xd8\xff") else None


def child() -> None:
    """Read a photograph from standard input, write a JPEG to standard output; limits itself first."""
    limited_upload.limit_this_process(SECONDS)
    picture = decoded(sys.stdin.buffer.read())
    sys.stdout.buffer.write(picture)


def decoded(content: bytes) -> bytes:
    """Return the photograph as JPEG. ValueError for one with too many points, and whatever the decoder raises."""
    import io

    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(content), formats=["HEIF"]) as photograph:
        width, height = photograph.size
        if width * height > MOST_PIXELS:
            raise ValueError(f"{width} x {height}")
        out = io.BytesIO()
        ImageOps.exif_transpose(photograph).convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
