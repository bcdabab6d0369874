"""A case keeps the law it was filed under, and a node with other files under the same name does not start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from repairflow.app.program import check_definitions
from repairflow.casework.context import Services
from repairflow.errors import ConfigurationError
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.machine import Oracle
from tests.support.building import Town


def changed(law: Library, *, without: bool = False) -> Library:
    """The same law with an edited repair procedure, or without it."""
    key = ("repair", "2026-04")
    procedures = dict(law.procedures)
    if without:
        del procedures[key]
    else:
        procedures[key] = procedures[key].model_copy(update={"digest": "sha256:edited"})
    return replace(law, procedures=procedures)


def test_used_files_are_remembered(town: Town) -> None:
    check_definitions(town.db, changed(town.law))  # nobody used it yet
    town.file_repair()
    check_definitions(town.db, town.law)
    with pytest.raises(ConfigurationError, match=r"repair 2026-04：内容被改动过"):
        check_definitions(town.db, changed(town.law))
    with pytest.raises(ConfigurationError, match=r"repair 2026-04：文件不见了"):
        check_definitions(town.db, changed(town.law, without=True))
    edited = {name: pack.model_copy(update={"digest": "sha256:edited"}) for name, pack in town.law.packs.items()}
    with pytest.raises(ConfigurationError, match="CN-2026"):
        check_definitions(town.db, replace(town.law, packs=edited))


def test_a_running_case_keeps_its_version(town: Town) -> None:
    """A newer version with another path does not touch what was filed before it."""
    number = town.file_repair()
    old = town.procedure(number)
    shorter = old.model_copy(
        update={"version": "2026-06", "effective": town.today, "action": {}, "digest": "sha256:new"}
    )
    procedures = {**town.law.procedures, ("repair", "2026-06"): shorter}
    oracles = {**town.law.oracles, ("repair", "2026-06"): Oracle(shorter)}
    newer = replace(town.law, procedures=procedures, oracles=oracles)
    town.services = Services.of(newer, town.vault, town.settings)
    assert town.services.law.in_force("repair", town.today).version == "2026-06"
    assert town.do(number, "accept").to_state == "verifying"
    assert town.case(number).procedure_version == "2026-04"
