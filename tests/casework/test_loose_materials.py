"""Materials that nothing takes up: bounded by person, address and in all, and gone after some days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from repairflow import times
from repairflow.casework import loose_materials
from repairflow.casework.actor import Actor
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from repairflow.casework.cases import drafts
from repairflow.casework.documents import publication_notice
from repairflow.casework.documents.service import service as serving
from repairflow.casework.loose_materials import Allowance, Quota
from repairflow.errors import TooMany
from repairflow.records import letter, material
from repairflow.worker import chores
from tests.support.building import Town, png

ANYBODY = Actor(None, "公众", "public")
SIZE = len(png())
AMPLE = 100 * SIZE


def leave(town: Town, actor: Actor, quota: Quota, address: str = "a", shade: int = 0) -> str:
    """A material uploaded from an address; its token."""
    with town.db.begin() as tx:
        return materials.receive(
            tx,
            town.services.materials,
            actor,
            materials.looked_at(SentFile("evidence", "证明.png", png(shade)), town.services.max_upload),
            now=town.now,
            allowance=Allowance(quota, address),
        )


@pytest.mark.parametrize(
    ("quota", "mine", "others"),
    [
        (Quota(2 * SIZE, AMPLE, AMPLE), ("yunxi", "a"), ("hengtuo", "a")),
        (Quota(AMPLE, 2 * SIZE, AMPLE), ("", "a"), ("", "b")),
        (Quota(AMPLE, AMPLE, 8 * SIZE), ("", "a"), ("yunxi", "a")),
    ],
    ids=["a person", "an address", "all without an account"],
)
def test_whoever_leaves_too_much_is_told_and_the_others_are_not(
    town: Town, quota: Quota, mine: tuple[str, str], others: tuple[str, str]
) -> None:
    def actor(name: str) -> Actor:
        return town.actor(name) if name else ANYBODY

    for shade in range(2):
        leave(town, actor(mine[0]), quota, mine[1], shade)
    with pytest.raises(TooMany, match="尚未提交的材料已经过多"):
        leave(town, actor(mine[0]), quota, mine[1])
    assert len(town.all(select(material))) == 2
    leave(town, actor(others[0]), quota, others[1])


def test_there_is_an_end_to_all_together(town: Town) -> None:
    quota = Quota(AMPLE, AMPLE, 2 * SIZE)
    for name in ("yunxi", "hengtuo"):
        leave(town, town.actor(name), quota)
    with pytest.raises(TooMany):
        leave(town, town.actor("yunxi's agent"), quota)


def test_what_a_filing_takes_up_counts_no_more_and_nobody_knows_from_where_it_came(town: Town) -> None:
    quota = Quota(AMPLE, SIZE, AMPLE)
    leave(town, ANYBODY, quota, "an address")
    row = town.one(select(material))
    assert row.address == "an address"
    case = town.file_repair()
    with town.db.begin() as tx:
        materials.attach(tx, [row], town.case(case).id, 1)
    assert town.one(select(material).where(material.c.id == row.id)).address is None
    leave(town, ANYBODY, quota, "an address")


def test_the_address_itself_is_kept_nowhere(town: Town) -> None:
    allowance = town.services.allowance("192.0.2.7")
    assert "192" not in str(allowance.address)
    assert allowance == town.services.allowance("192.0.2.7") != town.services.allowance("192.0.2.8")


def test_what_nothing_takes_up_goes_after_some_days_with_its_file(town: Town) -> None:
    quota = Quota(AMPLE, AMPLE, AMPLE)
    agent = town.actor("yunxi")
    old, drafted = leave(town, ANYBODY, quota, shade=1), leave(town, agent, quota, shade=2)
    case = town.file_repair()
    with town.db.begin() as tx:
        drafts.add(
            tx, agent, drafts.begin(tx, agent, procedure="repair", record_id=None, now=town.now), drafted, town.now
        )
    town.at(timedelta(days=8))
    fresh = leave(town, ANYBODY, quota, shade=3)
    kept = {row.token: row.digest for row in town.all(select(material))}
    assert chores.forget_materials(town.db, town.services.materials, town.now, 7) == 1
    left = {row.token for row in town.all(select(material))}
    assert left == kept.keys() - {old}
    assert {drafted, fresh} <= left
    assert not (town.settings.materials / materials.name_of(kept[old])).exists()
    assert all((town.settings.materials / materials.name_of(kept[token])).exists() for token in left)
    assert town.case(case).state == "submitted"


def test_a_file_that_others_name_too_stays(town: Town) -> None:
    quota = Quota(AMPLE, AMPLE, AMPLE)
    leave(town, ANYBODY, quota)
    town.at(timedelta(days=8))
    again = leave(town, ANYBODY, quota)
    assert chores.forget_materials(town.db, town.services.materials, town.now, 7) == 1
    row = town.one(select(material))
    assert row.token == again
    assert (town.settings.materials / materials.name_of(row.digest)).exists()


def test_what_proves_that_a_letter_was_served_stays(town: Town) -> None:
    """Of a letter about a record it belongs to no case, and is what an office shows when its service is doubted."""
    number, actor = town.record(), town.actor("acceptor@ENV")
    with town.db.begin() as tx:
        token = publication_notice.issue(tx, town.services, actor, number, town.now).token
    town.turn(update(letter).where(letter.c.token == token).values(pressed_at=town.now))
    proof = town.material(serving.EVIDENCE_KIND, actor)
    given = serving.Service(token, "direct", actor, "s-1", "宋远山", town.now, "窗口", "", "", proof)
    with town.db.begin() as tx:
        serving.serve(tx, town.services, given, town.now)
    assert town.one(select(material).where(material.c.token == proof)).case_id is None
    town.at(timedelta(days=8))
    chores.forget_materials(town.db, town.services.materials, town.now, 7)
    assert town.one(select(material).where(material.c.token == proof)).kind == serving.EVIDENCE_KIND


def test_a_few_at_a_time(town: Town) -> None:
    quota = Quota(AMPLE, AMPLE, AMPLE)
    for shade in range(5):
        leave(town, ANYBODY, quota, shade=shade)
    with town.db.begin() as tx:
        assert len(loose_materials.expire(tx, times.now() + timedelta(days=1), most=2)) == 2


def test_the_services_know_the_quotas_of_their_settings(town: Town) -> None:
    settings = replace(town.settings, unclaimed_person_mib=3, unclaimed_address_mib=2, unclaimed_total_mib=5)
    services = type(town.services).of(town.law, town.vault, settings)
    assert services.quota == Quota(3 * 2**20, 2 * 2**20, 5 * 2**20)
