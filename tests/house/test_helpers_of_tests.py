"""What tests ask of their helpers is there: also in long runs that nobody starts every day."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT


def asked(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each `module.name` of a helper's module that a file of tests reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.value.id
            module = known.get(name, "")
            if module and name not in stored | given and (ROOT / (module.replace(".", "/") + ".py")).is_file():
                yield module, node.attr


def test_no_test_asks_a_helper_for_what_it_has_not() -> None:
    found, seen = [], set()
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for module, name in asked(path):
            seen.add(module)
            if not hasattr(importlib.import_module(module), name):
                found.append(f"{path.relative_to(ROOT)}: {module}.{name}")
    assert len(seen) > 20
    assert found == []
