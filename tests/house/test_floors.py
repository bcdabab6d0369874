"""A room imports only from floors below it: the contract stands in pyproject.toml, import-linter reads it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house.sources import ROOT


def test_imports_go_down_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_door_stands_in_the_contract_of_doors() -> None:
    """A new door would otherwise be free to import the others."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (named,) = [set(c["modules"]) for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "independence"]
    assert named == {f"repairflow.web.{door.parent.name}" for door in (ROOT / "repairflow" / "web").glob("*/door.py")}
