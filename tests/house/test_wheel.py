"""The wheel carries what a checkout has beside the package, where `settings.asset` looks for it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.sources import ROOT


def files(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_code_definitions_and_assets(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry_points = archive.read(next(n for n in names if n.endswith("entry_points.txt"))).decode()
    beside = files("workflows") | files("templates") | files("migrations")
    assert {f"repairflow/_data/{name}" for name in beside} <= names
    assert files("repairflow") <= names
    assert "repairflow/py.typed" in names
    assert "repairflow = repairflow.cli:main" in entry_points
    # Nothing else: neither tests nor anybody's data.
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"repairflow"}
