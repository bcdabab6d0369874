"""What somebody types finds the same at every door: the enterprise's, the desk's, the auditor's, the API's."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import select

from repairflow.casework import event_log, party_names
from repairflow.casework.event_log import NewEvent
from repairflow.db import Database
from repairflow.records import letter, subject
from repairflow.settings import Settings
from repairflow.times import local_day
from tests.support.building import Town
from tests.support.calling import Caller
from tests.web.portal_visit import Visitor, make

NUMBER, BEFORE = "溪环罚〔2026〕21号", "重庆（新）建设有限公司"
TYPED = (
    "溪环罚（2026）第21号", "溪环罚〔2026〕 021 号", "{code:part}", "{code:spaced}", "{code:wide}", "云溪 环保", "ｙｘｈｂ", "重庆(新)建设",
    "cqxjs",
    "{letter:square}", "{letter:spaced}",
    "[2026]21号", "溪环罚[2026]21", "溪环罚 2026 第21号", "溪環罰〔2026〕21號", "溪环罚〔二〇二六〕21号", "溪环罚２０２６－２１号",
    "文号：溪环罚〔2026〕21号", "'溪环罚〔2026〕21号", "（2026）溪环罚第21号", "溪环罚〔2026〕第二十一号", "云溪环保",
    "云溪环保科技有限公司 ",
    "云溪\u3000环保科技", "YXHB", "yx hb", "重庆（新） 建设", "重庆新建设", "{case:lower}", "{case:wide}", "{case:spaced}",
)  # fmt: skip
NOWHERE = ("溪环罚〔2026〕2号", "恒拓建材", "%", "溪环信收〔2026〕999号")


@pytest.fixture
def lived(database: Database, settings: Settings) -> tuple[Town, str]:
    """A case of a company that had another name before, and another company's beside it."""
    town = Town(database, settings)
    case = town.file_repair(town.record(document=NUMBER))
    town.file_repair(town.record(company="hengtuo", document="溪环罚〔2026〕210号"), who=town.actor("hengtuo"))
    with town.db.begin() as tx:
        holder = town.subjects["yunxi"]
        name = town.one(select(subject.c.name).where(subject.c.id == holder)).name
        party_names.rename(tx, holder, BEFORE, local_day(town.now), town.now)
        party_names.rename(tx, holder, name, local_day(town.now), town.now)
        event_log.append(tx, f"subject/{holder}", NewEvent(action="rename", at=town.now))
    return town, case


def spelled(town: Town, case: str) -> list[str]:
    """What is typed, with the code and the letter of this town."""
    code = town.one(select(subject.c.uscc).where(subject.c.id == town.subjects["yunxi"])).uscc
    of_case = select(letter.c.number).where(letter.c.case_id == town.case(case).id).limit(1)
    number = town.one(of_case).number
    wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
    told = {
        "{code:part}": code[8:16].lower(), "{code:spaced}": f"{code[:4]} {code[4:8]} {code[8:]}", "{code:wide}": code.translate(wide),
        "{case:lower}": case.lower(), "{case:wide}": case.translate(wide), "{case:spaced}": case.replace("-", " - "),
        "{letter:square}": number.replace("〔", "[").replace("〕", "]"),
        "{letter:spaced}": number.replace("〔", " （").replace("〕", "） 第"),
    }  # fmt: skip
    return [told.get(text, text) for text in TYPED]


def test_every_door_finds_what_is_meant_and_nothing_else(lived: tuple[Town, str]) -> None:
    town, case = lived
    app = make(town)
    company, desk, auditor = (Visitor(app, town, who) for who in ("yunxi", "acceptor@ENV", "auditor@CREDIT"))
    program = Caller(app, town, "acceptor@ENV")
    doors = {"portal": (company, "/my/cases?q="), "desk": (desk, "/desk/cases?q="), "audit": (auditor, "/audit?q=")}
    for text in spelled(town, case):
        for door, (who, path) in doors.items():
            assert case in who.get(path + quote(text)), (door, text)
        found = program.get(f"/cases?search={quote(text)}").json["items"]
        assert [one["number"] for one in found] == [case], text
        records = program.get(f"/records?search={quote(text)}").json["items"]
        assert {one["document_number"] for one in records} <= {NUMBER}, text
    for text in NOWHERE:
        for door, (who, path) in doors.items():
            assert f"/cases/{case}" not in who.get(path + quote(text)), (door, text)
        assert case not in [one["number"] for one in program.get(f"/cases?search={quote(text)}").json["items"]], text
