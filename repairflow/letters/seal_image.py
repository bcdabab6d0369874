"""The picture of an office's round seal: its name along the arc, a star, the purpose beneath.

A picture only: what proves a letter is its signature and its digest. Government seals are round, with the five-pointed
star in the middle and the office's name from left to right around it; 42 mm is the size of a county's departments.
"""

from __future__ import annotations

import math

from markupsafe import Markup, escape

_RADIUS = 46.0  # of the ring's middle line, in a picture of 100 by 100
_STAR = 13.5


def seal_svg(office: str, purpose: str, families: str) -> Markup:
    """An SVG picture, 100 by 100 units, of the seal of `office`, lettered in the CSS families given."""
    shapes = [
        Markup('<circle cx="50" cy="50" r="{}" fill="none" stroke="#d0021b" stroke-width="2.8"/>').format(_RADIUS)
    ]
    shapes.append(Markup('<path d="{}" fill="#d0021b"/>').format(_star()))
    shapes += _arc(office)
    if purpose:
        size = min(8.5, 62 / len(purpose))
        shapes.append(
            Markup('<text x="50" y="82" font-size="{:.2f}" text-anchor="middle" fill="#d0021b">{}</text>').format(
                size, escape(purpose)
            )
        )
    label = f"{office}印章" if not purpose else f"{office}{purpose}"
    return Markup(
        '<svg class="seal" viewBox="0 0 100 100"><title>{}</title><g font-family="{}" font-weight="700">{}</g></svg>'
    ).format(label, families, Markup("").join(shapes))


def _star() -> str:
    points = []
    for corner in range(10):
        radius = _STAR if corner % 2 == 0 else _STAR * 0.382  # the regular pentagram's inner radius
        angle = math.radians(-90 + 36 * corner)
        points.append(f"{50 + radius * math.cos(angle):.2f} {50 + radius * math.sin(angle):.2f}")
    return "M" + "L".join(points) + "z"


def _arc(office: str) -> list[Markup]:
    """Each character upright on its spoke, the whole name symmetrical about the top."""
    count = len(office)
    spread = min(264.0, 27.0 * max(count - 1, 1))
    step = spread / max(count - 1, 1)
    size = min(12.5, 35 * math.radians(step) * 1.02)
    drawn = []
    for place, character in enumerate(office):
        turn = -spread / 2 + step * place if count > 1 else 0.0
        drawn.append(
            Markup(
                '<text transform="rotate({:.2f} 50 50)" x="50" y="{:.2f}" font-size="{:.2f}" text-anchor="middle" '
                'fill="#d0021b">{}</text>'
            ).format(turn, 50 - _RADIUS + 4.2 + size * 0.86, size, escape(character))
        )
    return drawn
