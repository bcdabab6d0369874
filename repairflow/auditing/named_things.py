"""What events name must be there: the letter a step issued, the materials it took up, the PDF a letter became."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, select

from repairflow.auditing.press_events import PRESS_STREAM
from repairflow.auditing.report import Fault
from repairflow.records import letter, material

_LETTERS = select(letter.c.id, letter.c.number, letter.c.pdf_digest, letter.c.press_seq)


class Place(NamedTuple):
    """The event that names a thing."""

    event_id: int
    stream: str
    seq: int
    case_id: int | None


@dataclass(slots=True)
class Named:
    """Letters by their number, with the PDF each became last, and materials by case and digest; each where it is named."""

    letters: dict[str, Place] = field(default_factory=dict)
    pdfs: dict[str, tuple[str, Place]] = field(default_factory=dict)
    materials: dict[tuple[int, str], Place] = field(default_factory=dict)

    def add(self, event_id: int, stream: str, seq: int, case_id: int | None, body: bytes) -> None:
        """Add what one event names. Raises ValueError, LookupError or TypeError for a body that is none."""
        said = json.loads(body)["content"]
        place = Place(event_id, stream, seq, case_id)
        issued = said.get("letter")
        if isinstance(issued, dict) and "digest" in issued:
            self.letters[issued["number"]] = place
        elif isinstance(issued, str) and isinstance(said.get("pdf"), str):
            self.pdfs[issued] = (said["pdf"], place)
        if case_id is not None:
            for one in said.get("materials", ()):
                if isinstance(one, dict) and "digest" in one:
                    self.materials[case_id, one["digest"]] = place

    def take(self, later: Named) -> None:
        """Take what later events named as well; of two that name one thing the last stands."""
        self.letters |= later.letters
        self.pdfs |= later.pdfs
        self.materials |= later.materials

    def missing(self, tx: Connection) -> Iterator[Fault]:
        """Yield each thing that is named and not there, or is another one there."""
        letters = {row.number: row for row in tx.execute(_LETTERS)}
        for number, place in self.letters.items():
            if number not in letters:
                yield _at(place, "letter_missing", f"留痕所出具的文书 {number} 不存在，已被删除或改号")
        for number, (pdf, place) in self.pdfs.items():
            if number in letters and letters[number].pdf_digest != pdf:
                yield _at(place, "pdf", f"文书 {number} 的 PDF 摘要与制作时的留痕不符")
        for number, row in letters.items():
            if row.press_seq != self._pressed(number):
                yield Fault(
                    "letter", row.id, "letter", f"文书 {number} 所记的制作留痕不是制作它的那一条", field="press_seq"
                )
        kept = {(row.case_id, row.digest) for row in tx.execute(select(material.c.case_id, material.c.digest))}
        for (case_id, digest), place in self.materials.items():
            if (case_id, digest) not in kept:
                yield _at(place, "material_missing", f"留痕所收的材料（摘要 {digest[:19]}…）不存在，已被删除或调换")

    def _pressed(self, number: str) -> int | None:
        """Return the place in the stream `press` of the event that says last which PDF a letter became."""
        _, place = self.pdfs.get(number, ("", None))
        return place.seq if place is not None and place.stream == PRESS_STREAM else None


def _at(place: Place, what: str, text: str) -> Fault:
    return Fault("event", place.event_id, what, text, place.stream, place.seq)
