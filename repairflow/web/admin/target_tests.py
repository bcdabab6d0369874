"""Trying a platform out by one press (检查对接): test messages go there, and the page says what it answered."""

from __future__ import annotations

from flask import render_template

from repairflow import times
from repairflow.casework.admin import target_tests, targets
from repairflow.casework.changes import NoteTargetTest
from repairflow.errors import ConfigurationError
from repairflow.gateway import conformance
from repairflow.gateway.destinations import Destinations
from repairflow.gateway.http import HttpPlatform
from repairflow.web.core.changing import change
from repairflow.web.core.context import current

PATIENCE_SECONDS = 8.0
"""For one answer; the page waits meanwhile."""


def test_target(code: str) -> str:
    """Send the test messages, note what came of it, and show that. No transaction is open meanwhile."""
    here = current()
    with here.read() as tx:
        address, kinds = target_tests.reached(tx, here.services.vault, here.actor, code, times.now())
        name = targets.one(tx, code).name
    try:
        destinations = Destinations.parse(here.settings.push_hosts)
    except ValueError as error:
        raise ConfigurationError(f"REPAIRFLOW_PUSH_HOSTS：“{error}”不是主机、网段或者其端口") from None
    platform = HttpPlatform(seconds=PATIENCE_SECONDS, destinations=destinations)
    try:
        found = conformance.Kit(platform, address, kinds, here.settings.public_url).run()
    finally:
        platform.close()
    change(NoteTargetTest(here.actor, code, tuple(found)))
    shown = [(conformance.name_of(one.check), one.verdict, conformance.WORDS[one.verdict], one.text) for one in found]
    return render_template(
        "admin/target_test.html", code=code, name=name, found=shown, failed=sum(one[1] == "failed" for one in shown)
    )
