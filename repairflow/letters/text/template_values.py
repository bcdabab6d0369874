"""What a letter text does with its values: required ones are printed whatever else is there, optional ones only where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jinja2 import Template, nodes

from repairflow.letters.text.template_head import LetterTemplate

Tree = nodes.Template
ALWAYS = frozenset({"we", "you", "subject_name", "case_number", "filed_day", "procedure_label", "outcome_label"})
"""Words every case has, whatever a text calls them."""
ADDRESS = frozenset({"we", "you"})
"""Words by which a letter speaks to its reader, which not each of its sentences needs."""


def unguarded(head: LetterTemplate, trees: tuple[Tree, ...]) -> Iterator[str]:
    """Find optional placeholders that a text prints without asking whether they are there: it would leave a gap.

    One that the text brings along is asked for by its own name; of the others some come together.
    """
    found: dict[str, frozenset[str]] = {}
    for tree in trees:
        _walk(tree, frozenset(), frozenset(head.optional) - ALWAYS, found)
    yield from (name for name, asked in found.items() if name in head.asked or not asked)


def unprinted(head: LetterTemplate, render: Callable[[dict[str, object]], str]) -> Iterator[str]:
    """Find required placeholders of plain text that do not show although nothing but what is required is given."""
    plain = [name for name in head.required if head.vocabulary[name].shape == "text" and name not in ADDRESS]
    text = render({name: signed(name) for name in plain})
    yield from (name for name in plain if signed(name) not in text)


def told_remedies(render: Callable[[dict[str, object]], str]) -> bool:
    """Tell whether all remedies are printed where they are given and nothing else is that could be left out."""
    given = signed("remedy"), signed("another")
    text = render({"remedy_paragraphs": given})
    return all(one in text for one in given)


def signed(name: str) -> str:
    """Return a value one recognises again, which no filter changes."""
    return f"甲{name.upper()}乙"


def printer(templates: tuple[Template, ...], least: dict[str, object]) -> Callable[[dict[str, object]], str]:
    """Print title and body with the least of their values, but for those given."""

    def render(given: dict[str, object]) -> str:
        return "\n".join(one.render({**least, **given}) for one in templates)

    return render


def _walk(node: nodes.Node, asked: frozenset[str], optional: frozenset[str], found: dict[str, frozenset[str]]) -> None:
    """Note each optional name printed without asking for it, with what was asked for there (the least of all places)."""
    if isinstance(node, nodes.Output):
        for part in node.nodes:
            for name in _bare(part, asked, optional):
                found[name] = found.get(name, asked) & asked
        return
    if isinstance(node, nodes.If):
        known = asked | _names(node.test)
        for child in node.body:
            _walk(child, known, optional, found)
        for branch in node.elif_:
            _walk(branch, known, optional, found)
        for child in node.else_:
            _walk(child, known, optional, found)
        return
    if isinstance(node, nodes.For):
        asked = asked | _names(node.iter)
    for child in node.iter_child_nodes():
        _walk(child, asked, optional, found)


def _bare(node: nodes.Node, asked: frozenset[str], optional: frozenset[str]) -> Iterator[str]:
    """Find optional names an expression prints although nothing asked for them and nothing stands in for them."""
    if isinstance(node, nodes.Name):
        if node.name in optional - asked:
            yield node.name
    elif isinstance(node, nodes.CondExpr):
        known = asked | _names(node.test)
        for part in (node.expr1, node.expr2):
            if part is not None:
                yield from _bare(part, known, optional)
    elif isinstance(node, nodes.Or):
        left, right = list(_bare(node.left, asked, optional)), list(_bare(node.right, asked, optional))
        yield from right if left else ()
    else:
        for child in node.iter_child_nodes():
            yield from _bare(child, asked, optional)


def _names(node: nodes.Node) -> frozenset[str]:
    found = {name.name for name in node.find_all(nodes.Name)}
    return frozenset(found | ({node.name} if isinstance(node, nodes.Name) else set()))
