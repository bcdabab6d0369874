"""Functions and modules stay short enough to be read in one go."""

from __future__ import annotations

import ast
import io
import tokenize
from statistics import median

from tests.house.sources import Module, modules

LINES_OF_CODE = 60
MEDIAN = 100
_NO_CODE = (
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER,
)  # fmt: skip


def lengths(module: Module) -> dict[str, int]:
    """Lines of code of each function: without its docstring, comments and empty lines."""
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type not in _NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            said = node.body[0] if ast.get_docstring(node) is not None else None
            lines = code & set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            if said is not None:
                lines -= set(range(said.lineno, (said.end_lineno or said.lineno) + 1))
            found[f"{module.path}:{node.lineno} {node.name}"] = len(lines)
    return found


def test_no_function_is_longer_than_a_screen() -> None:
    found = {name: lines for m in modules() for name, lines in lengths(m).items() if lines > LINES_OF_CODE}
    assert found == {}


def test_half_of_the_modules_are_short() -> None:
    sizes = [len(m.text.splitlines()) for m in modules()]
    print(f"median of {len(sizes)} modules: {median(sizes):g} lines")
    assert median(sizes) <= MEDIAN


def test_length_counts_code_alone() -> None:
    text = 'def f() -> int:\n    """One\n    two."""\n    # why\n\n    return (\n        1\n    )\n'
    assert lengths(Module("m.py", text)) == {"m.py:1 f": 4}
