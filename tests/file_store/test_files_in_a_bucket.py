"""An installation whose files lie in a bucket: what is taken in, made, shown, proved, cleared away and moved goes there."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from repairflow import cli, vault
from repairflow.app.program import Program
from repairflow.casework.case_state import materials
from repairflow.casework.cases.import_files import ImportFiles
from repairflow.casework.documents import rendering_job
from repairflow.casework.queries.audit import file_proof
from repairflow.db import Database
from repairflow.errors import ConfigurationError, Unavailable
from repairflow.file_store.folder import FolderFiles
from repairflow.letters.model import Pressed
from repairflow.records import letter, material
from repairflow.settings import PREFIX, Settings
from repairflow.web.public import health
from repairflow.worker import chores
from tests.conftest import Clock
from tests.house.sources import ROOT
from tests.support.building import Town
from tests.support.s3_server import S3Server, s3_server

NUMBERS = count(1)
KEEPING = """
import os, signal
from repairflow import settings, times
from repairflow.app.program import Program
from repairflow.casework.actor import actor_of
from repairflow.casework.case_state import materials
from repairflow.casework.case_state.materials import SentFile
from tests.support.building import png

program = Program.at(settings.load())
sound = materials.looked_at(SentFile("other", "a.png", png()), 1 << 20)
with program.db.begin() as tx:
    actor = actor_of(tx, {who}, times.today())
    materials.receive(tx, program.services.materials, actor, sound, now=times.now())
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def surroundings(s3: S3Server) -> dict[str, str]:
    name = f"town-{next(NUMBERS)}"
    s3.bucket(name)
    return s3.environment(name)


@pytest.fixture
def settings(settings: Settings, surroundings: dict[str, str]) -> Settings:
    return replace(settings, **{key.removeprefix(PREFIX).lower(): value for key, value in surroundings.items()})


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def faults(town: Town) -> list[tuple[str, str]]:
    with town.db.read() as tx:
        found = file_proof.prove(tx, town.services.materials, town.services.letters)
        return [(one.table, one.what) for one in found]


def test_materials_and_letters_lie_in_the_bucket_alone_and_what_was_put_in_their_place_is_shown_to_nobody(
    town: Town,
) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    row = town.one(select(letter).where(letter.c.pressed_at.is_(None)).limit(1))
    rendering_job.press(
        town.db, town.services.letters, lambda _: Pressed(pdf=b"%PDF", sha256="0" * 64, pages=1), row.id, town.now
    )
    digest = town.one(select(material.c.digest).limit(1)).digest
    assert faults(town) == []
    assert not town.settings.materials.exists()
    assert not town.settings.letters.exists()
    kept = materials.content(town.services.materials, digest)
    assert vault.digest(kept) == digest
    assert (
        rendering_job.issued_file(town.services.letters, town.one(select(letter).where(letter.c.id == row.id)))
        == b"%PDF"
    )
    town.services.materials.write(materials.name_of(digest), b"another")
    with pytest.raises(materials.Replaced, match="audit verify"):
        materials.content(town.services.materials, digest)
    assert set(faults(town)) == {("material", "file")}
    town.services.materials.remove(materials.name_of(digest))
    with pytest.raises(Unavailable):
        materials.content(town.services.materials, digest)
    assert set(faults(town)) == {("material", "file_missing")}
    assert health.writable(town.services.files)


def test_a_process_killed_between_file_and_row_leaves_a_file_that_goes_after_a_day(
    town: Town, surroundings: dict[str, str]
) -> None:
    _ = town.services.vault
    there = {"REPAIRFLOW_HOME": str(town.settings.home), "REPAIRFLOW_DATABASE_URL": str(town.settings.database_url)}
    done = subprocess.run(
        [sys.executable, "-c", KEEPING.format(who=town.actor("yunxi").id)], cwd=ROOT, timeout=120, capture_output=True,
        env={**there, **surroundings, "PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert len(list(town.services.materials.listed())) == 1
    assert town.all(select(material.c.id)) == []
    assert faults(town) == []
    now = datetime.now(UTC)  # the storage's own clock says when a file was written
    assert chores.clear_files(town.db, town.services.materials, town.settings, now) == 0
    assert chores.clear_files(town.db, town.services.materials, town.settings, now + timedelta(days=2)) == 1
    assert list(town.services.files.listed()) == []


def test_a_delivered_table_waits_there_for_a_day(town: Town) -> None:
    files = ImportFiles(town.services.imports)
    files.keep("t", b"rows")
    assert files.waits("t")
    assert files.forget(datetime.now(UTC)) == 0
    assert files.forget(datetime.now(UTC) + timedelta(days=2)) == 1
    assert not files.waits("t")


def test_a_node_with_wrong_keys_does_not_start(town: Town, s3: S3Server) -> None:
    with s3.strict(), pytest.raises(ConfigurationError, match="不接受密钥"):
        Program.at(town.settings)


def test_a_folder_is_moved_by_a_command(
    town: Town, surroundings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("materials/ab/abc", "letters/t.pdf", "imports/r", "anchors/2026-06-01.checkpoint"):
        FolderFiles(town.settings.home).write(name, name.encode())
    monkeypatch.setenv("REPAIRFLOW_HOME", str(town.settings.home))

    def run(*words: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["files", "move", *words])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out + said.err

    assert run()[0] == 2
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    town.services.letters.write("t.pdf", b"another")
    code, said = run()
    assert (code, "t.pdf" in said) == (1, True)
    town.services.letters.remove("t.pdf")
    code, said = run("--remove")
    assert (code, "已移 4 个文件" in said, "其中 1 个" in said) == (0, True, True), said
    assert [one.name for one in town.services.files.listed()] == [
        "anchors/2026-06-01.checkpoint", "imports/r", "letters/t.pdf", "materials/ab/abc",
    ]  # fmt: skip
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", town.settings.database_url)
    with pytest.raises(SystemExit):
        cli.main(["readiness"])
    assert f"文件存储 {surroundings['REPAIRFLOW_FILES']} 可以读写。" in capsys.readouterr().out
    assert not [path for folder in ("materials", "letters") for path in Path(town.settings.home, folder).rglob("*.pdf")]
