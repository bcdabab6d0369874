"""The QR of an address as a drawing for pages and files: scaled by whoever shows it, printed sharp."""

from __future__ import annotations

from dataclasses import dataclass

from repairflow.letters.layout.qr import qr_rows

QUIET = 4
"""Modules around it that stay white (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR with the width of its square, quiet zone included, and the path of its black modules."""

    address: str
    width: int
    path: str

    @property
    def svg(self) -> str:
        """As a file of its own."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.width}" shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0 0h{self.width}v{self.width}H0z"/><path d="{self.path}"/></svg>\n'
        )


def qr(address: str) -> Qr:
    """Return the QR of this address."""
    rows = qr_rows(address)
    black = (
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module
    )
    return Qr(address, len(rows) + 2 * QUIET, "".join(black))
