"""我的常用语: kept by a person for itself, offered beside the shipped where a reason is written, and given up."""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy import func, select

from repairflow.casework.admin import own_phrases
from repairflow.casework.changes import DropPhrase, SavePhrase
from repairflow.db import Database
from repairflow.errors import Invalid, NotFound
from repairflow.records import own_phrase
from repairflow.settings import Settings
from tests.casework.test_assignment import send
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database

OURS = "材料齐全，现场核查“合格”。"


def test_an_own_phrase_is_offered_to_its_person_alone(database: Database, settings: Settings, clock: Clock) -> None:
    town = Town(database, settings)
    case = town.file_repair()
    town.steps(case, "accept", "report_verification")
    app = make(town)
    reviewer = Officer(app, town, "reviewer@ENV")
    reviewer.get("/desk/phrases")
    refused = reviewer.post("/desk/phrases", {"text": " "})
    assert (refused.status_code, 'id="text-error"' in refused.text) == (422, True)
    assert reviewer.post("/desk/phrases", {"text": OURS}).status_code == 303
    shown = unescape(reviewer.get(f"/desk/cases/{case}"))
    assert shown.count(f'data-desk-phrase="{OURS}"') >= 1
    assert "拟准予修复。" in shown  # the shipped stay
    assert OURS not in Officer(app, town, "decider@ENV").get(f"/desk/cases/{case}")

    mine, other = town.actor("reviewer@ENV"), town.actor("decider@ENV")
    kept = town.one(select(own_phrase.c.id)).id
    assert not send(town, SavePhrase(mine, OURS))  # once
    with pytest.raises(NotFound):
        send(town, DropPhrase(other, kept))
    send(town, DropPhrase(mine, kept))
    for number in range(own_phrases.MOST):
        send(town, SavePhrase(mine, f"第{number}条"))
    with pytest.raises(Invalid):
        send(town, SavePhrase(mine, "多一条"))
    assert town.one(select(func.count()).select_from(own_phrase))[0] == own_phrases.MOST
