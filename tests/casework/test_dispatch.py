"""Every change goes through one dispatcher: it knows every command, claims the client's id, and refuses what a page refuses."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select, update

from repairflow.casework import changes, commands
from repairflow.casework.actor import Actor
from repairflow.casework.admin import upgrade
from repairflow.casework.cases import errata, version_migration
from repairflow.casework.changes import (
    AddOffice,
    BeginImport,
    ChangeConsent,
    ConfirmClock,
    ConfirmImport,
    LoadCalendar,
    RegisterPerformance,
    RetryPush,
)  # fmt: skip
from repairflow.casework.changes.system import FireDeadline, HoldTarget
from repairflow.casework.command_ids import UNCLAIMED, Entry
from repairflow.casework.commands import Command, Filing
from repairflow.casework.dispatch import HANDLERS, Sent, dispatch
from repairflow.casework.documents.revisions import letter_correction, reissue
from repairflow.casework.documents.service import consent, service
from repairflow.errors import Conflict, Forbidden, Invalid, NotFound
from repairflow.records import command_claim, event, import_run, outbox
from tests.support.building import Town

ANSWERS = {commands.Event}
"""Frozen values of these modules that are no commands."""


def _sent(given: str, said: object = None) -> Sent:
    return Sent(Entry.API, given, said)


def _do(town: Town, command: Any, sent: Sent | None = None) -> Any:
    with town.db.begin() as tx:
        return dispatch(tx, town.services, command, town.now, sent)


def _nouns() -> list[ModuleType]:
    """The modules of `changes`; what stands in its base is the shape of commands and none itself."""
    names = sorted(info.name for info in pkgutil.iter_modules(changes.__path__) if info.name != "base")
    return [importlib.import_module(f"{changes.__name__}.{name}") for name in names]


def test_every_command_has_a_handler() -> None:
    """And every handler a command: what stands in the table is all that can be changed."""
    found = {
        value
        for module in (commands, *_nouns(), service, letter_correction, reissue, errata, upgrade, version_migration)
        for _, value in inspect.getmembers(module, inspect.isclass)
        if value.__module__ == module.__name__ and hasattr(value, "__dataclass_fields__")
    } - ANSWERS
    asked = {one for one in found if "actor" in {field.name for field in dataclasses.fields(one)}}
    assert asked == set(HANDLERS)
    assert all(one.__dataclass_params__.frozen for one in asked)


def test_a_step_by_the_dispatcher_is_the_step(town: Town) -> None:
    number, actor = town.file_repair(), town.actor("acceptor@ENV")
    command = Command(number, "accept", actor, UNCLAIMED, 1)
    done = _do(town, command, _sent("first", "accept"))
    assert (done.action, done.to_state, done.replayed) == ("accept", "verifying", False)
    again = _do(town, command, _sent("first", "accept"))
    assert (again.seq, again.replayed) == (done.seq, True)
    with pytest.raises(Conflict):
        _do(town, command, _sent("first", "something else"))


def test_an_id_is_claimed_for_what_keeps_none_in_its_event_too(town: Town) -> None:
    agent = town.actor("hengtuo")
    (subject_id,) = agent.subjects
    _do(town, ChangeConsent(agent, subject_id, True, agent.name), _sent("consent", True))
    with town.db.read() as tx:
        assert consent.of(tx, subject_id) is not None
    with pytest.raises(Conflict):
        _do(town, ChangeConsent(agent, subject_id, False), _sent("consent", False))
    assert len(town.all(select(command_claim))) == 1


YEAR = "year = 2027"


def of(actor: Actor) -> int:
    """The office of somebody who works in one."""
    return min(actor.offices)


@pytest.mark.parametrize(
    ("who", "command", "refusal"),
    [
        ("acceptor@ENV", lambda actor: AddOffice(actor, {}), Forbidden),
        ("acceptor@ENV", lambda actor: LoadCalendar(actor, YEAR, "2027.toml"), Forbidden),
        ("acceptor@ENV", ConfirmClock, Forbidden),
        ("head@ENV", lambda actor: FireDeadline(actor, 1), Forbidden),
        ("head@ENV", lambda actor: HoldTarget(actor, 1, "由个人提出"), Forbidden),
        ("acceptor@ENV", lambda actor: RegisterPerformance(actor, "SX-2026-999999", "", "", ""), NotFound),
        ("acceptor@ENV", lambda actor: BeginImport(actor, "token", 10**6, "a.csv", "sha256:"), Forbidden),
        ("acceptor@ENV", lambda actor: BeginImport(actor, "token", of(actor), "a.csv", "sha256:", "档案\x07"), Invalid),
        ("acceptor@ENV", lambda actor: BeginImport(actor, "token", of(actor), "a.csv", "sha256:", "卷" * 201), Invalid),
        ("acceptor@ENV", lambda actor: ConfirmImport(actor, "token"), NotFound),
        ("hengtuo", lambda actor: ChangeConsent(actor, 10**6, True), NotFound),
        ("hengtuo", lambda actor: RetryPush(actor, 10**6), NotFound),
        ("hengtuo", lambda actor: Filing("repair", "SX-2026-999999", actor, UNCLAIMED), NotFound),
    ],
    ids=[
        "office",
        "calendar",
        "clock",
        "due deadline",
        "target held",
        "performance",
        "import",
        "import whence",
        "import from afar",
        "confirm",
        "consent",
        "retry",
        "filing",
    ],
)
def test_what_a_page_would_not_offer_is_refused(town: Town, who: str, command: Any, refusal: type[Exception]) -> None:
    before = len(town.all(select(event.c.id)))
    with pytest.raises(refusal):
        _do(town, command(town.actor(who)))
    assert len(town.all(select(event.c.id))) == before
    assert not town.all(select(import_run.c.id))


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("acceptor@ENV", Forbidden), ("supervisor@CREDIT", None), ("head@ENV", None), ("hengtuo", NotFound)],
)
def test_a_push_is_sent_again_by_a_supervisor_or_head_alone(
    town: Town, who: str, refusal: type[Exception] | None
) -> None:
    number = town.file_repair()
    town.do(number, "accept")
    mine = outbox.c.case_id == town.case(number).id
    town.turn(update(outbox).where(mine).values(state="dead"))
    row = town.one(select(outbox.c.id).where(mine).limit(1))
    if refusal is None:
        assert _do(town, RetryPush(town.actor(who), row.id))
        return
    with pytest.raises(refusal):
        _do(town, RetryPush(town.actor(who), row.id))


def test_what_is_no_command_is_told_from_one(town: Town) -> None:
    with pytest.raises(KeyError):
        _do(town, town.actor("acceptor@ENV"))
