"""What stays with one connection on PostgreSQL, and what must not stay where a pooler lends connections."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from repairflow import direct, primary, times
from repairflow.casework import outbox
from repairflow.casework.outbox import ToDo
from repairflow.connections import Limits
from repairflow.db import Database
from repairflow.settings import load
from repairflow.trouble import READ_ONLY, trouble_of


def test_one_at_a_time_is_alone_on_postgresql(database: Database) -> None:
    with database.alone("night") as first, database.alone("night") as second, database.alone("morning") as other:
        assert (first, second, other) == (True, database.is_sqlite, True)
    with database.alone("night") as again:
        assert again


def test_who_listens_hears_a_commit_that_brings_work_and_no_other(database: Database) -> None:
    if database.is_sqlite:
        return  # has no such word: workers look
    heard: list[str] = []
    rung, stop = Event(), Event()

    def hear() -> None:
        heard.append("rung")
        rung.set()

    listener = Thread(target=direct.listen, args=(database.direct, hear, stop))
    listener.start()
    try:
        assert rung.wait(10)  # at the beginning: what came while nobody listened
        rung.clear()
        database.work_came = direct.Bell(database.direct).ring
        with database.begin() as tx:
            tx.execute(text("SELECT 1"))
        assert len(heard) == 1
        with database.begin() as tx:
            outbox.add(tx, times.now(), ToDo("key", "follow", "lane", "kind"))
        assert rung.wait(10)
    finally:
        stop.set()
        listener.join()


@pytest.mark.parametrize("brings", [True, False])
def test_work_is_told_after_its_commit_and_never_of_one_that_failed(database: Database, brings: bool) -> None:
    told: list[str] = []
    database.work_came = lambda: told.append("came")
    try:
        with database.begin() as tx:
            outbox.add(tx, times.now(), ToDo("key", "follow", "lane", "kind"))
            assert told == []
            if not brings:
                raise LookupError
    except LookupError:
        pass
    assert told == ["came"] * brings


def test_through_a_pooler_nothing_stays_in_a_connection(database: Database, database_url: str) -> None:
    if database.is_sqlite:
        return  # is reached through none
    borrowed = Database(database_url, Limits(pool=1, lock=7, statement=11, idle=13, pooled=True))
    try:
        for _ in range(12):  # more often than the driver needs to prepare a statement by itself
            with borrowed.read() as tx:
                limits = [
                    tx.execute(text(f"SHOW {name}_timeout")).scalar_one()
                    for name in ("lock", "statement", "idle_in_transaction_session")
                ]
                assert limits == ["7s", "11s", "13s"]
        with borrowed.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
            assert tx.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 0
            assert tx.execute(text("SHOW lock_timeout")).scalar_one() == "0"
    finally:
        borrowed.dispose()


def test_a_server_that_became_a_standby_is_left_for_another(database: Database) -> None:
    if database.is_sqlite:
        return  # has one file

    def write() -> None:
        with database.begin() as tx:
            tx.exec_driver_sql("SET TRANSACTION READ ONLY")
            outbox.add(tx, times.now(), ToDo("key", "follow", "lane", "kind"))

    with pytest.raises(DBAPIError) as caught:
        write()
    assert caught.value.connection_invalidated
    assert trouble_of(caught.value) is READ_ONLY


HOSTS = [
    # what each host is, which attribute is asked for, where it ends
    ({"a": True, "b": False}, "read-write", "b"),
    ({"a": False, "b": True}, "read-write", "a"),
    ({"a": None, "b": False}, "read-write", "b"),
    ({"a": True, "b": True}, "read-write", None),
    ({"a": None, "b": None}, "read-write", None),
    ({"a": True, "b": False}, "any", "a"),
]


@pytest.mark.parametrize(("hosts", "wanted", "found"), HOSTS, ids=str)
def test_of_several_hosts_the_one_that_writes_is_taken(
    monkeypatch: pytest.MonkeyPatch, hosts: dict[str, bool | None], wanted: str, found: str | None
) -> None:
    tried: list[tuple[str, str]] = []

    class Connection:
        def __init__(self, host: str) -> None:
            self.host = host

        def close(self) -> None:
            pass

    def connect(**named: Any) -> Any:
        tried.append((named["host"], named["port"]))
        assert "target_session_attrs" not in named  # a pooler answers it with what was
        if hosts[named["host"]] is None:
            raise psycopg.OperationalError("refused")
        return Connection(named["host"])

    monkeypatch.setattr(primary, "_is_standby", lambda connection: hosts[connection.host])
    named = {"host": "a,b", "port": "1,2", "target_session_attrs": wanted}
    if found is None:
        with pytest.raises(psycopg.OperationalError):
            primary.through_pooler(connect, named)
    else:
        assert primary.through_pooler(connect, named).host == found
    assert tried == [("a", "1"), ("b", "2")][: 1 if found == "a" else 2]


def test_a_direct_address_is_the_databases_own_where_none_is_given() -> None:
    url = "postgresql+psycopg://u@h/d"
    plain = load({"REPAIRFLOW_DATABASE_URL": url, "REPAIRFLOW_SECRET_KEY": "x"})
    both = load(
        {"REPAIRFLOW_DATABASE_URL": url, "REPAIRFLOW_DATABASE_DIRECT_URL": url + "2", "REPAIRFLOW_SECRET_KEY": "x"}
    )
    assert (plain.direct_url, both.direct_url) == (url, url + "2")
