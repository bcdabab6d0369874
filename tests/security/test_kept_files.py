"""What lies in <home>: who may read it, and what is left and told when the disk does not take it."""

from __future__ import annotations

import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from repairflow.app.program import Program
from repairflow.app.worker import ticks
from repairflow.casework.queries.oversight.banners import warnings
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.file_store.folder import FolderFiles
from repairflow.letters.model import Pressed
from repairflow.letters.renderer.pool import NotWritten, store
from repairflow.modes import secure
from repairflow.records import letter, notice, outbox
from repairflow.settings import Settings, load
from tests.conftest import Clock
from tests.house.sources import ROOT
from tests.support.building import Town
from tests.support.calling import visit
from tests.web.portal_visit import make


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def kept(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with SQLite in it, as `init` leaves it, started by an account that lets everybody read."""
    home = tmp_path_factory.mktemp("made") / "var"
    environ = {"REPAIRFLOW_HOME": str(home), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "repairflow", "init"]
    subprocess.run(command, env=environ, check=True, umask=0o022, capture_output=True, timeout=120)
    return home


@pytest.fixture
def node(made: Path, tmp_path: Path) -> Settings:
    """A copy of it, modes and all."""
    return load({"REPAIRFLOW_HOME": str(shutil.copytree(made, tmp_path / "node"))})


def test_a_new_home_is_for_its_account_alone(node: Settings) -> None:
    assert mode(node.home) == 0o700
    assert {path.name for path in kept(node.home)} >= {"repairflow.db", "session.key", "vault.key", "log.key"}
    for path in node.home.rglob("*"):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path


def test_what_others_could_read_is_mended_at_start(node: Settings) -> None:
    for name in ("materials/ab", "letters", "imports", "sms"):
        (node.home / name).mkdir(parents=True, exist_ok=True)
        (node.home / name / "file").write_text("x")
    for name in ("repairflow.db-wal", "repairflow.db-shm", "repairflow.toml"):
        (node.home / name).touch()
    for path in node.home.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    node.home.chmod(0o755)
    secure(node)
    for path in (node.home, *node.home.rglob("*")):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path


def ignored(_path: Path, _mode: int) -> None:
    """A disk that takes every change of modes and keeps none, such as a Windows drive in WSL."""


def refused(path: Path, _mode: int) -> None:
    """A disk of which we own nothing."""
    raise PermissionError(1, "not permitted", str(path))


@pytest.mark.parametrize("chmod", [ignored, refused])
def test_keys_that_others_can_read_stop_the_start(node: Settings, chmod: Callable[[Path, int], None]) -> None:
    (node.keys / "vault.key").chmod(0o644)
    secure(node, chmod)  # the folder keeps others out
    node.keys.chmod(0o755)
    with pytest.raises(ConfigurationError) as error:
        secure(node, chmod)
    assert "vault.key" in str(error.value)
    assert "chmod" in str(error.value)


@pytest.mark.parametrize("chmod", [ignored, refused])
def test_other_files_that_cannot_be_mended_do_not(node: Settings, chmod: Callable[[Path, int], None]) -> None:
    (node.home / "repairflow.db").chmod(0o644)
    secure(node, chmod)


def test_a_shared_folder_named_as_home_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "somebody's").touch()
    tmp_path.chmod(0o755)
    secure(load({"REPAIRFLOW_HOME": str(tmp_path), "REPAIRFLOW_SECRET_KEY": "x"}))
    assert mode(tmp_path) == 0o755


FILES = "from repairflow.file_store.folder import FolderFiles"
WRITERS = {
    "a letter": "from repairflow.letters.renderer.pool import store; store(FolderFiles(home / 'letters'), 't.pdf', content)",
    "a material": """
from repairflow.casework.case_state.materials import keep
keep(FolderFiles(home / 'materials'), 'sha256:' + 'ab' * 32, content)""",
    "an anchor": """
from datetime import date
from repairflow.auditing.checkpoints import anchor
anchor(FolderFiles(home / 'anchors'), content.decode(), date(2026, 6, 1))""",
    "an import": """
from repairflow.casework.cases.import_files import ImportFiles
ImportFiles(FolderFiles(home / 'imports')).keep('t', content)""",
    "a message": """
from repairflow.gateway import sms
sms.LONGEST = len(content)
sms.FileSms(home / 'sms').send('13800138000', content.decode(), 'k')""",
}


@pytest.mark.parametrize("what", WRITERS)
def test_nothing_half_written_is_left(home: Path, what: str) -> None:
    """The account may write files of 64 KiB and no more: as a full disk, in the middle of a file."""
    program = (
        f"from pathlib import Path\n{FILES}\nhome, content = Path({str(home)!r}), b'x' * 1_000_000\n{WRITERS[what]}"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)),
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr
    assert "NotWritten" in ended.stderr or "File too large" in ended.stderr
    assert kept(home) == []


def test_a_letter_that_is_not_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("no folder")
    with pytest.raises(NotWritten):
        store(FolderFiles(tmp_path / "letters"), "t.pdf", b"%PDF")


class Printer:
    """Gives every letter the same PDF."""

    def press(self, _letter: Any) -> Pressed:
        return Pressed(pdf=b"%PDF-1.7", sha256="f" * 64, pages=1)


def test_a_letter_that_cannot_be_written_alarms_and_is_made_later(town: Town, clock: Clock) -> None:
    case = town.file_repair()
    town.do(case, "accept")
    folder = town.settings.letters
    folder.write_text("no folder: nothing can be written in it")
    program = Program(town.settings, town.db, town.services)
    press = next(tick for tick in ticks(program, None, Printer()) if tick.name == "press")  # type: ignore[arg-type]  # fakes

    press.run()
    waits = town.all(select(letter.c.press_error).where(letter.c.pressed_at.is_(None)))
    said = [row.press_error for row in waits if row.press_error]  # others of a case wait behind its first
    assert said
    assert all("没有写成" in one for one in said)
    told = town.all(select(notice).where(notice.c.kind == "letter_waits"))
    assert {row.person_id for row in told} & {town.people["supervisor@CREDIT"], town.people["head@ENV"]}
    with town.db.read() as tx:
        assert [one.code for one in warnings(tx, town.services.law.calendar, clock())] == ["letters"]
    app: Flask = make(town)
    assert "letters" in app.test_client().get("/health").json["warnings"]
    assert "份文书没有制作成功" in visit(app, town, "acceptor@ENV").get("/desk/", follow_redirects=True).text

    folder.unlink()
    for hour in range(3):
        clock.travel(datetime(2026, 6, 11, 2 + hour, tzinfo=UTC))
        press.run()
    assert not town.all(select(letter.c.id).where(letter.c.pressed_at.is_(None)))
    assert len(kept(folder)) == len(town.all(select(letter.c.id)))
    with town.db.read() as tx:
        assert "letters" not in [one.code for one in warnings(tx, town.services.law.calendar, clock())]
    assert not town.all(select(outbox.c.id).where(outbox.c.topic == "press", outbox.c.state != "done"))
