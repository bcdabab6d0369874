"""The kind of subject (相对人类别) that a cell names."""

from __future__ import annotations

import re

from repairflow.gateway.penalties.row import SubjectKind

_WORDS: tuple[tuple[str, SubjectKind], ...] = (
    (r"自然人|个人|公民", "natural_person"),
    (r"个体", "sole_trader"),
    (r"法人|组织|企业|公司|机关|事业|团体|合作社|民办非|基金会|村委会|居委会|非自然人", "organisation"),
)


def kind_named(text: str) -> SubjectKind | None:
    """Return the one kind that the words name; None where they name none, or several (法人/自然人)."""
    plain = re.sub(r"\s", "", text)
    if plain in ("自然人（含个体工商户）", "个人独资企业"):
        return None if plain[0] == "自" else "organisation"
    parts = plain.replace("非自然人", "组织")
    found = {kind for pattern, kind in _WORDS if re.search(pattern, parts)}
    return found.pop() if len(found) == 1 else None
