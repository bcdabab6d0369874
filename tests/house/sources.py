"""The program's own source, read and parsed once, for the laws of the house to read."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One file: its path from the root of the checkout, its text and its tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Parsed when a test first asks: all files take seconds, and every worker collects every test."""
        return ast.parse(self.text)

    @property
    def dotted(self) -> str:
        """Its name as an import would write it."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def modules(folder: str = "repairflow") -> tuple[Module, ...]:
    """Every Python file below a folder of the checkout."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Module(path.relative_to(ROOT).as_posix(), text))
    return tuple(found)


def dotted(node: ast.AST) -> str:
    """`datetime.now` for that expression; anything but names becomes `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


@cache
def called(module: Module) -> list[tuple[int, str]]:
    """Line and dotted name of everything the module calls."""
    return [(n.lineno, dotted(n.func)) for n in ast.walk(module.tree) if isinstance(n, ast.Call)]


@cache
def imported(module: Module) -> list[tuple[int, str]]:
    """Line and full name of everything the module imports: `os.environ` for `from os import environ`, too."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


@cache
def comments(module: Module) -> list[tuple[int, str]]:
    """Line and text of every comment."""
    if "#" not in module.text:
        return []
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]
