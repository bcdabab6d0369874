"""A second wall in PostgreSQL: with every scope of the program switched off, a company's pages show nothing of another's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

import pytest
from sqlalchemy import true

from repairflow import times
from repairflow.app.program import Program
from repairflow.app.web import create, make_app
from repairflow.casework import bound_reading, permissions
from repairflow.db import Database
from repairflow.errors import ConfigurationError
from repairflow.records import metadata, roles
from repairflow.records.row_policies import EVERYBODYS, OWN_ROWS
from repairflow.settings import Settings, load
from repairflow.web.core import access
from tests.conftest import KIND, Clock
from tests.house.test_every_address import said
from tests.security.whole_house import Secret, WholeHouse
from tests.support import addresses, databases
from tests.support.building import Town
from tests.support.every_kind import Whole, grow

PREFIX = "rf_wall"
ROLE = f"{PREFIX}_{roles.SUBJECT}"
MARKS = re.compile(r'<script.*?</script>|<[^>]*?(?:href="([^"]*)"[^>]*)?>', re.DOTALL)
FILES = {"files.material"}
REQUEST = re.compile(r"\b[0-9a-f]{16}\b")
COMPANIES = {"yunxi", "yunxi's agent", "hengtuo"}
HELD = {"cases", "record", "subject", "letter", "event"}
"""Whose rows tell of somebody."""
HASHES = {"log_leaf"}
"""Published for everybody as tiles."""
NOBODYS = {
    "audit_finding", "batch_case", "followed_subject", "held_row", "import_row", "import_run", "inbound_message", "inquiry_part",
    "inquiry_run", "platform_letter", "push_attempt", "row_change", "row_touch", "search_part",
}  # fmt: skip
"""Tables that tell of others, too, and that no page of a company reads."""


def test_a_table_that_tells_of_somebody_is_bound_or_not_read() -> None:
    told = {
        table.name
        for table in metadata.sorted_tables
        if table.name in HELD or {key.column.table.name for key in table.foreign_keys} & HELD
    }
    told -= HASHES
    assert told - set(OWN_ROWS) - NOBODYS == set()
    assert not (told | NOBODYS) & EVERYBODYS
    assert set(OWN_ROWS) | EVERYBODYS <= set(metadata.tables) | {"alembic_version"}


def test_sqlite_has_no_such_role() -> None:
    with pytest.raises(ConfigurationError, match="SUBJECT_ROLE"):
        load({"REPAIRFLOW_DATABASE_SUBJECT_ROLE": ROLE})


def switch_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question of who may see is answered with yes, in whatever module it is asked."""
    always: dict[str, Callable[..., Any]] = {
        **dict.fromkeys(("case_scope", "inside_scope", "record_scope", "letter_scope"), lambda *_: true()),
        "case_scopes": lambda *_: [true()],
        **dict.fromkeys(("may_see", "sees_inside"), lambda *_: True),
    }
    for module in [one for name, one in sys.modules.items() if name.startswith("repairflow.")]:
        for name, yes in always.items():
            if getattr(module, name, None) is getattr(permissions, name) and module is not permissions:
                monkeypatch.setattr(module, name, yes)
    for name, yes in always.items():
        monkeypatch.setattr(permissions, name, yes)


def walled(db: Database, town: Town) -> Settings:
    """Settings under which companies read through the role, which is made."""
    with db.begin() as tx:
        roles.make(tx, PREFIX)
    return replace(town.settings, database_subject_role=ROLE)


def shown(house: WholeHouse, secret: Secret, who: str, *, program: bool = False) -> set[str]:
    """The endpoints that give the case away to somebody, among all that are not open to everybody."""
    found, names = set[str](), secret.names(house.town)
    client = house.app.test_client() if program else house.browser(who).client
    headers = house.program(who) if program else {}
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or access.PUBLIC in access.declared(house.app, rule.endpoint):
            continue
        for values in secret.fill(rule):
            path = house.app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
            answer = client.get(path, headers=headers, buffered=True)
            told = said(answer) if answer.status_code == 200 else ""
            if any(name in told for name in names) or (rule.endpoint in FILES and told):
                found.add(rule.endpoint)
    return found


def _page(whole: Whole, row: addresses.Row) -> list[str]:
    """What an address says, word by word, and its status; of marks only what leads on."""
    path = whole.app.url_map.bind("127.0.0.1").build(row.endpoint, dict(row.values), method="GET")
    answer = whole.visitor(row.who).client.get(f"{path}?{row.query}", buffered=True)
    words = answer.get_data(as_text=True) if answer.mimetype in ("text/html", "application/json") else ""
    return [str(answer.status_code), *MARKS.sub(r" \1 ", REQUEST.sub("", words)).split()]


def demand(db: Database, role: str) -> None:
    with db.read() as tx:
        bound_reading.demand(tx, role)


def unmade(db: Database) -> None:
    named = ", ".join(f"{PREFIX}_{one}" for one in ("migration", "application", "auditor", roles.SUBJECT))
    with db.engine.begin() as tx:
        for table in OWN_ROWS:
            tx.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        tx.exec_driver_sql(f"REASSIGN OWNED BY {PREFIX}_migration TO CURRENT_USER")
        tx.exec_driver_sql(f"DROP OWNED BY {named}")
        tx.exec_driver_sql(f"DROP ROLE {named}")


if KIND == "postgresql":

    def test_with_every_scope_switched_off_nothing_of_another_company_is_shown(
        database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        house = WholeHouse(Town(database, settings))
        secret = Secret.of(house.town)
        assert shown(house, secret, "hengtuo") == set()
        switch_off(monkeypatch)
        assert {"portal.case", "portal.record", *FILES} <= shown(house, secret, "hengtuo"), (
            "else nothing was switched off"
        )
        assert "api.show_case" in shown(house, secret, "hengtuo", program=True)
        try:
            within = walled(database, house.town)
            house.app = make_app(Program(within, database, house.town.services))
            house.app.testing = True
            assert shown(house, secret, "hengtuo") == set()
            assert shown(house, secret, "hengtuo", program=True) == set()
            assert {"portal.case", "portal.record", *FILES} <= shown(house, secret, "yunxi")
        finally:
            unmade(database)

    def test_a_site_whose_role_is_no_wall_does_not_start(
        database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in (
            ("HOME", str(settings.home)),
            ("DATABASE_URL", settings.database_url),
            ("DATABASE_SUBJECT_ROLE", ROLE),
        ):
            monkeypatch.setenv(f"REPAIRFLOW_{name}", value)
        with pytest.raises(ConfigurationError, match="没有这个角色"):
            create()
        with database.begin() as tx:
            roles.make(tx, PREFIX)
        try:
            demand(database, ROLE)
            with pytest.raises(ConfigurationError, match="权限与本版本不符"):
                demand(database, f"{PREFIX}_{roles.APPLICATION}")
            for spoilt, table in ((f"GRANT SELECT ON web_session TO {ROLE}", "web_session"), (f"REVOKE ALL ON cases FROM {ROLE}", "cases"),
                                  ("ALTER TABLE letter DISABLE ROW LEVEL SECURITY", "letter")):  # fmt: skip
                with database.engine.begin() as tx:
                    tx.exec_driver_sql(spoilt)
                with pytest.raises(ConfigurationError, match=f"表 {table}"):
                    demand(database, ROLE)
                with database.begin() as tx:
                    roles.make(tx, PREFIX)
            demand(database, ROLE)
        finally:
            unmade(database)

    @pytest.fixture(scope="module")
    def whole(databases_of_kind: databases.Maker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
        url = databases_of_kind.migrated()
        with times.set_clock(Clock(datetime(2026, 6, 10, 2, tzinfo=UTC))):
            made = grow(url, tmp_path_factory.mktemp("home"))
            yield made
        made.town.db.dispose()
        databases_of_kind.drop(url)

    def test_the_wall_takes_nothing_from_whose_pages_they_are(whole: Whole) -> None:
        town = whole.town
        rows = [row for row in addresses.rows(whole) if row.who in COMPANIES]
        before = [_page(whole, row) for row in rows]
        try:
            within = replace(walled(town.db, town), demo=True)
            whole.app = make_app(Program(within, town.db, town.services))
            whole.app.testing = True
            whole._visitors.clear()
            after = [_page(whole, row) for row in rows]
        finally:
            unmade(town.db)
        assert len(rows) > 40
        differ = [
            (row.endpoint, row.kind, *next(two for two in zip_longest(one, other) if two[0] != two[1]))
            for row, one, other in zip(rows, before, after, strict=True)
            if one != other
        ]
        assert differ == [], "\n".join(map(str, differ))
        assert sum(page[0] == "200" for page in after) > 100
