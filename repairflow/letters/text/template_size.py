"""Bounds of a letter text: what is longer, nested more deeply or reckons would take the program's memory before it could be tried."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, nodes

LONGEST = 100_000
"""Characters of a text; the longest shipped one has some three thousand."""
DEEPEST = 40
"""How many parts of a text's syntax may stand in each other; the shipped ones have at most nine."""
MOST_BRANCHES = 50
"""Of one `if` with its `elif`."""
NO_WORDS = (nodes.Pow, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Sub)
"""What reckons: a letter's figures are counted by the program, and a reckoning may take for ever."""
TOO_DEEP = f"if、for 或者括号套得太深（最多 {DEEPEST} 层，一个 if 最多 {MOST_BRANCHES} 个 elif）；请拆开来写"
RECKONS = "正文或者标题里写了算式；文书只印已经算好的内容，请删去"


def fault(environment: Environment, text: str) -> tuple[int, str] | None:
    """Return the line and the words of what keeps a text from being tried at all; None where nothing does.

    Raises TemplateError for a text that is none.
    """
    if len(text) > LONGEST:
        return 1, f"文本有 {len(text)} 个字符，最多 {LONGEST} 个；请缩短"
    try:
        tree = environment.parse(text)
    except RecursionError:
        return 1, TOO_DEEP
    for node, depth in _walked(tree):
        if depth > DEEPEST or (isinstance(node, nodes.If) and len(node.elif_) > MOST_BRANCHES):
            return node.lineno, TOO_DEEP
        if isinstance(node, NO_WORDS):
            return node.lineno, RECKONS
    return None


def _walked(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Yield every node with its depth, without recursion."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if depth <= DEEPEST:
            waiting += [
                (child, depth + (2 if isinstance(child, nodes.For) else 1)) for child in node.iter_child_nodes()
            ]
