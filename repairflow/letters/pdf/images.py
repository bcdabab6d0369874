"""The pictures of a letter, drawn straight into the page: the QR and the seal.

The engine asks a picture for its size and has it draw itself. Handed over as PNG and SVG they would be read and unpacked
first, and each character of the seal set as a text of its own, in a tenth of a letter's time.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from repairflow.letters.layout import seal_image
from repairflow.letters.pdf.weasyprint_adapter import Canvas, ComputedStyle, ShownGlyph, Stream, shown_glyphs

_DOTS = 4  # a module, so that readers that smooth enlarged pictures keep its edges
_CURVE = 4 / 3 * (math.sqrt(2) - 1)  # where a quarter circle's Bézier curve has its handles


class QrPicture:
    """The black and white modules of a QR, as an image of one bit a dot."""

    id = "qr"

    def __init__(self, rows: list[list[int]]) -> None:
        self._rows = rows

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        """Width and height in pixels, and their ratio."""
        del font_size
        return len(self._rows[0]) / resolution, len(self._rows) / resolution, 1.0

    def draw(self, stream: Canvas, width: float, height: float, style: ComputedStyle) -> None:
        """Draws the picture from (0, 0) down to (width, height)."""
        del style
        name = stream.add_image(self, False, 1)
        stream.transform(width, 0, 0, -height, 0, height)
        stream.draw_x_object(name)

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Stream:
        """Return the image as the PDF has it: white is 1."""
        del interpolate, dpi_ratio
        dots = len(self._rows) * _DOTS
        padding = -dots % 8
        data = bytearray()
        for row in self._rows:
            bits = "".join("0" * _DOTS if module else "1" * _DOTS for module in row) + "0" * padding
            data += int(bits, 2).to_bytes(len(bits) // 8, "big") * _DOTS
        shape = {
            "Type": "/XObject", "Subtype": "/Image", "Width": dots, "Height": dots, "ColorSpace": "/DeviceGray",
            "BitsPerComponent": 1, "Interpolate": "false",
        }  # fmt: skip
        return Stream([bytes(data)], shape, compress=True)


class SealPicture:
    """The seal of an office, lettered in the font of the element it stands for."""

    def __init__(self, office: str, purpose: str) -> None:
        self._glyphs = list(seal_image.lettering(office, purpose))

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        """Width and height in pixels, and their ratio."""
        del font_size
        return 100 / resolution, 100 / resolution, 1.0

    def draw(self, stream: Canvas, width: float, height: float, style: ComputedStyle) -> None:
        """Draws the seal from (0, 0) down to (width, height), in the style's font and colour."""
        with stream.stacked():
            stream.transform(a=width / 100, d=height / 100)
            stream.set_color(style["color"])
            stream.set_color(style["color"], stroke=True)
            stream.set_line_width(seal_image.RING)
            _circle(stream, 50, 50, seal_image.RADIUS)
            stream.stroke_and_close()
            first, *rest = seal_image.star()
            stream.move_to(*first)
            for point in rest:
                stream.line_to(*point)
            stream.fill()
            stream.begin_text()
            for glyph, shown in self._fitted(stream, style):
                sine, cosine = math.sin(math.radians(glyph.turn)), math.cos(math.radians(glyph.turn))
                # From the middle of the seal to where the character's left end stands, before it is turned.
                right, down = (glyph.shift - shown.advance / 2) * glyph.size, glyph.y - 50
                stream.set_font_size(shown.font, round(glyph.size, 2))
                stream.set_text_matrix(
                    round(cosine, 4), round(sine, 4), round(sine, 4), round(-cosine, 4),
                    round(50 + cosine * right - sine * down, 2), round(50 + sine * right + cosine * down, 2),
                )  # fmt: skip
                stream.show_text(f"<{shown.number:04x}>")
            stream.end_text()

    def _fitted(self, stream: Canvas, style: ComputedStyle) -> Iterator[tuple[seal_image.Glyph, ShownGlyph]]:
        """Yield each character with what the engine shows for it."""
        starts = itertools.accumulate((len(glyph.character.encode()) for glyph in self._glyphs), initial=0)
        glyph_at = dict(zip(starts, self._glyphs, strict=False))  # by the place of its character in UTF-8
        for shown in shown_glyphs(stream, style, "".join(glyph.character for glyph in self._glyphs)):
            yield glyph_at[shown.place], shown


def _circle(stream: Canvas, x: float, y: float, radius: float) -> None:
    handle = round(radius * _CURVE, 3)
    stream.move_to(x + radius, y)
    for east, south in ((0, 1), (-1, 0), (0, -1), (1, 0)):  # the end of each quarter, clockwise from the right
        before = (south, -east)  # where that quarter began
        stream.curve_to(
            x + before[0] * radius + east * handle, y + before[1] * radius + south * handle,
            x + east * radius + before[0] * handle, y + south * radius + before[1] * handle,
            x + east * radius, y + south * radius,
        )  # fmt: skip
