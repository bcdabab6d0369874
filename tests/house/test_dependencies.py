"""What the program imports it declares, and what it declares it imports."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.house.sources import ROOT, imported, modules

# Used without being imported by us, each with its reason.
SILENT = {
    "gunicorn",  # started as a program
    "psycopg",  # named by the database URL
    "pymysql",  # named by the address of a front-end database
    "tzdata",  # read by zoneinfo
}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=! ;]", name, maxsplit=1)[0]).lower()


def test_imports_and_dependencies_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {plain(line) for line in project["dependencies"]}
    extras = {plain(line) for extra in ("calendar", "pkcs11", "s3") for line in project["optional-dependencies"][extra]}
    by_module = packages_distributions()
    used = {
        plain(by_module[top][0]) if top in by_module else top
        for m in modules()
        for _, name in imported(m)
        if (top := name.split(".")[0]) not in sys.stdlib_module_names and top != "repairflow"
    }
    assert used - declared - extras == set(), "imported but not declared"
    assert declared - used - SILENT == set(), "declared but not imported"


def test_the_lock_pins_everything_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        plain(line) for lines in (project["dependencies"], *project["optional-dependencies"].values()) for line in lines
    }
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {plain(line) for line in lock.splitlines() if "==" in line}
    assert wanted - pinned == {"repairflow"}
