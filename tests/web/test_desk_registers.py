"""Registers of the desk page by page: nothing of a list is left out without a word, and a refused form keeps what was typed."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import insert, select

from repairflow.casework.queries.records import list_registry
from repairflow.db import Database
from repairflow.records import list_entry
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.support.building import Town
from tests.web.desk_visit import Officer, make


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture
def app(town: Town) -> Flask:
    return make(town)


def test_a_list_is_downloaded_whole_and_as_it_was_looked_for(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list longer than a file has a button for each file; the search of the page is the search of its files."""
    monkeypatch.setattr(list_registry, "EXPORTED", 1)
    town.listed()
    first = dict(town.one(select(list_entry).where(list_entry.c.principal_id.is_(None)))._mapping)
    other = next(one for one in town.subjects.values() if one != first["subject_id"])
    fresh = {"id": first["id"] + 100, "record_id": None, "subject_id": other}
    town.turn(insert(list_entry).values(**first | fresh))
    officer = Officer(app, town, "acceptor@ENV")

    def files(query: str) -> list[list[str]]:
        page = officer.get(f"/desk/lists/{first['list_kind']}?{query}")
        found = re.findall(r'href="(/desk/lists/[^"]+entries\.csv[^"]*)"', page)
        sheets = [officer.client.get(address).data.decode("utf-8-sig") for address in found]
        return [[row[0] for row in csv.reader(io.StringIO(sheet))][1:] for sheet in sheets]

    whole = files("")
    assert [len(part) for part in whole] == [1, 1]
    names = [name for part in whole for name in part]
    assert len(set(names)) == 2
    assert files(f"q={names[0]}") == [[names[0]]]
    assert files("q=没有这个单位") == [[]]
    assert files("show=left") == [[]]
