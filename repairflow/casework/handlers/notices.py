"""How a person is notified, and the own inbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from repairflow.casework.admin import forgotten_password
from repairflow.casework.changes import ChooseChannels, CloseFeed, MarkRead, OpenFeed
from repairflow.casework.context import Services
from repairflow.casework.handlers.base import Table
from repairflow.casework.notifications import channels
from repairflow.casework.queries import inbox
from repairflow.errors import Unauthenticated


def _choose(tx: Connection, services: Services, given: ChooseChannels, now: datetime) -> None:
    if given.actor.id is None:
        raise Unauthenticated
    before = channels.reach(tx, services.vault, given.actor.id).email
    channels.choose(
        tx, services.vault, given.actor.id, email=given.email, phone=given.phone, chosen=given.chosen
    )  # fmt: skip
    if given.email.strip() != before:
        channels.note_new_address(tx, given.actor, now)
        if before:
            forgotten_password.tell_former(tx, services.vault, before, now)


HANDLERS: Table = {
    MarkRead: lambda tx, _, given, now: inbox.mark_read(tx, given.actor, now, given.subject),
    ChooseChannels: _choose,
    OpenFeed: lambda tx, _, given, now: channels.open_feed(tx, given.actor, now),
    CloseFeed: lambda tx, _, given, now: channels.close_feed(tx, given.actor, now),
}
