"""The wheel carries what a checkout has beside the package, and an installed one finds it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without reaching for anything outside."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return path


def files(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_it_holds_code_definitions_and_assets(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry_points = archive.read(next(n for n in names if n.endswith("entry_points.txt"))).decode()
    beside = files("workflows") | files("templates") | files("migrations")
    assert {f"repairflow/_data/{name}" for name in beside} | files("repairflow") <= names
    assert "repairflow/py.typed" in names
    assert "repairflow = repairflow.cli:main" in entry_points
    # Nothing else: neither tests nor anybody's data.
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"repairflow"}


INSTALLED = """
import sys
from pathlib import Path
from repairflow import settings
from repairflow.db import Database
from repairflow.records import schema

here = Path(settings.__file__).parents[1]
for name in ("workflows", "templates", "migrations"):
    assert here in settings.asset(name).parents and any(settings.asset(name).iterdir()), name
db = Database("sqlite:///empty.db")
schema.upgrade(db)
assert schema.pending(db) == ()
print(here)
"""


def test_an_installed_one_finds_them_and_makes_a_database(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", INSTALLED],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, str(site)), done.stderr
