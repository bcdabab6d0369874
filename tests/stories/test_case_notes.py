"""Internal notes on a case: its offices read them and hear when they are named, the subject never sees a word of them."""

from __future__ import annotations

import io
import json
import zipfile

from sqlalchemy import select

from repairflow.auditing import chain
from repairflow.casework.actor import SYSTEM
from repairflow.casework.cases.note_readers import READ_BY
from repairflow.casework.changes import ErasePersonal
from repairflow.casework.dispatch import dispatch
from repairflow.records import event
from tests.stories.town_life import TownLife

WORDS = "缴款凭证与银行流水对不上，请核对原件。"
KEEP = "保存备注"


def test_offices_tell_each_other_and_the_subject_reads_nothing(life: TownLife) -> None:
    env, company = life.env, life.company
    case = company.repairs(life.record())
    acceptor, examiner, market = env.acceptor, env.examiner, life.market.examiner
    for answers, says in (({"备注": " "}, "请填写备注"), ({"备注": "字" * 2001}, "2000")):
        acceptor.opens_case(case)
        assert says in acceptor.sends(KEEP, answers, status=422)
    acceptor.opens_case(case)
    form = acceptor.page.form(KEEP)
    assert form is not None
    page = {"csrf_token": acceptor._token(), "command_id": form.fields["command_id"].value, "text": WORDS}
    for login in ("examiner@MARKET", "yunxi", "nobody"):  # may not see the case, or its notes
        acceptor.posts(f"/desk/cases/{case}/notes", page | {"named": [login, "examiner@ENV"]})
        assert (acceptor.status, f"“{login}”不能查看这个办件" in acceptor.page.text) == (422, True)
        assert WORDS in acceptor.page.text  # what was typed stays
    assert "提到您" not in examiner.follows_inbox()
    for _ in range(2):  # the button pressed twice keeps one note, and one colleague hears of it once
        acceptor.posts(f"/desk/cases/{case}/notes", page | {"named": ["examiner@ENV", "examiner@ENV"]})
        acceptor.reads("备注已保存", WORDS, "acceptor@ENV", READ_BY)
    for other in ({"text": "另一句话"}, {"command_id": ""}):  # the same form with other words, and a form of nobody's
        acceptor.posts(f"/desk/cases/{case}/notes", page | {"text": "另一句话"} | other)
        assert (acceptor.status in (409, 422), "另一句话" in acceptor.page.text) == (True, True)
    told = examiner.follows_inbox()
    assert f"{case}：acceptor@ENV在内部备注中提到您" in told
    assert told.count("在内部备注中提到您") == 1
    assert WORDS not in told
    examiner.opens_case(case)
    examiner.reads(WORDS, "提到examiner@ENV")

    # a program of the office does the same; nobody else's reads or writes
    sent = {"text": "原件已核对。", "named": ["acceptor@ENV"]}
    assert examiner.program.posts(f"/cases/{case}/notes", sent, status=200)["changed"]
    notes = acceptor.program.gets(f"/cases/{case}/notes")["items"]
    assert [(one["by"], one["named"], one["text"]) for one in notes] == [
        ("examiner@ENV", ["acceptor@ENV"], "原件已核对。"), ("acceptor@ENV", ["examiner@ENV"], WORDS)
    ]  # fmt: skip
    foreign = {"text": "看一下", "named": ["examiner@MARKET"]}
    (problem,) = examiner.program.posts(f"/cases/{case}/notes", foreign, status=422)["problems"]
    assert problem["where"] == "note-named"
    market.program.posts(f"/cases/{case}/notes", {"text": "看一下"}, status=404)
    market.program.gets(f"/cases/{case}/notes", status=404)
    auditor = life.centre.auditor
    auditor.program.posts(f"/cases/{case}/notes", {"text": "看一下"}, status=403)
    assert len(auditor.program.gets(f"/cases/{case}/notes")["items"]) == 2
    auditor.opens_case(
        case
    )  # who only reads the notes is offered no form, and the words say that such people read them
    auditor.reads(WORDS, READ_BY)
    assert auditor.page.form(KEEP) is None
    assert READ_BY in auditor.page.text
    assert READ_BY in acceptor.opens("/desk/help")
    described = auditor.program.gets("/openapi.json")["paths"]["/api/v1/cases/{number}/notes"]["get"]
    assert READ_BY in described["description"]

    # the subject: not on its page, in its trail, its inbox, its calls, nor in the bundle of the case
    company.program.gets(f"/cases/{case}/notes", status=403)
    company.program.posts(f"/cases/{case}/notes", {"text": "看一下"}, status=403)
    trail = json.dumps(company.program.gets(f"/cases/{case}/events"), ensure_ascii=False)
    assert "提出申请" in trail  # what the subject did itself stands there in words that could be found
    seen = [company.opens_case(case), company.inbox(), trail]
    assert not any("备注" in one or "核对原件" in one or "note_case" in one for one in seen)
    life.worker.runs()
    bundle = zipfile.ZipFile(io.BytesIO(auditor.downloads(f"/audit/cases/{case}/bundle.zip")))
    assert not any("核对原件".encode() in bundle.read(name) for name in bundle.namelist())

    # the trail proves that a note was written and holds no word of it, and it goes with what is erased on request
    kept = life.town.all(select(event).where(event.c.stream == f"notes/{case}").order_by(event.c.seq))
    assert [(row.action, row.case_id, chain.content(row.body)["named"]) for row in kept] == [
        ("note_case", None, ["examiner@ENV"]), ("note_case", None, ["acceptor@ENV"])
    ]  # fmt: skip
    assert not any("核对" in row.body.decode() for row in kept)
    company.presses(case, "撤回申请")
    with life.town.db.begin() as tx:
        dispatch(tx, life.town.services, ErasePersonal(SYSTEM, case, "本人 2026 年 6 月的申请"), life.town.now)
    erased = acceptor.program.gets(f"/cases/{case}/notes")["items"]
    assert [one["text"] for one in erased] == [None, None]
    acceptor.opens_case(case)
    acceptor.reads("已依申请删除")
    life.sound()
