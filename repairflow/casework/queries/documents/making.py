"""How a letter's PDF was made, as the trail says: its digest, when, with which certificate; and what was made before it and lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from repairflow.auditing import chain, press_events
from repairflow.casework.documents.certificates import KnownCertificate, certificate
from repairflow.law.guards import day_text
from repairflow.times import local_day

MOST = 20  # makings that are followed back


class _Named(NamedTuple):
    """A letter as `press_events.Made` names its event."""

    number: str
    pdf_digest: str | None
    press_seq: int | None


class Earlier(NamedTuple):
    """A file of the same letter, made before the one that stands: its SHA-256 in hex, and when it was made."""

    pdf: str
    at: datetime

    @property
    def made_on(self) -> str:
        """The day of it, as pages write it."""
        return day_text(local_day(self.at))


@dataclass(frozen=True, slots=True)
class Making:
    """What the trail says of the file that stands. `why` is the reason of a file that was made again."""

    pdf: str  # as the row has it: sha256:…
    at: datetime
    signed: bool
    certificate: KnownCertificate | None
    earlier: tuple[Earlier, ...] = ()
    why: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether the signature was made on a day from which its certificate is revoked."""
        return self.certificate is not None and self.certificate.revoked_at(self.at)

    @property
    def signature(self) -> str:
        """How the file is signed and what its certificate is worth, in a sentence; empty where nothing is known of a certificate."""
        one = self.certificate
        if not self.signed:
            return "PDF 没有电子签名，以本页登记的内容为准。"
        if one is None:
            return "PDF 有电子签名，没有登记签名证书。"
        made = f"PDF 于{day_text(local_day(self.at))}用“{one.holder}”的证书签名"
        if one.revoked_on is not None:
            since = f"该证书自{day_text(one.revoked_on)}起吊销（{one.reason}）"
            return f"{made}；{since}，这个签名不能采信。" if self.doubtful else f"{made}；{since}，签名在此之前。"
        return f"{made}，签名时证书在有效期内（至{day_text(local_day(one.valid_until))}）。"

    @property
    def remade(self) -> str:
        """That and when the file was made again, in a sentence; empty where it is the first."""
        if not self.earlier:
            return ""
        first = self.earlier[-1].made_on
        return (
            f"PDF 最早于{first}制作，后于{day_text(local_day(self.at))}重新制作（{self.why}）：文字、文号和栏目与原来的相同，"
            "文件和签名是新的。原来的文件仍可以在本页比对。"
        )


def making(tx: Connection, number: str, press_seq: int | None, pdf_digest: str | None) -> Making | None:
    """Return how the file with this digest was made; None where none is made, or the trail says otherwise."""
    said = _said(tx, press_seq, number, pdf_digest)
    if said is None or pdf_digest is None:
        return None
    at, content, reason = said
    sha256 = content.get("certificate")
    return Making(
        pdf=pdf_digest,
        at=at,
        signed="unsigned" in content,
        certificate=certificate(tx, str(sha256)) if sha256 else None,
        earlier=tuple(_before(tx, number, content)),
        why=reason or "",
    )


def _before(tx: Connection, number: str, content: dict[str, Any]) -> list[Earlier]:
    found: list[Earlier] = []
    while (replaced := content.get("replaces")) and len(found) < MOST:
        said = _said(tx, replaced["seq"], number, replaced["pdf"])
        if said is None:
            break
        at, content, _ = said
        found.append(Earlier(str(replaced["pdf"]).removeprefix("sha256:"), at))
    return found


def _said(
    tx: Connection, seq: int | None, number: str, pdf: str | None
) -> tuple[datetime, dict[str, Any], str | None] | None:
    """Return when an event of making was written, what and why; None where it is not there, was changed or is of another file."""
    one = next(iter(press_events.of_letters(tx, [_Named(number, pdf, seq)])), None)
    if one is None or not one.sound:
        return None
    act = json.loads(one.body)["act"]
    return datetime.fromisoformat(act["at"]), chain.content(one.body), act["reason"]
