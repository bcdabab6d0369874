"""What people type into a search box, as every list reads it: portal, desk, audit pages and API alike.

Names by any part, by a former name or by first letters (拼音首字母); credit codes whole or in part; numbers of decisions and
of our letters in any spelling; our own numbers in any width or case.
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, select

from repairflow.casework import party_names, record_identity
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import normalise
from repairflow.records import cases, letter, record, subject

SHORTEST_PART = 4
"""A shorter part of a code or number finds too much."""
_PART_OF_CODE = re.compile(rf"[0-9A-Z]{{{SHORTEST_PART},18}}")
_OF_LETTER = re.compile(r"(?P<mark>.*?)(?P<year>(?:19|20)\d{2})\|(?P<count>\d+)")


def own_number(text: str) -> str:
    """A number of a case or record as we write it: half-width capitals without spaces; its hyphens stay."""
    parts = re.split(r"[-‐‑‒–—―−－﹣]+", text.strip())
    return "-".join(normalise(part) for part in parts)


def subjects(text: str) -> list[ColumnElement[bool]]:
    """Conditions on `subject`, of which one suffices."""
    code = normalise(text)
    found = [party_names.named_like(text), subject.c.uscc == code]
    if _PART_OF_CODE.fullmatch(code) and any(sign.isdigit() for sign in code):
        found.append(subject.c.uscc.contains(code, autoescape=True))
    return found


def records(text: str) -> list[ColumnElement[bool]]:
    """Conditions on `record` and its `subject`, of which one suffices."""
    return [
        *subjects(text),
        record.c.number == own_number(text),
        record.c.document_number.contains(text.strip(), autoescape=True),
        record_identity.spelled_like(text),
        record.c.id.in_(select(letter.c.record_id).where(_letter(text))),
    ]


def of_cases(text: str) -> list[ColumnElement[bool]]:
    """Conditions on `cases` with its `subject` and `record`, of which one suffices."""
    return [
        *records(text),
        cases.c.number == own_number(text),
        cases.c.id.in_(select(letter.c.case_id).where(_letter(text))),
    ]


def _letter(text: str) -> ColumnElement[bool]:
    """A letter by its number (溪环信收〔2026〕7号), however brackets, spaces, widths and zeros are typed."""
    found = _OF_LETTER.fullmatch(document_key(text))
    if found is None:
        return letter.c.number == text.strip()
    return letter.c.number.endswith(f"{found['mark']}〔{found['year']}〕{found['count']}号", autoescape=True)
