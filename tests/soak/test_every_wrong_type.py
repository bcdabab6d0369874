"""Every wrong type at every key that a form knows, through all checks together: no error of the program, and nothing taken."""

from __future__ import annotations

import re

import pytest

from repairflow.law.checks.folder import Source, check
from tests.law.test_wrong_types import files, understood
from tests.support.shipped import around
from tests.support.wrong_types import WRONG, cases

pytestmark = [pytest.mark.soak, pytest.mark.either_database]


@pytest.mark.parametrize("folder", ["packs", "overlays", "procedures", "calendars", "statutes", "vocabulary"])
def test_every_wrong_type_is_told_by_the_checks(folder: str) -> None:
    surroundings = around()
    for path, _, new, text in cases(files(folder), each=len(WRONG)):
        for one in check([Source("x.toml", text)], surroundings).findings:
            assert understood(one.text), (path, new, one)
            assert re.search(r":\d+$", one.where), (path, new, one)
