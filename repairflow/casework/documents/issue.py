"""The letter a step issues: its words from the case, its number from the office's series."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from repairflow.casework.context import Services
from repairflow.casework.documents.closing import service_line
from repairflow.casework.documents.fields import case
from repairflow.casework.documents.fields.letter_step import LetterStep
from repairflow.casework.documents.fields.voice import Addressee, copies_to, issuer_of
from repairflow.casework.documents.printable import refuse_unprintable
from repairflow.casework.rows_by_id import office_of
from repairflow.law.letter_kinds import form_of
from repairflow.letters.issue import compose
from repairflow.letters.text.templates import FrozenText, compose_text, with_closing
from repairflow.records.rows import OfficeRow


class Words(NamedTuple):
    """All a letter says before it has a number: who issues it, to whom, in which version of its text."""

    version: str
    office: OfficeRow
    addressee: Addressee
    fields: dict[str, object]
    copies: tuple[str, ...]
    closing: tuple[str, ...]

    def text(self, kind: str) -> FrozenText:
        """Return the words as they will be frozen."""
        text = compose_text(kind, self.version, self.fields)
        for sentence in self.closing:
            text = with_closing(text, sentence)
        return text


def words(tx: Connection, services: Services, of: LetterStep) -> Words:
    """Return what the letter of a step says; nothing is written, so that a preview says the same."""
    issuer = office_of(tx, issuer_of(of.at, of.kind))
    addressee = case.addressee_of(tx, services.vault, of.at, of.kind, of.inputs, of.ground)
    version, copies = of.version, copies_to(tx, of.at, of.kind)
    closing = service_line(of.kind, version, addressee.you, form_of(of.at.procedure, of.kind), copies, issuer)
    fields = case.fields(tx, services.law, of, version, issuer, addressee)
    return Words(version, issuer, addressee, fields, copies, closing)


def letter_for(tx: Connection, services: Services, of: LetterStep) -> compose.Composed:
    """Compose the letter of a step.

    MissingFields names what it still lacks, Unprintable the characters that no font has. A letter of the system's own step is
    composed all the same and waits for its font: a limit that ran out does not stand still for it.
    """
    said = words(tx, services, of)
    number = of.at.case.number
    previous = compose.previous_rounds(tx, of.at.case.id, of.kind) if of.at.history else 0
    composed = compose.compose(
        tx,
        compose.Draft(
            of.kind,
            compose.Envelope(
                said.addressee.name, said.addressee.uscc or "", said.copies, form_of(of.at.procedure, of.kind).seal, said.closing
            ),
            said.fields, number, previous, said.version,
        ),
        office=said.office, public_url=services.public_url, sealed=services.sealed, now=of.now,
    )  # fmt: skip
    if not of.unattended:
        refuse_unprintable(composed.data)
    return composed
