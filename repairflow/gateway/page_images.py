"""Pages of an uploaded PDF, and uploaded pictures, drawn as images of our own by a child process with limits.

What somebody sent is decoded beside the program and only points come back: no script, font or link of the file reaches a reader's browser.
Of OFD texts, lines, pictures and seals are drawn (`ofd_page`).
"""

from __future__ import annotations

import io
import json
import sys
from typing import NamedTuple

from repairflow.gateway import limited_upload, ofd_page
from repairflow.gateway.uploads import JPEG, MOST_PIXELS, OFD, PDF, PNG

SECONDS = 15
DRAWN = frozenset({PDF, JPEG, PNG, OFD})
WIDTHS = {1: 800, 2: 1200, 3: 2000}
"""Points across, by zoom."""
TALLEST = 6000
"""Points down: a page of any shape stays an image that a browser shows."""
QUALITY = 85
BUSY = "现在打开的文件较多，请过十几秒再看这一页。"
GATE = limited_upload.Gate(at_a_time=1, waiting=3, patience=5, busy=BUSY)
"""Of drawing alone, in each process: officers who turn pages wait for each other, and an upload never waits for them."""


class Drawn(NamedTuple):
    """One page as a JPEG, and how many pages there are."""

    pages: int
    image: bytes


def draw(media_type: str, content: bytes, page: int, zoom: int) -> Drawn | None:
    """Page `page` (from 1) of a file; None for one that cannot be drawn: of another kind, broken, or beyond the limits.

    A page after the last is the last. Raises TooMany while too many files are looked at. Never within a transaction.
    """
    if media_type not in DRAWN:
        return None
    task = json.dumps([media_type, page, WIDTHS[zoom]])
    code = f"from repairflow.gateway.page_images import child; child({task!r})"
    made = limited_upload.ran(code, content, SECONDS, GATE)
    if not made or len(made) < 5:
        return None
    return Drawn(int.from_bytes(made[:4], "big"), made[4:])


def child(task: str) -> None:
    """Read a file from standard input; write how many pages it has, in four bytes, and the page as a JPEG."""
    limited_upload.limit_this_process(SECONDS)
    media_type, page, width = json.loads(task)
    reader = {PDF: _pdf, OFD: _ofd}.get(media_type, _picture)
    pages, image = reader(sys.stdin.buffer.read(), page, width)
    sys.stdout.buffer.write(pages.to_bytes(4, "big") + image)


def _pdf(content: bytes, page: int, width: int) -> tuple[int, bytes]:
    import pypdfium2

    file = pypdfium2.PdfDocument(content)
    pages = len(file)
    shown = file[min(page, pages) - 1]
    across, down = shown.get_size()
    scale = min(width / across, TALLEST / down)
    out = io.BytesIO()
    shown.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(out, "JPEG", quality=QUALITY)
    return pages, out.getvalue()


def _ofd(content: bytes, page: int, width: int) -> tuple[int, bytes]:
    pages, image, shown = ofd_page.draw(content, page, width)
    if not shown:
        raise ValueError("nothing that is drawn here stands on the page")
    return pages, image


def _picture(content: bytes, _page: int, width: int) -> tuple[int, bytes]:
    from PIL import Image, ImageOps

    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError(f"{picture.width} x {picture.height}")
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        flat = Image.alpha_composite(white, upright).convert("RGB")
        flat.thumbnail((width, TALLEST))
        flat.save(out, "JPEG", quality=QUALITY)
    return 1, out.getvalue()
