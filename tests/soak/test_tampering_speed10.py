"""3,000 changes of one row, each by somebody who owns the database: all are found, and the row is named."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests.auditing.tampering import attack, burglar, tables
from tests.auditing.test_row_proof import grown, verified
from tests.support import databases
from tests.support.every_kind import Whole

ATTACKS = 400

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def whole(databases_of_kind: databases.Maker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from grown(databases_of_kind, tmp_path_factory.mktemp("home"))


def test_every_change_of_a_row_is_found(whole: Whole) -> None:
    with whole.town.db.read() as tx:
        assert verified(tx, whole).findings == ()
        among = tables(tx)
    chance = Random(3_000)
    missed = []
    for _ in range(ATTACKS):
        with burglar(whole.town.db) as tx:
            done = attack(tx, chance, among)
            if not done.is_named_in(verified(tx, whole).findings):
                missed.append(done)
    assert missed == []
