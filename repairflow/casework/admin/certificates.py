"""Which of the certificates that letters were signed with are revoked: from which day, and why; stated by a system administrator."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Connection

from repairflow import plain
from repairflow.casework.admin.permissions import SYSTEM_ADMIN, capacity
from repairflow.casework.changes import RevokeCertificate, TakeBackRevocation
from repairflow.casework.documents.certificates import KnownCertificate, certificate, note
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.inputs import plain_text
from repairflow.errors import Invalid, NotFound, Problem
from repairflow.times import local_day

LONGEST_REASON = 300
_SHA256 = re.compile(r"[0-9a-f]{64}")


def revoke(tx: Connection, given: RevokeCertificate, now: datetime) -> bool:
    """State from which day a certificate is revoked, and why; said once more, the newer statement holds. Gives whether that is news.

    By a system administrator. Invalid for a day to come or before the certificate, for no reason; NotFound for one that signed no letter.
    """
    role = capacity(given.actor, SYSTEM_ADMIN)
    one = found(tx, given.certificate)
    problems = []
    if given.day > local_day(now):
        problems.append(Problem("day", "吊销日期还没有到，请填写今天或者以前的日期"))
    elif given.day < local_day(one.valid_from):
        problems.append(Problem("day", "吊销日期早于证书的有效期，请核对"))
    reason = told_reason(given.reason, problems)
    if (one.revoked_on, one.reason) == (given.day, reason):
        return False
    said = {"office": one.office, "certificate": one.sha256, "revoked_on": given.day.isoformat()}
    new = NewEvent(action=EventName.REVOKE_CERTIFICATE, at=now, by=given.actor, role=role, content=said, reason=reason)
    note(tx, one.sha256, new)
    return True


def take_back(tx: Connection, given: TakeBackRevocation, now: datetime) -> None:
    """Take back the statement that a certificate is revoked, which was made in error. By a system administrator; Invalid without a reason
    or where it is not revoked."""
    role = capacity(given.actor, SYSTEM_ADMIN)
    one = found(tx, given.certificate)
    problems = [] if one.revoked_on is not None else [Problem("certificate", "这个证书没有登记吊销，无需撤回")]
    reason = told_reason(given.reason, problems)
    said = {"office": one.office, "certificate": one.sha256}
    note(
        tx,
        one.sha256,
        NewEvent(action=EventName.TAKE_BACK_REVOCATION, at=now, by=given.actor, role=role, content=said, reason=reason),
    )


def found(tx: Connection, typed: str) -> KnownCertificate:
    """Return the certificate with this SHA-256, as people write it (colons, capitals). NotFound where no letter was signed with it."""
    sha256 = "".join(typed.split()).replace(":", "").lower()
    one = certificate(tx, sha256) if _SHA256.fullmatch(sha256) else None
    if one is None:
        raise NotFound("没有文书是用这个证书签名的，没有登记。请按列出的证书办理。")
    return one


def told_reason(given: str, problems: list[Problem]) -> str:
    """Return the reason; Invalid with all that is wrong, this and what was found before."""
    reason = ""
    try:
        reason = plain_text(given, LONGEST_REASON)
    except ValueError as error:
        problems.append(Problem("reason", f"原因{error}"))
    else:
        if not plain.named(reason):
            problems.append(Problem("reason", "请填写原因，如：私钥遗失"))
    if problems:
        raise Invalid("没有登记，请按提示修改后再提交。", problems)
    return reason
