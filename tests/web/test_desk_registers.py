"""Registers of the desk page by page: nothing of a list is left out without a word, and a refused form keeps what was typed."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from repairflow.casework.cases import means_entry
from repairflow.casework.changes import DeclareMeans, SettleMeans
from repairflow.casework.queries.records import barred, list_registry
from repairflow.casework.queries.records import means as means_queries
from repairflow.casework.queries.records import redress as redress_queries
from repairflow.errors import Invalid
from repairflow.records import list_entry, record, redress, repair_means
from tests.support.building import Town
from tests.web.desk_visit import Officer, make

pytestmark = pytest.mark.either_database


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
        if (split := re.search(r'href="([^"]+files=1)"', page)) is not None:
            page = officer.get(unescape(split.group(1)))
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


def test_no_register_ends_before_its_end(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marked records, redress, means that wait and public corrections: every row stands on one page, page after page."""
    for module in (barred, redress_queries, means_queries):
        monkeypatch.setattr(module, "SIZE", 1)
    numbers = [town.record() for _ in range(2)]
    keys = [town.of_record(number).id for number in numbers]
    town.turn(update(record).values(not_repairable="终身禁止从业（第七条）", annulled_at=town.now))
    of_all = {
        "subject_id": town.subjects["yunxi"], "code": "training", "hours": 3, "issuer": "学会", "done_on": town.today,
        "material": "", "state": "waiting", "declared_by": town.people["yunxi"], "declared_at": town.now,
    }  # fmt: skip
    town.turn(insert(repair_means).values([of_all | {"record_id": key, "certificate": str(key)} for key in keys]))
    town.turn(
        insert(redress).values(
            [{"record_id": key, "begun_at": town.now, "told": [], "public_at": town.now} for key in keys]
        )
    )
    officer = Officer(app, town, "head@ENV")

    def shown(number: str, page: str) -> bool:
        return number in page.replace("如 SX-2026-000001", "")  # what the form gives as an example

    for address, order in (("/desk/not-repairable", -1), ("/desk/redress", -1), ("/desk/means", 1)):
        pages = [officer.get(address)]
        while len(pages) < 5 and (link := re.search(r'rel="next" href="([^"]+)"', pages[-1])):
            pages.append(officer.get(link.group(1)))
        assert [[number for number in numbers if shown(number, page)] for page in pages] == [
            [one] for one in numbers[::order]
        ]
        assert ["回到第一页" in page for page in pages] == [False, True]
        officer.get(f"{address}?after=x", 422)
    with town.db.read() as tx:
        first = redress_queries.public(tx)
        second = redress_queries.public(tx, first.next)
    assert [one.number for one in (*first.rows, *second.rows)] == numbers[::-1]
    assert (bool(first.next), second.next) == (True, "")


def test_a_record_takes_so_many_means_and_no_more(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pages show all of them."""
    monkeypatch.setattr(means_entry, "MOST", 1)
    number = town.record()
    given = {"code": "training", "hours": "3", "issuer": "学会", "certificate": "1", "done_on": "2026-06-01"}
    with town.db.begin() as tx:
        means_entry.declare(tx, town.services, DeclareMeans(town.actor("yunxi"), number, given), town.now)
    again = DeclareMeans(town.actor("yunxi"), number, given | {"certificate": "2"})
    with pytest.raises(Invalid) as told, town.db.begin() as tx:
        means_entry.declare(tx, town.services, again, town.now)
    assert [(one.where, "最多登记 1 项" in one.text) for one in told.value.problems] == [("code", True)]
    with town.db.begin() as tx:  # one that is not accepted takes no place
        key = tx.execute(select(repair_means.c.id)).scalar_one()
        refused = SettleMeans(town.actor("examiner@ENV"), key, "refused", "与出具单位核对，编号不符")
        means_entry.settle(tx, town.services, refused, town.now)
        assert means_entry.declare(tx, town.services, again, town.now) > key


def test_what_is_wrong_with_taking_a_mark_off_leads_to_its_field_or_nowhere(app: Flask, town: Town) -> None:
    number = town.record()
    town.turn(update(record).where(record.c.number == number).values(not_repairable="终身禁止从业（第七条）"))
    officer = Officer(app, town, "head@ENV")
    officer.get("/desk/not-repairable")
    for typed, linked in (
        ({"record": number, "reason": ""}, [f"reason-{number}"]),
        ({"record": number, "reason": "字" * 501}, [f"reason-{number}"]),
        ({"record": "SX-2026-999999", "reason": "条文已经废止"}, []),
        ({"record": "", "reason": ""}, []),
        ({"record": "SX-2026-999999", "on": "yes"}, ["cite", "reason", "ground", "record"]),
    ):
        answer = officer.post("/desk/not-repairable", {"on": "no", **typed})
        assert answer.status_code == 422
        page = answer.text
        told = page[page.index('class="rf-errors"') : page.index("</ul>", page.index('class="rf-errors"'))]
        assert "<li>" in told
        assert re.findall(r'href="#([^"]+)"', told) == linked
        assert all(f'id="{one}"' in page for one in linked)
        assert not re.search(r'class="invalid-feedback[^"]*"[^>]*></div>', page)
    reader = Officer(app, town, "acceptor@ENV")  # has neither form
    reader.get("/desk/not-repairable")
    answer = reader.post("/desk/not-repairable", {"on": "yes", "record": "SX-2026-999999"})
    assert (answer.status_code, re.findall(r'href="#(?!main)([^"]+)"', answer.text)) == (422, [])
