"""docs/api.md says what the API's own description says."""

from __future__ import annotations

import json
import re

import pytest

from repairflow.db import Database
from repairflow.settings import Settings
from repairflow.web.api import blueprint as api
from repairflow.web.api.description import PREFIX
from repairflow.web.api.schemas.requests import CasesRequest, FilingRequest, RecordsRequest, StepRequest
from tests.conftest import Clock
from tests.house.sources import ROOT
from tests.support.building import Town
from tests.support.calling import application

pytestmark = pytest.mark.either_database

GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CALLS = re.findall(r"`(GET|POST) (/[^`?]*)(?:\?([^`]*))?`", GUIDE)
EXAMPLES = re.findall(r"^```json\n(.*?)^```", GUIDE, flags=re.DOTALL | re.MULTILINE)


def test_every_call_of_the_guide_is_described_and_every_described_one_is_in_the_guide(
    database: Database, settings: Settings, clock: Clock
) -> None:
    town = Town(database, settings)
    app = application(town, lambda app: app.register_blueprint(api.blueprint))
    spec = app.test_client().get(f"{PREFIX}/openapi.json").json
    known = {(m.upper(), re.sub(r"{\w+}", "{}", path)) for path, item in spec["paths"].items() for m in item}
    told = {(method, re.sub(r"{\w+}", "{}", PREFIX + path)) for method, path, _ in CALLS}
    upload = ("POST", f"{PREFIX}/materials")  # told by the curl example
    assert "-F kind=performance_proof -F file=@receipt.png http://127.0.0.1:8000/api/v1/materials" in GUIDE
    assert told | {upload} == known - {("GET", f"{PREFIX}/openapi.json")}


@pytest.mark.parametrize(("path", "model"), [("/records", RecordsRequest), ("/cases", CasesRequest)])
def test_the_questions_of_lists_are_these(path: str, model: type[RecordsRequest | CasesRequest]) -> None:
    (query,) = [query for method, called, query in CALLS if (method, called) == ("GET", path)]
    assert {part.removesuffix("=") for part in query.split("&")} == set(model.model_fields)


def test_the_examples_are_what_the_api_takes_and_says() -> None:
    filing, step, problem = map(json.loads, EXAMPLES)
    FilingRequest.model_validate(filing)
    StepRequest.model_validate(step)
    assert set(problem) >= {"type", "code", "status", "title", "refusals"}
