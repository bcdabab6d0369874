"""Of the shipped law, no line can be changed unseen: `procedures check` refuses the file, or one of its own cases no longer holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from repairflow.errors import DefinitionError
from repairflow.law.calendar.year_file import CalendarYear, parse_year
from repairflow.law.checks.folder import Source, check
from repairflow.law.comparison import differences
from repairflow.law.procedure.model import parse
from repairflow.law.procedure.overlay import parse_overlay
from repairflow.law.vectors.running import failures
from tests.law.test_vectors import SECTIONS, vector_files, with_text
from tests.soak.law_mutants import Mutant, sample
from tests.support.shipped import WORKFLOWS, around, library

pytestmark = [pytest.mark.soak, pytest.mark.either_database]
COUNT, SEED = 600, 13
EQUAL = frozenset({"recheck_by a day later", "read_on a day later"})
"""When an article was read and is to be read again, one day later: no rule changes."""


def noticed(one: Mutant) -> bool:
    """Whether the check has an error for the mutant, or a case of its file does not hold."""
    if any(finding.severity == "error" for finding in check([Source(one.file, one.text)], around()).findings):
        return True
    if one.folder not in SECTIONS:
        return False
    try:
        law = with_text(library(), one.folder, one.file, one.text)
    except DefinitionError:
        return True
    own = [file for file in vector_files().values() if file.law == f"{one.folder}/{one.file}"]
    return any(failures(law, vector) for file in own for vector in file.vectors)


def equal(one: Mutant) -> bool:
    """Whether the mutant means the same: a year with the same working days, an overlay that repeats what its base says, a
    procedure that does not write down what holds anyway."""
    shipped = (WORKFLOWS / one.folder / one.file).read_text(encoding="utf-8")
    if one.folder == "calendars":
        return _working(parse_year(shipped, one.file)) == _working(parse_year(one.text, one.file))
    if one.folder == "overlays":
        overlay = parse_overlay(one.text, one.file)
        key = (overlay.base, overlay.version)
        made = with_text(library(), one.folder, one.file, one.text).procedures[key]
        return differences(library().procedures[key], made) == []
    if one.folder == "procedures":
        as_read = [parse(text, one.file).model_copy(update={"digest": ""}) for text in (shipped, one.text)]
        return one.how in EQUAL or as_read[0] == as_read[1]
    return one.how in EQUAL


def _working(year: CalendarYear) -> set[date]:
    days = (date(year.year, 1, 1) + timedelta(days=n) for n in range(366))
    return {day for day in days if day in year.work or (day.weekday() < 5 and day not in year.off)}


def test_no_line_of_the_shipped_law_changes_unseen() -> None:
    survivors = [one.title for one in sample(COUNT, SEED) if not noticed(one) and not equal(one)]
    assert survivors == [], "\n".join(survivors)
