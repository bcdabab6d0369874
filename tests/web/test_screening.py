"""信用查询, by page and call: what stands of organisations now, for a purpose that is kept; nothing of what is not public."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from repairflow.auditing import chain
from repairflow.casework.changes import InquireCredit
from repairflow.casework.dispatch import dispatch
from repairflow.casework.queries.records.credit_inquiry import CHUNK, Standing
from repairflow.records import event, measure, record
from repairflow.web.api import blueprint as api
from repairflow.web.shared.inquiry_files import LONGEST_FILE
from tests.support.building import COMPANIES, Town
from tests.support.calling import Caller, application
from tests.support.every_kind import USCC
from tests.web.desk_visit import Officer, make
from tests.web.test_api_calls import problem

CODE, NAME = USCC, COMPANIES[0][1]
NOBODY = "91110000802100433B"
ID_NUMBER = "11010519491231002X"


def asked(town: Town, *codes: str, who: str = "partner@MARKET") -> list[Standing]:
    with town.db.begin() as tx:
        found: list[Standing] = dispatch(
            tx, town.services, InquireCredit(town.actor(who), "政府采购资格审查", codes), town.now
        )
    return found


def kept(town: Town) -> list[Any]:
    return [
        chain.content(row.body)
        for row in town.all(select(event).where(event.c.stream == "inquiries").order_by(event.c.id))
    ]


def test_what_stands_now_and_what_does_not(town: Town) -> None:
    """Shown records and measures in force; none that ended, was never public, or is a person's."""
    number = town.record(measured=True)
    ended, hidden, person = town.record(), town.record(), town.record()
    for which, values in (
        (ended, {"state": "sealed"}), (hidden, {"state": "unpublished"}), (person, {"of_person": True}),
    ):  # fmt: skip
        town.turn(update(record).where(record.c.number == which).values(values))
    (one,) = asked(town, CODE.lower())
    assert (one.name, one.listed, [row.number for row in one.records]) == (NAME, True, [number])
    assert [(row.code, row.office) for row in one.measures] == [("bidding", "云溪县市场监督管理局")]
    town.turn(update(record).where(record.c.number == number).values(state="masked"))
    (one,) = asked(town, CODE)
    assert (one.listed, one.measures) == (False, ())
    town.turn(update(measure).values(until=town.today.replace(year=2020)))
    town.turn(update(record).where(record.c.number == number).values(state="ceased"))
    (one,) = asked(town, CODE)
    assert (one.listed, one.measures) == (False, ())


def test_each_row_is_answered_and_what_is_no_code_is_not_kept(town: Town) -> None:
    town.record()
    rows = asked(town, "", ID_NUMBER, CODE, NOBODY, CODE)
    assert [(one.code, bool(one.problem), one.listed) for one in rows] == [
        ("", True, False), ("", True, False), (CODE, False, True), (NOBODY, False, False), (CODE, False, True),
    ]  # fmt: skip
    (said,) = kept(town)
    assert (said["purpose"], said["count"], said["listed"], said["codes"]) == (
        "政府采购资格审查",
        5,
        2,
        [CODE, NOBODY, CODE],
    )
    assert ID_NUMBER not in str(said)
    town.sound()


def test_ten_thousand_codes_are_one_question(town: Town) -> None:
    """Of many the trail keeps how many and their digest; the chunks are put together in order."""
    town.record()
    rows = asked(town, *[NOBODY, "x"] * CHUNK, CODE)
    assert [one.listed for one in rows[-2:]] == [False, True]
    assert len(rows) == 2 * CHUNK + 1
    (said,) = kept(town)
    assert (said["count"], said["codes"], said["digest"][:7]) == (2 * CHUNK + 1, [], "sha256:")


def test_the_page_answers_and_gives_a_table(town: Town) -> None:
    number = town.record(measured=True)
    app: Flask = make(town)
    officer = Officer(app, town, "acceptor@ENV")
    officer.get("/desk/screening")
    refused = officer.post("/desk/screening", {"purpose": " ", "codes": ""})
    assert refused.status_code == 422
    assert "请写明查询目的" in refused.text
    assert "请给出 1 到 10000 个" in refused.text
    assert not kept(town)
    shown = officer.post("/desk/screening", {"purpose": "项目申报", "codes": f"{CODE}\n{NOBODY}\nx"}).text
    for words in ("3 个代码，1 个有公示中的信息", NAME, "限制投标", "本系统没有该单位的信息"):
        assert words in shown
    sent = {
        "purpose": "项目申报",
        "as": "csv",
        "file": (io.BytesIO(f"\ufeff统一社会信用代码\n{CODE},x\n".encode()), "a.csv"),
    }
    answer = officer.post("/desk/screening", sent)
    (line,) = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert (line["名称"], line["是否有公示中的信息"]) == (NAME, "是")
    document = town.of_record(number).document_number
    assert document in line["公示中的信息"]
    for content in (b"\xff\xfe\x00", b"x" * (LONGEST_FILE + 1)):
        bad = officer.post("/desk/screening", {"purpose": "x", "file": (io.BytesIO(content), "a.csv")})
        assert bad.status_code == 422
    assert len(kept(town)) == 2
    assert "信用查询" in officer.get("/desk/subjects")


def test_a_call_answers_each_code(town: Town) -> None:
    number = town.record(measured=True)
    app = application(town, lambda app: app.register_blueprint(api.blueprint))
    caller = Caller(app, town, "partner@MARKET")
    answer = caller.post("/standing", {"purpose": "招标", "codes": [CODE, ID_NUMBER, "9" * 500, "\u3000x"]})
    assert answer.status_code == 200
    first, second, *faulty = answer.json["items"]
    assert [one["code"] for one in faulty if one["problem"]] == ["", ""]  # however long, it stops no other
    assert (first["row"], first["name"], first["listed"], first["records"][0]["number"]) == (1, NAME, True, number)
    assert [one["label"] for one in first["measures"]] == ["限制投标"]
    assert (second["listed"], second["name"]) == (False, None)
    assert ID_NUMBER not in answer.text
    problem(Caller(app, town, "yunxi's agent").post("/standing", {"purpose": "招标", "codes": [CODE]}), 403)
    problem(caller.post("/standing", {"purpose": "招标", "codes": []}), 422, "invalid")
    problem(caller.post("/standing", {"purpose": "招标", "codes": [CODE] * 10_001}), 422, "invalid")
    assert len(kept(town)) == 1
    while (answer := caller.post("/standing", {"purpose": "招标", "codes": [CODE]})).status_code == 200:
        assert len(kept(town)) < 100
    problem(answer, 429)
    officer = Officer(make(town), town, "partner@MARKET")
    officer.get("/desk/screening")
    page = officer.post("/desk/screening", {"purpose": "招标", "codes": CODE})
    assert page.status_code == 429  # one count for both
