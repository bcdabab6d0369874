"""A guard that looks at what the form brings never disables the button before anybody could fill the form in."""

from __future__ import annotations

import inspect

from repairflow.casework.cases.options import DEPENDS_ON_FORM
from repairflow.law.guards import GUARDS

FILED_FIRST = {"materials_promised"}
"""What the filing did not promise no form of an office can bring."""


def test_guards_that_look_at_the_form_disable_no_button() -> None:
    looking = {name for name, one in GUARDS.items() if "facts.inputs" in inspect.getsource(one.rule)}
    assert looking - DEPENDS_ON_FORM == FILED_FIRST
    assert set(GUARDS) >= DEPENDS_ON_FORM
