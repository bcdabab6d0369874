"""Functions and modules stay short enough to be read in one go."""

from __future__ import annotations

import ast
from statistics import median

from tests.house.sources import Module, modules

LINES = 60
MEDIAN = 100


def lengths(module: Module) -> dict[str, int]:
    """Lines of each function, its docstring and comments among them."""
    return {
        f"{module.path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }


def test_no_function_is_longer_than_a_screen() -> None:
    found = {name: lines for m in modules() for name, lines in lengths(m).items() if lines > LINES}
    assert found == {}


def test_half_of_the_modules_are_short() -> None:
    sizes = [len(m.text.splitlines()) for m in modules()]
    print(f"median of {len(sizes)} modules: {median(sizes):g} lines")
    assert median(sizes) <= MEDIAN


def test_length_counts_every_line() -> None:
    text = 'def f() -> int:\n    """One\n    two."""\n    # why\n\n    return (\n        1\n    )\n'
    assert lengths(Module("m.py", text)) == {"m.py:1 f": 8}
