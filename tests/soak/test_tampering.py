"""3,000 changes of one row, each by somebody who owns the database: all are found, and the row is named."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Connection

from repairflow.auditing.row_proof import prove_lines, prove_tables
from repairflow.auditing.walk import walk
from tests.auditing.tampering import TRAIL, Attack, attack, burglar, tables
from tests.auditing.test_row_proof import grown, verified
from tests.support import databases
from tests.support.every_kind import Whole

ATTACKS = int(os.environ.get("RF_ATTACKS", "3000"))
SEED = int(os.environ.get("RF_SEED", "3000"))

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def whole(databases_of_kind: databases.Maker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from grown(databases_of_kind, tmp_path_factory.mktemp("home"))


def found(tx: Connection, whole: Whole, done: Attack) -> bool:
    """Whether verification of everything names the row. The part of it that looks at this table is asked first: what it finds,
    the whole finds, too."""
    if done.table in TRAIL:
        if done.is_named_in(prove_lines(tx).findings) or done.is_named_in(walk(tx).findings):
            return True
    elif done.is_named_in(prove_tables(tx, [done.table]).findings):
        return True
    return done.is_named_in(verified(tx, whole).findings)


def test_every_change_of_a_row_is_found(whole: Whole) -> None:
    with whole.town.db.read() as tx:
        assert verified(tx, whole).findings == ()
        among = tables(tx)
    chance = Random(SEED)
    missed, tried = [], Counter[str]()
    with burglar(whole.town.db) as tx:
        for number in range(1, ATTACKS + 1):
            with tx.begin_nested() as one:
                done = attack(tx, chance, among)
                tried[done.kind] += 1
                if not found(tx, whole, done):
                    missed.append(done)
                    print(f"missed: {done}", flush=True)
                one.rollback()
            if number % 500 == 0:
                print(f"{number} changes of {len(among)} tables, {dict(tried)}, {len(missed)} missed", flush=True)
        assert verified(tx, whole).findings == (), "each change was taken back"
    assert missed == []
