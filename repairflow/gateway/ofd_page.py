"""An OFD page (GB/T 33190) drawn as an image of our own, in a child process with limits: texts, lines, pictures and seals.

The library looked at (easyofd) brings PyMuPDF along, whose licence is the AGPL; so what a receipt says is drawn here. Not
drawn are the file's own fonts, colours, filled shapes, curves as such and remarks. A picture or a seal that cannot be drawn
leaves a frame that says so. Whether a seal is genuine is not checked: for that its reader is opened.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element

from repairflow.gateway.ofd_package import Box, Package, Seal, box_of, figures, name_of, text_of
from repairflow.gateway.uploads import MOST_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

MOST_OBJECTS = 20_000
TALLEST = 6000
FORMATS = ("PNG", "JPEG", "BMP", "GIF")
FONT = "Noto Sans CJK SC"
NO_PICTURE = "此处有图片，未画出"
NO_SEAL = "此处有印章，未画出"
_STEPS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
"""How many figures follow each letter of a path; the last two are where it leads."""


class Place(NamedTuple):
    """Where an object's own points lie on the page: its corner, and what its matrix (CTM) makes of them, in millimetres."""

    left: float
    top: float
    matrix: tuple[float, float, float, float, float, float]

    def of(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the page of a point of the object."""
        a, b, c, d, e, f = self.matrix
        return self.left + a * x + c * y + e, self.top + b * x + d * y + f


def draw(content: bytes, page: int, width: int) -> tuple[int, bytes, int]:
    """Return how many pages there are, page `page` (from 1, or the last) as pixels across `width`, and how many objects it shows.

    ValueError and KeyError for what is no whole package.
    """
    pages, image, shown = _painted(content, page, width)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return pages, out.getvalue(), shown


def _painted(content: bytes, page: int, width: int, *, sealed: bool = True) -> tuple[int, Image, int]:
    """Pages, image and objects of a package; a seal's own (`sealed` false) is drawn without the seals it may have."""
    from PIL import Image

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        file = Package(package)
        pages = file.pages()
        name, where = pages[min(page, len(pages)) - 1]
        layers, (across, down) = file.page(where)
        scale = min(width / across, TALLEST / down)
        image = Image.new("RGB", (max(1, round(across * scale)), max(1, round(down * scale))), "white")
        pen = _Pen(image, scale)
        shown = 0
        for count, one in enumerate(one for layer in layers for one in layer.iter()):
            if count == MOST_OBJECTS:
                break
            kind = name_of(one)
            if kind == "TextObject":
                shown += pen.text(one)
            elif kind == "PathObject":
                pen.path(one)
            elif kind == "ImageObject":
                shown += pen.picture(one, file.picture(one.get("ResourceID", "")))
        for seal in file.seals(name) if sealed else ():
            shown += pen.seal(seal)
    return len(pages), image, shown


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws objects of a page on its image; millimetres become points by `scale`."""

    image: Image
    scale: float

    def text(self, one: Element) -> int:
        """Draw each character of a text where it stands; gives how many texts that were."""
        place, size = _place(one), float(one.get("Size") or 4)
        font = _font(max(4, min(400, round(size * abs(place.matrix[3] or 1) * self.scale))))
        on = _on(self.image)
        codes = [code for code in one.iter() if name_of(code) == "TextCode"]
        for code in codes:
            x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
            across, down = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
            for character in code.text or "":
                at = place.of(x, y)
                on.text((at[0] * self.scale, at[1] * self.scale), character, fill="black", font=font, anchor="ls")
                x, y = x + next(across, 0 if code.get("DeltaY") else size), y + next(down, 0)
        return len(codes)

    def path(self, one: Element) -> None:
        """Draw the lines of a path; curves lead straight to their ends."""
        place, on = _place(one), _on(self.image)
        line: list[tuple[float, float]] = []
        for letter, (x, y) in _path(text_of(one, "AbbreviatedData")):
            point = place.of(x, y)
            at = (point[0] * self.scale, point[1] * self.scale)
            if letter in "SM":
                line = [at]
            elif line:
                to = line[0] if letter == "C" else at
                on.line([line[-1], to], fill="black", width=1)
                line.append(to)

    def picture(self, one: Element, content: bytes | None) -> int:
        """Draw a picture where it stands, or a frame that says that there is one; gives 1 for a picture drawn."""
        box, place = box_of(one), _place(one)
        a, b, c, d, e, f = place.matrix
        if box is None:
            return 0
        turned = bool(b or c)
        if (
            len(figures(one.get("CTM") or "")) == 6 and not turned
        ):  # it stretches a picture one millimetre wide and high
            box = (place.left + e + min(a, 0), place.top + f + min(d, 0), abs(a), abs(d))
        made = None if content is None or turned else _opened(content)
        if made is not None and a < 0:
            made = None  # seen in a mirror: its reader shows it
        return self._put(box, made, NO_PICTURE)

    def seal(self, one: Seal) -> int:
        """Draw a seal's picture, so that what it stands on can be read through it; as `picture`."""
        made = None
        if one.picture is not None:
            wide = max(1, min(2000, round(one.box[2] * self.scale)))
            made = _nested(one.picture, wide) if one.kind == "ofd" else _opened(one.picture)
        return self._put(one.box, made, NO_SEAL)

    def _put(self, box: Box, made: Image | None, missing: str) -> int:
        from PIL import ImageChops

        left, top, across, down = (round(edge * self.scale) for edge in box)
        across, down = min(max(1, across), self.image.width), min(max(1, down), self.image.height)
        if made is None:
            on = _on(self.image)
            on.rectangle([left, top, left + across, top + down], outline="gray", width=1)
            on.text((left + 4, top + 4), missing, fill="gray", font=_font(max(10, round(3 * self.scale))), anchor="lt")
            return 0
        area = (left, top, left + across, top + down)
        below = self.image.crop(area)
        self.image.paste(ImageChops.multiply(below, made.resize((across, down))), area)
        return 1


def _opened(content: bytes) -> Image | None:
    """Return a picture on white; None for one that cannot be read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            seen = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def _nested(content: bytes, width: int) -> Image | None:
    """Return a seal's picture that is a package of its own; None for one of which nothing is drawn."""
    try:
        _, image, shown = _painted(content, 1, width, sealed=False)
    except (KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile):  # SyntaxError: XML that is none
        return None
    return image if shown else None


def _on(image: Image) -> ImageDraw:
    from PIL import ImageDraw

    return ImageDraw.Draw(image)


def _path(said: str) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield each step of a path: its letter, and where it leads."""
    words = said.split()
    at = 0
    while at < len(words):
        letter, count = words[at], _STEPS.get(words[at], 0)
        numbers = [float(word) for word in words[at + 1 : at + 1 + count]]
        yield letter, (numbers[-2], numbers[-1]) if len(numbers) > 1 else (0.0, 0.0)
        at += 1 + count


def _steps(said: str | None) -> Iterator[float]:
    """Yield the distances between characters; `g 5 2.1` stands for 2.1 five times."""
    words = iter((said or "").split())
    for word in words:
        if word == "g":
            times, step = next(words, "0"), next(words, "0")
            yield from [float(step)] * min(int(times), MOST_OBJECTS)
        else:
            yield float(word)


def _place(one: Element) -> Place:
    box, matrix = box_of(one), figures(one.get("CTM") or "")
    left, top = (box[0], box[1]) if box is not None else (0.0, 0.0)
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return Place(left, top, (a, b, c, d, e, f))


@cache
def _face() -> tuple[str, int]:
    """Return the file of the face in which texts are drawn, and its place in a collection."""
    asked = ["/usr/bin/fc-match", "-f", "%{file}\t%{index}", FONT]
    path, index = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split("\t")
    return path, int(index)


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(_face()[0], size, index=_face()[1])
