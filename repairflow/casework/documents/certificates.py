"""The certificates that offices' letters were signed with, and what was said of them: each has a stream of the trail.

The first letter signed with a certificate enters it there; an administrator states from which day it is revoked, and why. What was signed
before that day stands; nothing is signed with it from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from repairflow.auditing import chain
from repairflow.casework import event_log
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.letters.signing.signed_file import SigningCertificate
from repairflow.records import event
from repairflow.times import local_day

STREAM = "certificate/"
_NAMED = 40  # hex digits of the SHA-256 in the name of its stream (60 characters at most); the events hold the whole


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """A certificate that letters here were signed with. `revoked_on` is the first day on which its signatures are none."""

    sha256: str
    office: str  # its code
    holder: str
    valid_from: datetime
    valid_until: datetime
    used_at: datetime  # when the first letter was signed with it
    revoked_on: date | None = None
    reason: str = ""
    said_at: datetime | None = None

    def revoked_at(self, moment: datetime) -> bool:
        """Tell whether what was signed at this moment was signed with a revoked certificate."""
        return self.revoked_on is not None and local_day(moment) >= self.revoked_on


def known(tx: Connection) -> list[KnownCertificate]:
    """Return every certificate that a letter was signed with, the newest first."""
    # between words of letters alone an index answers in every collation; what `startswith` compares, only in some
    within = event.c.stream >= "certificate", event.c.stream < "certificatf", event.c.stream.startswith(STREAM)
    rows = tx.execute(_events().where(*within))
    streams: dict[str, list[Row[Any]]] = {}
    for row in rows:
        streams.setdefault(row.stream, []).append(row)
    found = map(_told, streams.values())
    return sorted(filter(None, found), key=lambda one: one.used_at, reverse=True)


def certificate(tx: Connection, sha256: str) -> KnownCertificate | None:
    """Return a certificate as it stands now; None where no letter was signed with it."""
    one = _told(tx.execute(_events().where(event.c.stream == _stream(sha256))))
    return one if one is not None and one.sha256 == sha256 else None


def used(tx: Connection, office: str, one: SigningCertificate, now: datetime) -> None:
    """Ensure that the certificate of a signature is known."""
    if certificate(tx, one.sha256) is None:
        said = {
            "office": office, "certificate": one.sha256, "holder": one.holder,
            "valid_from": one.valid_from.isoformat(), "valid_until": one.valid_until.isoformat(),
        }  # fmt: skip
        note(tx, one.sha256, NewEvent(action=EventName.CERTIFICATE_USED, at=now, content=said))


def note(tx: Connection, sha256: str, new: NewEvent) -> None:
    """Append to what is known of a certificate."""
    event_log.append(tx, _stream(sha256), new)


def _stream(sha256: str) -> str:
    return STREAM + sha256[:_NAMED]


def _events() -> Select[Any]:
    columns = (event.c.stream, event.c.seq, event.c.action, event.c.at, event.c.reason, event.c.body)
    return select(*columns).order_by(event.c.stream, event.c.seq)


def _told(events: Iterable[Row[Any]]) -> KnownCertificate | None:
    one = None
    for row in events:
        said = chain.content(row.body)
        if row.action == EventName.CERTIFICATE_USED and one is None:
            one = KnownCertificate(
                sha256=said["certificate"], office=said["office"], holder=said["holder"], used_at=row.at,
                valid_from=datetime.fromisoformat(said["valid_from"]), valid_until=datetime.fromisoformat(said["valid_until"]),
            )  # fmt: skip
        elif one is not None and row.action == EventName.REVOKE_CERTIFICATE:
            day = date.fromisoformat(said["revoked_on"])
            one = replace(one, revoked_on=day, reason=row.reason or "", said_at=row.at)
        elif one is not None and row.action == EventName.TAKE_BACK_REVOCATION:
            one = replace(one, revoked_on=None, reason="", said_at=row.at)
    return one
