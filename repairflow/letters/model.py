"""A frozen letter: everything the press needs and nothing else, as one value that survives JSON unchanged."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from repairflow.letters.text.templates import FrozenText, Paragraph

Form = Literal["letter", "standard", "plain", "heads"]
"""信函格式, 公文通用格式, a form or record without red heading and seal, the page numbers of a bound file."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Annex(_Frozen):
    """An annex (附件): its name and its paragraphs; it begins on a page of its own."""

    title: str
    paragraphs: tuple[Paragraph, ...] = ()


class Imprint(_Frozen):
    """The foot of a document in the standard form (版记): who printed it and when. 抄送 stands in the letter's `cc`."""

    office: str
    day: date


class LetterData(_Frozen):
    """One letter as issued. Equal values press to equal PDF bytes, given the same fonts.

    `number` is the 文号 with 〔〕; `office_mark` the red heading (发文机关标志); `signer` the office that signs;
    `seal_purpose` the line inside the seal, empty for an office's own seal; `chain_head` the audit chain's head in hex;
    `qr_url` the whole address that the QR carries; `fields` what the words were made of, which is not printed;
    `signature_field` whether it is printed with a stamp and an empty field
    for the office's electronic signature.
    """

    kind: str
    title: str
    number: str
    office_mark: str
    signer: str
    day: date
    paragraphs: tuple[Paragraph, ...]
    form: Form = "letter"
    addressee: str = ""
    addressee_code: str = ""
    sealed: bool = True
    seal_purpose: str = ""
    case_number: str = ""
    qr_url: str = ""
    chain_head: str = ""
    annexes: tuple[Annex, ...] = ()
    cc: tuple[str, ...] = ()
    imprint: Imprint | None = None
    template_version: str = ""
    text_digest: str = ""
    fields: dict[str, object] = Field(default_factory=dict, repr=False)
    signature_field: bool = False

    @classmethod
    def of(cls, text: FrozenText, **rest: object) -> LetterData:
        """Return a letter around frozen words; `rest` gives the remaining fields."""
        return cls.model_validate(
            {
                "kind": text.kind, "title": text.title, "paragraphs": text.paragraphs,
                "template_version": text.version, "text_digest": text.digest, "fields": text.fields, **rest,
            }
        )  # fmt: skip

    def all_text(self) -> str:
        """Return every character that will be printed, for the check of glyphs."""
        parts = [self.title, self.number, self.office_mark, self.signer, self.addressee, self.addressee_code]
        parts += [self.seal_purpose, self.case_number, self.qr_url, self.chain_head, *self.cc]
        parts += [p.text for p in self.paragraphs]
        for annex in self.annexes:
            parts += [annex.title, *(p.text for p in annex.paragraphs)]
        if self.imprint:
            parts.append(self.imprint.office)
        return "\n".join(parts)


class Pressed(_Frozen):
    """A pressed letter. `sha256` is the digest of `pdf` in hex; `pages` their number."""

    pdf: bytes = Field(repr=False)
    sha256: str
    pages: int
