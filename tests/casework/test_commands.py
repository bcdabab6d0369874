"""Ids of commands: what follows from a command has an id of its own, always the same, that an event can keep."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.command_ids import (
    LONGEST_GIVEN,
    LONGEST_ID,
    SYSTEM_ROOM,
    CommandId,
    Entry,
    another,
    following,
    of_client,
    of_system,
)
from repairflow.errors import Invalid
from repairflow.records import event

PERSON, OTHER = Actor(12, "林一鸣", "agent"), Actor(1, "周予安", "staff")
ANYBODY = Actor(None, "公众", "public")
KINDS = ("due", "escalate", "escalate:1", "opened", "expire", "follow", "receipt", "migrate")


@pytest.mark.parametrize("before", ["c1", "x" * 60, "x" * 80, "follow/" + "0" * 40 + "-1/lift_with_record/receipt"])
def test_what_follows_has_an_id_of_its_own(before: str) -> None:
    one, other = following(CommandId(before), "complete"), following(CommandId(before), "seal")
    assert one == following(CommandId(before), "complete") != other
    assert max(len(one), len(other)) <= LONGEST_ID == event.c.command_id.type.length


def test_a_short_one_stays_readable() -> None:
    assert following(CommandId("c1"), "complete") == "sys/c1 complete"
    assert following(of_system("follow", "k"), "complete") == "sys/follow/k complete"


FORGED = [
    "due/XF-2026-000001/acceptance/2026-06-10", "sys/due/XF-2026-000001/acceptance/2026-06-10", "escalate:1/x", "sys/x",
    "../sys/due/x", "/sys/x", "k/opened/complete", "12/k", "x" * LONGEST_GIVEN,
]  # fmt: skip


@pytest.mark.parametrize("given", FORGED)
def test_no_client_reaches_the_rooms_of_others(given: str) -> None:
    """Whatever a client chose, its id begins with its entry point and its sender, and with nothing of the system's."""
    made = {of_client(entry, who, given) for entry in Entry if entry is not Entry.PUBLIC for who in (PERSON, OTHER)}
    made.add(of_client(Entry.PUBLIC, ANYBODY, given))
    assert len(made) == 2 * (len(Entry) - 1) + 1
    assert not any(one.startswith(SYSTEM_ROOM + "/") for one in made)
    assert all(len(one) <= LONGEST_ID for one in made)
    biggest = replace(PERSON, id=2**31 - 1)
    ours = [entry for entry in Entry if entry is not Entry.PUBLIC]
    assert all(len(of_client(entry, biggest, "x" * LONGEST_GIVEN)) <= LONGEST_ID for entry in ours)


def test_followers_of_different_commands_never_meet() -> None:
    """A key that reads like the follower of another key is another key."""
    keys = ["k", "k/opened", "k/opened/complete", "k/receipt"]
    parents = [of_client(Entry.API, PERSON, key) for key in keys] + [of_system(kind, "k") for kind in KINDS]
    made = [
        following(following(one, name), action) for one, name, action in product(parents, ("opened", "receipt"), "ab")
    ]
    made += [following(one, "opens") for one in parents]
    assert len(set(made) | set(parents)) == len(made) + len(parents)
    assert not {str(entry) for entry in Entry} & {SYSTEM_ROOM, *KINDS}


@pytest.mark.parametrize("given", ["", " ", "a b", "a\x00b", "a\n", "密码", "x" * (LONGEST_GIVEN + 1)])
def test_a_clients_id_is_short_visible_ascii(given: str) -> None:
    with pytest.raises(Invalid, match="刷新"):
        of_client(Entry.DESK, PERSON, given)


@pytest.mark.parametrize(("entry", "who"), [(Entry.PUBLIC, PERSON), (Entry.DESK, ANYBODY), (Entry.API, SYSTEM)])
def test_only_the_public_entry_takes_commands_of_nobody(entry: Entry, who: Actor) -> None:
    with pytest.raises(TypeError):
        of_client(entry, who, "k")


def test_another_id_is_the_systems_too_and_fresh() -> None:
    wanted = of_system("due", "XF-2026-000001", "acceptance", "2026-06-10")
    made = {another(wanted) for _ in range(20)} | {another(another(wanted))}
    assert len(made) == 21
    assert all(one.startswith(SYSTEM_ROOM + "/") and len(one) <= LONGEST_ID for one in made)
