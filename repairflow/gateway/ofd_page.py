"""Texts and lines of an OFD page (GB/T 33190) drawn as an image of our own, in a child process with limits.

The library looked at (easyofd) brings PyMuPDF along, whose licence is the AGPL; so what a receipt says is drawn here: its
texts where they stand and its lines. Seals, pictures and the file's own fonts are not: for those its reader is opened.
"""

from __future__ import annotations

import io
import posixpath
import re
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, fromstring

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

MOST_XML = 8 * 1024 * 1024
MOST_OBJECTS = 20_000
MOST_PAGES = 1_000
TALLEST = 6000
A4 = (210.0, 297.0)
"""Millimetres of a page that names no size."""
FONT = "Noto Sans CJK SC"
_STEPS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
"""How many figures follow each letter of a path; the last two are where it leads."""


class Place(NamedTuple):
    """Where an object's own points lie on the page: its corner, and what its matrix (CTM) makes of them, in millimetres."""

    left: float
    top: float
    matrix: tuple[float, float, float, float, float, float]

    def of(self, x: float, y: float) -> tuple[float, float]:
        """The place on the page of a point of the object."""
        a, b, c, d, e, f = self.matrix
        return self.left + a * x + c * y + e, self.top + b * x + d * y + f


def draw(content: bytes, page: int, width: int) -> tuple[int, bytes, int]:
    """How many pages there are, page `page` (from 1, or the last) as pixels across `width`, and how many texts it has.

    ValueError and KeyError for what is no whole package.
    """
    from PIL import Image, ImageDraw

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        file = _File(package)
        pages = file.pages()
        layers, (across, down) = file.page(pages[min(page, len(pages)) - 1])
    scale = min(width / across, TALLEST / down)
    image = Image.new("RGB", (max(1, round(across * scale)), max(1, round(down * scale))), "white")
    pen = _Pen(ImageDraw.Draw(image), scale)
    objects = (one for layer in layers for one in layer.iter() if _name(one) in ("TextObject", "PathObject"))
    texts = 0
    for count, one in enumerate(objects):
        if count == MOST_OBJECTS:
            break
        texts += pen.text(one) if _name(one) == "TextObject" else pen.path(one)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return len(pages), out.getvalue(), texts


class _File:
    """The parts of a package that say what stands on its pages."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        first = self._xml("OFD.xml")
        self._where = _text(first, "DocRoot").lstrip("/")
        self._document = self._xml(self._where)

    def pages(self) -> list[str]:
        """The content of each page, by its path."""
        found = [one for one in self._document.iter() if _name(one) == "Page" and "BaseLoc" in one.attrib]
        if not found:
            raise ValueError("no pages")
        return [self._beside(one.attrib["BaseLoc"]) for one in found[:MOST_PAGES]]

    def page(self, where: str) -> tuple[list[Element], tuple[float, float]]:
        """The trees of a page, its templates first, and its size."""
        own = self._xml(where)
        forms = {one.get("ID"): one for one in self._document.iter() if _name(one) == "TemplatePage"}
        used = [
            forms[one.get("TemplateID")]
            for one in own.iter()
            if _name(one) == "Template" and one.get("TemplateID") in forms
        ]
        layers = [self._xml(self._beside(one.attrib["BaseLoc"])) for one in used]
        box = _figures(_text(own, "PhysicalBox") or _text(self._document, "PhysicalBox"))
        size = (box[2], box[3]) if len(box) == 4 and min(box[2:]) > 0 else A4
        return [*layers, own], size

    def _beside(self, path: str) -> str:
        return (
            path.lstrip("/")
            if path.startswith("/")
            else posixpath.normpath(posixpath.join(posixpath.dirname(self._where), path))
        )

    def _xml(self, path: str) -> Element:
        with self._package.open(path) as part:
            said = part.read(MOST_XML + 1)
        if len(said) > MOST_XML or b"<!DOCTYPE" in said or b"<!ENTITY" in said or b"\0" in said:
            raise ValueError(path)
        return fromstring(said)  # noqa: S314 - without a document type nothing multiplies, and the process has limits


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws objects of a page; millimetres become points by `scale`."""

    on: ImageDraw
    scale: float

    def text(self, one: Element) -> int:
        """Draw each character of a text where it stands; gives how many texts that were."""
        place, size = _place(one), float(one.get("Size") or 4)
        font = _font(max(4, min(400, round(size * abs(place.matrix[3] or 1) * self.scale))))
        codes = [code for code in one.iter() if _name(code) == "TextCode"]
        for code in codes:
            x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
            across, down = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
            for character in code.text or "":
                at = place.of(x, y)
                self.on.text((at[0] * self.scale, at[1] * self.scale), character, fill="black", font=font, anchor="ls")
                x, y = x + next(across, 0 if code.get("DeltaY") else size), y + next(down, 0)
        return len(codes)

    def path(self, one: Element) -> int:
        """Draw the lines of a path; curves lead straight to their ends."""
        place = _place(one)
        line: list[tuple[float, float]] = []
        for letter, (x, y) in _path(_text(one, "AbbreviatedData")):
            point = place.of(x, y)
            at = (point[0] * self.scale, point[1] * self.scale)
            if letter in "SM":
                line = [at]
            elif line:
                to = line[0] if letter == "C" else at
                self.on.line([line[-1], to], fill="black", width=1)
                line.append(to)
        return 0


def _path(said: str) -> Iterator[tuple[str, tuple[float, float]]]:
    """Each step of a path: its letter, and where it leads."""
    words = said.split()
    at = 0
    while at < len(words):
        letter, count = words[at], _STEPS.get(words[at], 0)
        figures = [float(word) for word in words[at + 1 : at + 1 + count]]
        yield letter, (figures[-2], figures[-1]) if len(figures) > 1 else (0.0, 0.0)
        at += 1 + count


def _steps(said: str | None) -> Iterator[float]:
    """The distances between characters; `g 5 2.1` stands for 2.1 five times."""
    words = iter((said or "").split())
    for word in words:
        if word == "g":
            times, step = next(words, "0"), next(words, "0")
            yield from [float(step)] * min(int(times), MOST_OBJECTS)
        else:
            yield float(word)


def _place(one: Element) -> Place:
    box, matrix = _figures(one.get("Boundary") or ""), _figures(one.get("CTM") or "")
    left, top = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return Place(left, top, (a, b, c, d, e, f))


def _figures(said: str) -> Sequence[float]:
    return [float(word) for word in re.split(r"[\s,]+", said.strip()) if word]


def _text(tree: Element, name: str) -> str:
    """What the first element of this name says; '' where there is none."""
    return next((one.text or "" for one in tree.iter() if _name(one) == name), "").strip()


def _name(one: Element) -> str:
    return one.tag.rpartition("}")[2]


@cache
def _face() -> tuple[str, int]:
    """The file of the face in which texts are drawn, and its place in a collection."""
    asked = ["/usr/bin/fc-match", "-f", "%{file}\t%{index}", FONT]
    path, index = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split("\t")
    return path, int(index)


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(_face()[0], size, index=_face()[1])
