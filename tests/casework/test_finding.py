"""What reconciliation found reaches supervisors by the inbox and by whatever else they chose."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from repairflow.casework.notifications import channels, inbox
from repairflow.casework.notifications.inbox import Notice
from repairflow.casework.outbound import discrepancies
from repairflow.gateway.reconcile import Difference
from repairflow.records import notice, outbox, preference
from tests.support.building import Town

pytestmark = pytest.mark.either_database


def report(town: Town, count: int) -> None:
    target_id = 1
    differences = [Difference(f"SX-2026-{n:06d}", "outdated", None, None) for n in range(1, count + 1)]
    with town.db.begin() as tx:
        discrepancies.report_differences(tx, target_id, differences, town.now)


def test_supervisors_are_told_by_the_channels_they_chose(town: Town) -> None:
    for name, channel in (("supervisor@CREDIT", "mail"), ("supervisor@ENV", "sms")):
        person = town.people[name]
        town.turn(insert(preference).values(person_id=person, topic="progress", channel=channel))
    report(town, 2)
    for name in ("supervisor@CREDIT", "supervisor@ENV", "supervisor@MARKET"):
        assert town.notices(name, "reconciliation") == ["对账：site 有 2 条与本系统不一致"]
    assert town.notices("head@ENV", "reconciliation") == []
    sent = town.all(select(outbox.c.topic, outbox.c.kind, outbox.c.state).where(outbox.c.topic.in_(channels.CHANNELS)))
    assert sorted(map(tuple, sent)) == [
        ("mail", "notice.reconciliation", "waiting"), ("sms", "notice.reconciliation", "waiting"),
    ]  # fmt: skip
    town.sound()


def test_who_chose_a_channel_while_it_was_written_is_told_by_the_inbox_alone(town: Town) -> None:
    """Between writing and reading who chose what, another transaction may commit a choice: here somebody the notice is not for."""
    one, other = town.people["supervisor@CREDIT"], town.people["supervisor@ENV"]
    for person in (one, other):
        town.turn(insert(preference).values(person_id=person, topic="progress", channel="mail"))
    audience = inbox._Audience(inbox._to_person.write, inbox._to_role.chosen)
    with town.db.begin() as tx:
        said = Notice("reconciliation", "对账", "", town.now)
        inbox._tell(tx, audience, said, whom=one, held="supervisor")
    assert [row.person_id for row in town.all(select(notice))] == [one]
    assert len(town.all(select(outbox).where(outbox.c.topic == "mail"))) == 1


def test_a_long_finding_is_cut_with_its_count(town: Town) -> None:
    report(town, 25)
    body = town.all(select(notice.c.body).where(notice.c.kind == "reconciliation"))[0].body
    assert "SX-2026-000020" in body
    assert "SX-2026-000021" not in body
    assert body.endswith("……共 25 条")
