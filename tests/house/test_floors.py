"""A room imports only from floors below it: the contract stands in pyproject.toml, import-linter reads it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp

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


def test_every_entry_point_stands_in_the_contract_of_entry_points() -> None:
    """A new entry point would otherwise be free to import the others."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (named,) = [set(c["modules"]) for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "independence"]
    assert named == {
        f"repairflow.web.{found.parent.name}" for found in (ROOT / "repairflow" / "web").glob("*/blueprint.py")
    }


def test_what_casework_shares_stands_in_its_contract() -> None:
    """A new shared module would otherwise be free to import the packages that stand on it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (named,) = [set(c["source_modules"]) for c in contracts if c["name"].startswith("what casework shares")]
    (layers,) = [set(c["layers"]) for c in contracts if c["name"] == "layers of casework"]
    here, stacked = ROOT / "repairflow" / "casework", {name for layer in layers for name in re.split(r"[ |:]+", layer)}
    modules = {path.stem for path in here.glob("*.py")} - {"__init__"}
    modules |= {path.parent.name for path in here.glob("*/__init__.py")} - stacked  # packages below all layers
    on_top = modules & layers  # the dispatcher, which stands on all of them
    assert on_top == {"dispatch"}
    assert named == {f"repairflow.casework.{name}" for name in modules - on_top}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("repairflow", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    while leaves := [module for module, below in imports.items() if not below]:
        for module in leaves:
            del imports[module]
        imports = {module: below - set(leaves) for module, below in imports.items()}
    # What no sorting removes is a circle, or stands above one.
    while tops := [module for module in imports if not any(module in below for below in imports.values())]:
        for module in tops:
            del imports[module]
    assert not imports
