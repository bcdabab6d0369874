"""A database of any earlier revision starts after `repairflow upgrade`, and a run that was cut off goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from repairflow import cli
from repairflow.app.program import Program
from repairflow.auditing import walk
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.records import backup, definition_repin, event, schema, target
from repairflow.settings import Settings, load
from repairflow.vault import Vault
from tests.support import histories

RELEASE = "0.1.0"
RECORDED = "0014"
REVISIONS = [
    f"{n:04}" for n in range(1, len(list((Path(__file__).parents[2] / "migrations/versions").glob("0*.py"))) + 1)
]
ALONE = sorted({*REVISIONS[::9], RECORDED, *REVISIONS[-2:]})
"""Revisions from which a database goes to the newest at once; the walk stops at each of them all."""
ENDS = (REVISIONS[0], RECORDED, *REVISIONS[-2:])
"""Of these, where the two databases may differ: the walk asks for each single step of both."""


@pytest.fixture
def old(bare_database: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a node whose database is the demonstration of 0.1.0, which no newer version has touched."""
    node = of(bare_database, home, monkeypatch)
    histories.fill(bare_database, RELEASE)
    with bare_database.engine.begin() as tx:  # as its own node has them, whose key was not recorded
        tx.execute(sa.update(target).values(secret=Vault.at(node.keys).seal("whsec_old")))
    return node


def of(db: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    url = db.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REPAIRFLOW_HOME", str(home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", url)
    return load({"REPAIRFLOW_HOME": str(home), "REPAIRFLOW_DATABASE_URL": url})


def run(line: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    with pytest.raises(SystemExit) as ended:
        cli.main(line.split())
    said = capsys.readouterr()
    assert (ended.value.code or 0) == code, said
    return said.out + said.err


@pytest.mark.parametrize(
    "revision", [name if name in ENDS else pytest.param(name, marks=pytest.mark.either_database) for name in ALONE]
)
def test_a_database_of_a_revision_starts_after_it(
    revision: str, old: Settings, bare_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    (schema.upgrade if revision > RECORDED else schema.downgrade)(bare_database, revision)
    starts_after_an_upgrade(old, capsys)


def test_a_database_that_stood_at_every_revision_starts_after_it(
    old: Settings, bare_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """Down to the first and up to the newest, a stop at each: the triggers of rows fit the tables of each."""
    for revision in reversed(REVISIONS[: REVISIONS.index(RECORDED)]):
        schema.downgrade(bare_database, revision)
        assert schema.revision_of(bare_database) == revision
    for revision in REVISIONS[1:]:
        schema.upgrade(bare_database, revision)
        assert schema.revision_of(bare_database) == revision
    starts_after_an_upgrade(old, capsys)


def starts_after_an_upgrade(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    run("upgrade --no-backup", capsys)
    program = Program.at(settings)
    with program.db.read() as tx:
        assert tx.scalar(sa.text("SELECT count(*) FROM cases")) == len(histories.recorded(RELEASE)["tables"]["cases"])
        assert walk.walk(tx).findings == []
        taken = tx.execute(sa.select(target.c.takes)).scalars().all()  # nothing that a platform may not know
        assert taken
        assert all("record_changed" in one and "act_changed" not in one for one in taken)
    program.db.dispose()


def test_what_it_would_change_is_told_and_nothing_is(old: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for line, code in (("upgrade --check", 1), ("init", 2)):
        said = run(line, capsys, code)
        assert "数据库为 0014 版，还差" in said
        assert "0015　" in said
        assert "objection 2026-04" in said
        assert "repairflow upgrade" in said
    assert schema.revision_of(Database(old.database_url)) == RECORDED


def test_repinned_definitions_are_recorded_with_old_and_new_digest(
    old: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run("upgrade --no-backup", capsys)
    program = Program.at(old)
    with program.db.read() as tx:
        rows = tx.execute(sa.select(definition_repin)).all()
        noted = tx.execute(sa.select(event).where(event.c.action == "repin")).all()
    assert {row.name for row in rows} >= {"objection", "CN-2026"}
    assert len(noted) == 1
    for row in rows:
        assert row.from_digest.encode() in noted[0].body
        assert row.digest.encode() in noted[0].body
    assert "无须升级" in run("upgrade", capsys)


def test_a_file_nothing_accounts_for_stops_it_untouched(old: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    db = Database(old.database_url)
    with db.engine.begin() as tx:
        tx.execute(
            sa.text(
                "INSERT INTO definition_used (kind, name, version, digest, first_used_at) "
                "VALUES ('pack', 'CN-2099', '', 'sha256:1', :at)"
            ),
            {"at": histories.datetime(2026, 6, 1, tzinfo=histories.UTC)},
        )
    for line in ("upgrade", "init"):
        assert "CN-2099：文件不见了" in run(line, capsys, 2)
    assert schema.revision_of(db) == RECORDED
    assert not (old.home / "backups").exists()


def test_a_newer_database_is_left_alone(database: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = of(database, home, monkeypatch)
    with database.engine.begin() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="比本程序新"):
        Program.at(settings)


def test_the_copy_made_first_is_the_old_database(old: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    if not old.database_url.startswith("sqlite"):
        monkey = pytest.MonkeyPatch()
        monkey.setenv("PATH", str(old.home))
        assert "--no-backup" in run("upgrade", capsys, 2)
        monkey.undo()
        assert schema.revision_of(Database(old.database_url)) == RECORDED
        return
    run("upgrade", capsys)
    (copy,) = (old.home / "backups").iterdir()
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as there:
        assert there.execute("SELECT version_num FROM alembic_version").fetchone() == (RECORDED,)
        assert there.execute("SELECT count(*) FROM event").fetchone() == (
            len(histories.recorded(RELEASE)["tables"]["event"]),
        )


def test_a_copy_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    broken = tmp_path / "no.db"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        backup.write(f"sqlite:///{broken}", tmp_path / "backups", "one")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_killed_run_goes_on(old: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Killed while it waits to migrate, then cut off between migrations and definitions: the next run does the rest."""
    db = Database(old.database_url)
    with db.engine.connect() as writer:
        if db.is_sqlite:
            writer.begin()
        else:
            writer.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": schema.MIGRATION_LOCK})
        with subprocess.Popen(
            [sys.executable, "-u", "-m", "repairflow", "upgrade", *([] if db.is_sqlite else ["--no-backup"])],
            stdout=subprocess.PIPE, text=True, env=dict(os.environ),
        ) as child:  # fmt: skip
            assert child.stdout
            assert any("正在升级数据库" in line for line in iter(child.stdout.readline, ""))
            child.send_signal(signal.SIGKILL)
        writer.rollback()
    assert schema.revision_of(db) == RECORDED
    schema.upgrade(db)
    with pytest.raises(ConfigurationError, match="repairflow upgrade"):
        Program.at(old)
    assert "升级完成" in run("upgrade --no-backup", capsys)
    Program.at(old)


def test_an_old_demonstration_starts_by_itself(old: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    if old.database_url.startswith("sqlite"):
        key = old.keys / "vault.key"
        kept = key.read_bytes()
        key.unlink()
        assert "vault.key 不在了" in run("init --demo", capsys, 2)
        assert schema.revision_of(Database(old.database_url)) == RECORDED  # nothing was changed, as it says
        key.write_bytes(kept)
        assert "已备份到" in run("init --demo", capsys)
        Program.at(old)


def test_there_is_nothing_to_upgrade_before_init(
    bare_database: Database, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    of(bare_database, home, monkeypatch)
    assert "repairflow init" in run("upgrade", capsys, 2)
    run("init", capsys)
    assert "无须升级" in run("upgrade", capsys)
