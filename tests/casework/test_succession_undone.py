"""撤回承继登记: an office that was closed by mistake is open again with what it had, and nothing else moves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from repairflow.casework.changes import SucceedOffice, TakeBackSuccession
from repairflow.casework.queries.records import listing
from repairflow.errors import Conflict, Forbidden, Invalid
from repairflow.records import held_row, office
from tests.casework.test_intake import bring
from tests.casework.test_succession import FILE, code, do, succeed
from tests.support.building import Town

ADMIN = "system_admin@CREDIT"


def undo(town: Town, who: str = ADMIN, which: str = "ENV", reason: str = "登记错了单位") -> int:
    done: int = do(town, TakeBackSuccession(town.actor(who), which, reason))
    return done


def shown(town: Town, who: str) -> list[str]:
    with town.db.read() as tx:
        return [row.number for row in listing.listing(tx, town.law, town.actor(who)).rows]


def test_an_office_is_open_again_with_what_was_handed_on(town: Town) -> None:
    env, market = town.offices["ENV"], town.offices["MARKET"]
    number = town.record()
    case, ended = town.file_repair(number), town.file_objection(town.record(document="溪环罚〔2026〕8号"))
    wrong = FILE.format(office="云溪县生态环境局", code=code(town, "hengtuo")).replace(
        "罚款,处罚款贰万元整。,2", "罚款,罚款2000元,2"
    )
    assert bring(town, wrong.encode()).held == 1
    succeed(town)
    town.do(case, "accept")  # the successor goes on; what it did stands
    meanwhile = town.file_repair(town.record(document="溪环罚〔2026〕77号"))
    assert town.one(select(held_row.c.office_id)).office_id == market
    assert undo(town) == 2
    row = town.one(select(office).where(office.c.code == "ENV"))
    assert (row.closed_on, row.successor_id) == (None, None)
    assert (town.case(case).deciding_id, town.case(case).state, town.case(ended).provider_id) == (env, "verifying", env)
    assert town.case(meanwhile).deciding_id == market, "whoever filed was told that the successor decides"
    assert town.one(select(held_row.c.office_id)).office_id == env
    assert number not in shown(town, "acceptor@MARKET")
    assert number in shown(town, "acceptor@ENV")
    for who in ("acceptor@ENV", "acceptor@MARKET"):
        assert any("承继登记已撤回" in title for title in town.notices(who, "reroute"))
    assert town.case(town.file_repair(town.record(document="溪环罚〔2026〕78号"))).deciding_id == env
    with pytest.raises(Conflict):
        undo(town)
    assert succeed(town) == 3, "it can be registered again"
    town.sound()


def test_the_last_of_two_successions_is_taken_back_first(town: Town) -> None:
    case = town.file_repair(town.record())
    succeed(town)
    do(
        town,
        SucceedOffice(
            town.actor(ADMIN), "MARKET", {"successor": "CREDIT", "day": "2026-06-01", "document": "溪编〔2026〕4号"}
        ),
    )
    with pytest.raises(Conflict) as told:
        undo(town)
    assert "请先撤回" in str(told.value)
    assert undo(town, which="MARKET") == 1
    assert town.one(select(office.c.successor_id).where(office.c.code == "ENV")).successor_id == town.offices["MARKET"]
    assert undo(town) == 1
    assert town.case(case).deciding_id == town.offices["ENV"]
    town.sound()


@pytest.mark.parametrize(("who", "which", "reason", "error"), [
    ("head@ENV", "ENV", "错", Forbidden), ("supervisor@CREDIT", "ENV", "错", Forbidden), ("yunxi", "ENV", "错", Forbidden),
    (ADMIN, "MARKET", "错", Conflict), (ADMIN, "ENV", " ", Invalid), (ADMIN, "ENV", "错" * 201, Invalid),
])  # fmt: skip
def test_what_is_not_taken_back(town: Town, who: str, which: str, reason: str, error: type[Exception]) -> None:
    succeed(town)
    with pytest.raises(error):
        undo(town, who, which, reason)
    assert town.one(select(office.c.closed_on).where(office.c.code == "ENV")).closed_on is not None
