"""前置库 on a real MariaDB: the same rows and receipts as on PostgreSQL, over the MySQL protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from repairflow.gateway import signing
from repairflow.gateway.front_database import FrontDatabase
from repairflow.gateway.message_envelope import read
from repairflow.gateway.platform import Declined, Pending, Permanent, Transient
from tests.gateway.test_other_modes import MAPPING, NOW, SECRET, target
from tests.support import mariadb, pushes

pytestmark = [pytest.mark.soak, pytest.mark.either_database]

TABLE = (
    "CREATE TABLE cf_push (msg_id VARCHAR(80) PRIMARY KEY, xh VARCHAR(40), nr MEDIUMTEXT, qm TEXT, CF_WSH VARCHAR(200),"
    " CF_XDR_SHXYM VARCHAR(18), cl_jg VARCHAR(20), cl_bh VARCHAR(100), cl_sj {at}, cl_yy VARCHAR(500)) CHARACTER SET utf8mb4"
)
WHERE = target("database:qzk")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mariadb.running(tmp_path_factory.mktemp("mariadb")) as found:
        yield found


@pytest.fixture
def front(url: str, tmp_path: Path) -> Iterator[Engine]:
    """The other side's database, with its table and a file that maps it."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as tx:
        tx.execute(text(TABLE.format(at="DATETIME")))
        tx.execute(text("CREATE TABLE cf_shown (number VARCHAR(40), display VARCHAR(20), version VARCHAR(20))"))
    (tmp_path / "qzk.toml").write_text(MAPPING.format(url=url), encoding="utf-8")
    yield engine
    with engine.begin() as tx:
        tx.execute(text("DROP TABLE IF EXISTS cf_push, cf_shown"))


def test_a_row_is_inserted_once_and_its_answer_is_the_receipt(front: Engine, tmp_path: Path) -> None:
    platform, message = FrontDatabase(tmp_path), pushes.message(7, at=NOW)
    for _ in range(2):
        with pytest.raises(Pending, match="尚未处理"):
            platform.push(WHERE, message)
    with front.begin() as tx:
        row = tx.execute(text("SELECT * FROM cf_push")).mappings().one()
        assert (read(row["nr"].encode()).key, row["CF_WSH"]) == ("k-7", message.data["record"]["doc_no"])
        assert signing.verify_kept(SECRET, json.loads(row["qm"]), row["nr"].encode()) == "k-7"
        tx.execute(text("UPDATE cf_push SET cl_jg = 'refused', cl_yy = '主体不存在𠮷'"))
    with pytest.raises(Declined, match="主体不存在𠮷"):
        platform.push(WHERE, message)
    with pytest.raises(Pending):  # sent out again: another answer is waited for
        platform.push(WHERE, message)
    with front.begin() as tx:
        tx.execute(text("UPDATE cf_push SET cl_jg = 'accepted', cl_bh = 'R9', cl_sj = '2026-06-10 10:00:00'"))
        tx.execute(text("INSERT INTO cf_shown VALUES ('SX-1', 'ended', '4')"))
    found = platform.push(WHERE, message)
    assert (found.remote_id, found.at, found.request is not None) == (
        "R9",
        NOW,
        True,
    )  # an instant without zone is China's
    assert [(one.number, one.display, one.version) for one in platform.pull(WHERE).shown] == [("SX-1", "ended", 4)]


def test_what_the_table_does_not_take_is_said(front: Engine, tmp_path: Path) -> None:
    with front.begin() as tx:
        tx.execute(text("ALTER TABLE cf_push MODIFY nr VARCHAR(10)"))
    with pytest.raises(Permanent, match="与设置文件不符"):
        FrontDatabase(tmp_path).push(WHERE, pushes.message(7, at=NOW))
    with front.begin() as tx:
        assert tx.execute(text("SELECT count(*) FROM cf_push")).scalar_one() == 0
        tx.execute(text("DROP TABLE cf_push"))
    with pytest.raises((Permanent, Transient)):
        FrontDatabase(tmp_path).push(WHERE, pushes.message(7, at=NOW))


def test_a_server_that_is_away_is_tried_again(front: Engine, tmp_path: Path) -> None:
    gone = str(front.url).replace(str(front.url.port), "1")
    (tmp_path / "qzk.toml").write_text(MAPPING.format(url=gone), encoding="utf-8")
    with pytest.raises(Transient, match="暂时不能写入"):
        FrontDatabase(tmp_path).push(WHERE, pushes.message(7, at=NOW))
