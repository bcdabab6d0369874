"""Every message of an import stands in docs/import.md with its cause and what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = (
    *sorted((ROOT / "repairflow" / "gateway" / "penalties").glob("*.py")),
    ROOT / "repairflow/gateway/limited_parser.py",
    ROOT / "repairflow/law/identifiers.py",
)
CASEWORK = tuple(ROOT / "repairflow" / path for path in (
    "casework/cases/row_authorities.py", "casework/record_identity.py", "casework/record_spellings.py",
    "casework/cases/import_penalties.py",
    "casework/cases/past_rows.py", "casework/cases/office_headings.py", "casework/jobs.py", "worker/import_job.py", "web/api/imports.py",
    "web/shared/import_runs.py", "web/staff/imports.py", "web/staff/import_steps.py", "web/staff/import_headings.py",
    "casework/cases/import_jobs.py", "casework/cases/import_files.py", "casework/cases/imported_subjects.py",
    "casework/cases/inbound_rows.py",
    "casework/cases/record_entry.py", "casework/cases/held_rows_decision.py", "casework/cases/annulment.py",
    "casework/credit_records/held_rows.py",
    "web/staff/held_rows.py", "web/staff/record_entry.py", "cli/import_file.py",
))  # fmt: skip
SAYING = frozenset((
    "fault", "warn", "withhold", "unreadable", "BadValue", "BadDay", "UnknownKind", "CellFault", "RowProblem", "UsccCheck",
    "ResidentIdCheck", "_Fault", "Problem", "Invalid", "Conflict", "Refused", "NotFound", "Forbidden",
))  # fmt: skip
PATTERN = re.compile(r"\(\?:|\\d|[零〇]一二三")
"""Patterns and alphabets are no messages."""
OF_SAMPLES = "样例代码须由"
"""What only the program itself can be told, when it makes sample codes."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def said() -> Iterator[str]:
    """What stands in a call that tells somebody something, in a constant of capitals, or is yielded or returned as a reason."""
    for path in (*SOURCES, *CASEWORK):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node) in SAYING:
                yield from (text for part in (*node.args, *node.keywords) for text in _texts(part))
            elif (
                isinstance(node, (ast.Yield, ast.Return)) and node.value is not None and path.name != "fields.py"
            ) or (isinstance(node, ast.Assign) and _tells(node)):
                yield from _texts(node.value)


def _tells(node: ast.Assign) -> bool:
    """Whether a name is given a message: one that a row is told with, or a constant that is a sentence."""
    name, value = getattr(node.targets[0], "id", ""), node.value
    sentence = isinstance(value, ast.Constant) and isinstance(value.value, str) and len(value.value) > 8
    return name in ("reason", "text", "what") or (name.isupper() and sentence)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _texts(node: ast.AST) -> Iterator[str]:
    """Literal parts of a message between what is filled in."""
    for part in ast.walk(node):
        text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
        if len(CHINESE.findall(text)) >= 5 and not PATTERN.search(text) and not text.startswith(OF_SAMPLES):
            yield text


def fragments(text: str) -> list[str]:
    """The first clause of a message that says enough to be looked up."""
    clauses = [clause for clause in re.split(r"[。，；：、（）“”()!！\s]+", text) if len(CHINESE.findall(clause)) >= 4]
    return clauses[:1]


def test_every_message_is_documented() -> None:
    page = (ROOT / "docs" / "import.md").read_text("utf-8")
    missing = sorted({clause for text in said() for clause in fragments(text) if clause not in page})
    assert missing == []
