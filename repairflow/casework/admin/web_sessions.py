"""Sessions of browsers as rows: begun at a login, kept awake by use, ended on logout."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from repairflow.prepared import Prepared
from repairflow.records import person, web_session

TOUCH_EVERY = timedelta(minutes=1)
SKEW = timedelta(minutes=5)
"""How far the clocks of nodes may differ. What began later than that by this clock began while a clock was ahead."""


class Alive(NamedTuple):
    """A session that admits its person; `bound` says whether the person has a second factor."""

    id: int
    person_id: int
    second_factor_at: datetime | None
    bound: bool


_ALIVE = Prepared(
    select(
        web_session.c.id,
        web_session.c.person_id,
        web_session.c.second_factor_at,
        person.c.totp_secret.is_not(None).label("bound"),
    )
    .join(person, person.c.id == web_session.c.person_id)
    .where(
        web_session.c.token_digest == bindparam("digest"),
        web_session.c.ended_at.is_(None),
        web_session.c.expires_at > bindparam("now"),
        web_session.c.seen_at > bindparam("seen"),
        web_session.c.created_at <= bindparam("begun"),
        person.c.active,
    ),
    Alive,
)


def begin(
    tx: Connection,
    person_id: int,
    digest: str,
    address: str | None,
    *,
    lasts: timedelta,
    second_factor: bool,
    now: datetime,
) -> None:
    """Ensure that the token of this digest admits the person for so long."""
    tx.execute(
        insert(web_session).values(
            token_digest=digest,
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
            second_factor_at=now if second_factor else None,
            address=address,
        )
    )


def end(tx: Connection, session_id: int, now: datetime) -> None:
    """Ensure that the session admits nobody; ending it again changes nothing."""
    row = web_session.c
    tx.execute(update(web_session).where(row.id == session_id, row.ended_at.is_(None)).values(ended_at=now))


def touch(tx: Connection, session_id: int, now: datetime) -> None:
    """Ensure that the session counts as seen within the last minute, and not in days to come."""
    row = web_session.c
    other = or_(row.seen_at <= now - TOUCH_EVERY, row.seen_at > now + SKEW)
    tx.execute(update(web_session).where(row.id == session_id, other).values(seen_at=now))


def alive(tx: Connection, digest: str, *, idle: timedelta, now: datetime) -> Alive | None:
    """Return the session whose token has this digest; None when there is none, it is over, or its person is not active.

    One that began while the clock was ahead is over once it is right: its end and its idle time lie in days to come.
    """
    return _ALIVE.run(tx, digest=digest, now=now, seen=now - idle, begun=now + SKEW).first
