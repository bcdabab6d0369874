"""What people type into a search box, as every list reads it: portal, desk, audit pages and API alike.

Names by any part, by a former name or by first letters (拼音首字母); credit codes whole or in part; numbers of decisions and
of our letters in any spelling; a name and a part of a number side by side; our own numbers in any width or case.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)

from repairflow.casework import party_names, record_spellings
from repairflow.law.document_keys import document_key
from repairflow.law.identifiers import normalise
from repairflow.law.names import plain_name
from repairflow.prepared import Prepared
from repairflow.read_once import read_once
from repairflow.records import cases, letter, record, record_spelling, search_part, subject
from repairflow.records.search_triggers import LENGTHS, LONGEST

SHORTEST_PART = 4
"""A shorter part of a code or number finds too much."""
MOST = 300
"""So many subjects or records are named one by one. Of more, a list shows the first that it meets on its way."""
COUNTED = 2000
"""Which part of a text is the rarest is told by counts up to this."""
ASKED = 16
"""So many parts of a text are asked for; what has them all is compared with the whole text anyway."""
_PART_OF_CODE = re.compile(rf"[0-9A-Z]{{{SHORTEST_PART},18}}")
_OWN_NUMBER = re.compile(r"([A-Z]{2})((?:19|20)\d{2})(\d{1,6})", re.ASCII)
_SHORT_YEAR = re.compile(r"[〔\[(（【]\s*(\d{2})年?\s*[〕\])）】]")
_PAPER = re.compile(r"(?:的)?(?:行政)?处罚(?:决定书?)?\s*$|(?:的)?决定书\s*$")
"""What people say behind a number, and files do not: 〔2026〕21号行政处罚决定书."""
_OF_LETTER = re.compile(r"(?P<mark>.*?)(?P<year>(?:19|20)\d{2})\|(?P<count>\d+)")


class _Having(NamedTuple):
    part: str
    found: int


def _having(slot: int) -> Select[Any]:
    part = bindparam(f"part{slot}", type_=String)
    with_it = (search_part.c.kind == bindparam("kind"), search_part.c.part == part)
    counted = select(search_part.c.of_id).where(*with_it).limit(literal_column(str(COUNTED))).subquery()
    return select(part.label("part"), select(func.count()).select_from(counted).scalar_subquery().label("found"))


_all_having = union_all(*map(_having, range(ASKED))).subquery()
_HAVING = Prepared(select(_all_having.c.part, _all_having.c.found), _Having)
"""How many rows have each of so many parts, in one question; a place that is left over asks for a part that no row has."""


def own_number(text: str) -> str:
    """Return a number of a case or record as we write it: half-width capitals without spaces, hyphens, six figures at its end."""
    parts = [normalise(part) for part in re.split(r"[-‐‑‒–—―−－﹣]+", text.strip())]
    if known := _OWN_NUMBER.fullmatch("".join(parts)):
        return f"{known[1]}-{known[2]}-{known[3]:0>6}"
    return "-".join(parts)


def _number(text: str) -> str:
    """Return the number of a decision or letter as files have it: its year whole (〔26〕), without the document's name behind it."""
    return _SHORT_YEAR.sub(r"〔20\1〕", _PAPER.sub("", text))


def _both(tx: Connection, text: str) -> list[ColumnElement[bool]]:
    """Return the condition on `record` that a name and a part of a number side by side are (明川 53号); none for other texts."""
    words = text.split()
    names = [word for word in words if not any(sign.isdigit() for sign in word)]
    numbers = [word for word in words if word not in names]
    holders = _subjects(tx, "".join(names)) if names and numbers else ()
    spelled = record_spellings.spelled_like(_number(" ".join(numbers)))
    return [and_(record.c.subject_id.in_(holders), spelled)] if holders else []


def subjects(tx: Connection, text: str) -> ColumnElement[bool]:
    """Return the condition on `subject` that a search for this text is."""
    found = _subjects(tx, text)
    return or_(*_any_subject(text)) if found is None else subject.c.id.in_(found)


def records(tx: Connection, text: str) -> ColumnElement[bool]:
    """Return the condition on `record`, with its `subject` beside it."""
    holders, numbered = _subjects(tx, text), _records(tx, text)
    if holders is None or numbered is None:
        return or_(*_any_record(text), *_both(tx, text))
    return record.c.id.in_(
        union(
            select(record.c.id).where(record.c.subject_id.in_(holders)),
            select(record.c.id).where(record.c.id.in_(numbered)),
            select(record.c.id).where(record.c.number == own_number(text)),
            *(select(record.c.id).where(one) for one in _both(tx, text)),
            select(letter.c.record_id).where(letter.c.record_id.is_not(None), _letter(text)),
        )
    )


class FoundCases(NamedTuple):
    """The condition on `cases` that a search is, with `subject` and `record` beside it; whether it names the few it finds."""

    where: ColumnElement[bool]
    named: bool


def of_cases(tx: Connection, text: str) -> FoundCases:
    """Return what a search for this text finds."""
    holders, numbered = _subjects(tx, text), _records(tx, text)
    if holders is None or numbered is None:
        of_letter = cases.c.id.in_(select(letter.c.case_id).where(_letter(text)))
        found = (*_any_record(text), *_both(tx, text), cases.c.number == own_number(text), of_letter)
        return FoundCases(or_(*found), named=False)
    about = (record.c.id.in_(numbered), record.c.number == own_number(text), *_both(tx, text))
    where = cases.c.id.in_(
        union(
            select(cases.c.id).where(cases.c.subject_id.in_(holders)),
            *(select(cases.c.id).where(cases.c.record_id.in_(select(record.c.id).where(one))) for one in about),
            select(cases.c.id).where(cases.c.number == own_number(text)),
            select(cases.c.id).where(
                cases.c.record_id.in_(select(letter.c.record_id).where(letter.c.record_id.is_not(None), _letter(text)))
            ),
            select(letter.c.case_id).where(letter.c.case_id.is_not(None), _letter(text)),
        )
    )
    return FoundCases(where, named=True)


def _any_subject(text: str) -> list[ColumnElement[bool]]:
    """Conditions on `subject`, of which one suffices: each row is compared with the text."""
    code = normalise(text)
    found = [party_names.named_like(text), subject.c.uscc == code]
    if _is_part_of_code(code):
        found.append(subject.c.uscc.contains(code, autoescape=True))
    return found


def _any_record(text: str) -> list[ColumnElement[bool]]:
    return [
        *_any_subject(text),
        record.c.number == own_number(text),
        record_spellings.spelled_like(_number(text)),
        record.c.id.in_(select(letter.c.record_id).where(_letter(text))),
    ]


def _is_part_of_code(code: str) -> bool:
    return bool(_PART_OF_CODE.fullmatch(code)) and any(sign.isdigit() for sign in code)


def _subjects(tx: Connection, text: str) -> tuple[int, ...] | None:
    """Return the subjects that are found, by their parts; None where there are more than are worth naming one by one."""
    return read_once(tx, ("search", "subjects", text), lambda: _subjects_by_parts(tx, text))


def _subjects_by_parts(tx: Connection, text: str) -> tuple[int, ...] | None:
    code, name = normalise(text), plain_name(text)
    found = [subject.c.uscc == code]
    if name:
        found.append(and_(_holding(tx, "name", name, subject.c.id), party_names.named_like(text)))
        if name.isascii() and name.isalpha() and len(name) >= party_names.SHORTEST_INITIALS:
            found.append(and_(_holding(tx, "initials", name, subject.c.id), party_names.named_like(text)))
    if _is_part_of_code(code):
        part = subject.c.uscc.contains(code, autoescape=True)
        found.append(and_(_holding(tx, "code", code, subject.c.id), part))
    return _few(tx, subject.c.id, found)


def _records(tx: Connection, text: str) -> tuple[int, ...] | None:
    """Return the records whose decision's number is what was typed; else those in whose number it stands. None as above.

    A number that was typed whole names its record, and nothing else is looked for.
    """
    return read_once(tx, ("search", "records", text), lambda: _records_by_parts(tx, text))


def _records_by_parts(tx: Connection, text: str) -> tuple[int, ...] | None:
    typed = _number(text)
    key = document_key(typed)
    whole = _few(tx, record_spelling.c.record_id, [record_spelling.c.key == key])
    if whole or not key:
        return whole
    part = and_(_holding(tx, "number", key, record.c.id), record_spellings.spelled_like(typed))
    return _few(tx, record.c.id, [part])


def _few(tx: Connection, key: Column[int], conditions: Sequence[ColumnElement[bool]]) -> tuple[int, ...] | None:
    """Return the keys of rows for which one of the conditions holds, each asked by itself; None where there are more than `MOST`."""
    asked = union(*(select(key).where(one).limit(MOST + 1).subquery().select() for one in conditions))
    found = tuple(tx.execute(asked).scalars())
    return found if len(found) <= MOST else None


def _holding(tx: Connection, kind: str, text: str, key: Column[int]) -> ColumnElement[bool]:
    """Rows that have all parts of a text: those of the rarest part, of which the others are then asked one by one."""
    length = LENGTHS[kind]
    if len(text) < length:  # a single character begins a part
        column = search_part.c.part
        begun = and_(search_part.c.kind == kind, column >= text, column < text + chr(0x10FFFF))
        return key.in_(select(search_part.c.of_id).where(begun))
    parts = {text[at : at + length] for at in range(min(len(text) - length + 1, ASKED))}
    rarest = min(sorted(parts), key=_frequencies(tx, kind, parts).__getitem__) if len(parts) > 1 else min(parts)
    found = [key.in_(_of_part(kind, rarest))]
    found += [key.in_(_of_part(kind, part).where(search_part.c.of_id == key)) for part in sorted(parts - {rarest})]
    return and_(*found)


def _of_part(kind: str, part: str) -> Select[tuple[int]]:
    return select(search_part.c.of_id).where(search_part.c.kind == kind, search_part.c.part == part)


def _frequencies(tx: Connection, kind: str, parts: Collection[str]) -> dict[str, int]:
    """Return how many rows have each of these parts, at most `ASKED` of them; counted no further than `COUNTED`."""
    asked = [*parts, *[""] * (ASKED - len(parts))]
    rows = _HAVING.run(tx, kind=kind, **{f"part{slot}": part for slot, part in enumerate(asked)}).rows
    return {row.part: row.found for row in rows}


def _letter(text: str) -> ColumnElement[bool]:
    """Return a letter by its number (溪环信收〔2026〕7号), however brackets, spaces, widths and zeros are typed; the mark before the
    year may lack its beginning."""
    found = _OF_LETTER.fullmatch(document_key(_number(text)))
    if found is None:
        return letter.c.number == text.strip()
    counted = f"〔{found['year']}〕{found['count']}号"
    so = _of_part("letter", counted[:LONGEST])
    return and_(letter.c.id.in_(so), letter.c.number.endswith(f"{found['mark']}{counted}", autoescape=True))
