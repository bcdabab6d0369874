"""What is stuck stands in one list, whatever it is: who sees to it, trying again and settling after a look, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from repairflow.casework import outbox as queue
from repairflow.casework.cases import failed_jobs as runs_of_jobs
from repairflow.casework.cases import receipts
from repairflow.casework.outbox import ToDo
from repairflow.casework.queries.oversight import failed_jobs
from repairflow.records import event, job, notice, outbox, target
from tests.stories.people import Officer
from tests.stories.town_life import TownLife
from tests.support.pushes import ReceiptSigner
from tests.worker.worker_samples import add_push

PAGE = "/oversight/pushes"
WHO = (
    "supervisor@CREDIT", "head@CREDIT", "supervisor@ENV", "head@ENV", "head@MARKET", "acceptor@ENV", "examiner@ENV",
    "reviewer@ENV", "decider@ENV", "provider@ENV", "registrar@CREDIT", "checker@CREDIT", "auditor@CREDIT", "yunxi",
)  # fmt: skip


def died(life: TownLife, *rows: int, error: str = "没有成功") -> None:
    """These rows were given up."""
    with life.town.db.begin() as tx:
        for row in rows:
            receipts.give_up(tx, row, error, life.town.now)


def waits(life: TownLife, topic: str, case: str, notice_id: int | None = None) -> int:
    """A row of a topic that nothing was done about yet."""
    town, key = life.town, f"{topic}/{len(life.town.all(select(outbox.c.id)))}"
    of = town.case(case).id if notice_id is None else None
    payload = {"case": case, "on": "record_changed"} if notice_id is None else {"notice": notice_id}
    with town.db.begin() as tx:
        queue.add(tx, town.now, ToDo(key, topic, lane=key, kind="record_changed", payload=payload, case_id=of))
        return int(tx.execute(select(outbox.c.id).where(outbox.c.key == key)).scalar_one())


def told_person(life: TownLife, case: str) -> int:
    """A notice about a case."""
    one = {"person_id": life.town.people["acceptor@ENV"], "case_id": life.town.case(case).id, "kind": "reminder"}
    words = {"title": "期限提醒", "body": "请办理", "created_at": life.town.now}
    with life.town.db.begin() as tx:
        return int(tx.execute(insert(notice).values(**one, **words).returning(notice.c.id)).scalar_one())


def failed_import(life: TownLife) -> int:
    """The check of a table whose file is gone: its job."""
    provider = life.env.provider
    provider.opens("/desk/imports")
    provider.sends("上传并检查", files={"文件": ("双公示.csv", b"a,b\r\n1,2\r\n")})
    for file in life.town.settings.imports.iterdir():
        file.unlink()
    life.does_jobs()
    row = life.town.one(select(job.c.id, job.c.state).order_by(job.c.id.desc()).limit(1))
    assert row.state == "failed"
    return int(row.id)


def state(life: TownLife, row: int) -> str:
    return str(life.town.one(select(outbox.c.state).where(outbox.c.id == row)).state)


def trail(life: TownLife, *actions: str) -> list[tuple[str, str, str, str]]:
    """Events of these names, by stream: who, in which post, and why."""
    rows = life.town.all(select(event).where(event.c.action.in_(actions)).order_by(event.c.id))
    return [(row.action, row.stream.partition("/")[0], row.actor_role, row.reason) for row in rows]


def test_what_is_stuck_is_listed_tried_again_and_settled(life: TownLife) -> None:
    town = life.town
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "propose_grant")
    life.platform.goes_down()
    town.do(case, "grant")
    life.worker.runs()  # pushes fail and are tried again
    pushing = town.pushes(case)[0].id
    tried = (outbox.c.topic == "push", outbox.c.attempts == 1)
    trying = town.one(select(outbox.c.id).where(*tried).order_by(outbox.c.id).limit(1)).id
    pressing = town.one(select(outbox.c.id).where(outbox.c.topic == "press").order_by(outbox.c.id).limit(1)).id
    following = waits(life, "follow", case)
    mail, text = (waits(life, topic, case, told_person(life, case)) for topic in ("mail", "sms"))
    died(life, pressing, error="缺字：𠀀")
    died(life, following, error="处理失败")
    died(life, mail, text, error="邮件服务器拒绝了邮件（550 no such user）")
    failed = failed_import(life)

    # one list: kind, case, since when, last tries with their status, class of the cause
    supervisor, head = life.centre.supervisor, life.env.head
    supervisor.opens(PAGE)
    supervisor.reads(
        "受阻事项", "关联办件处理", "电子邮件", "短信", "导入前核对", "文书制作", case, "对方系统故障", "HTTP 503", "内部错误",
        "内容不合要求", "缺字：𠀀", "上传的文件已不在", "自动重试，下次", "停止重试", "无人跟进",
    )  # fmt: skip
    head.opens(PAGE)
    head.reads("关联办件处理", "导入前核对")  # of its own office
    assert "no such user" not in head.page.text
    life.market.head.opens(PAGE)
    assert not [
        word
        for word in ("关联办件处理", "导入前核对", case)
        if word in life.market.head.page.text.split("等待推送")[0][200:]
    ]
    assert "缺字" not in supervisor.opens(f"{PAGE}?kind=job")

    # somebody sees to it
    supervisor.opens(f"/oversight/jobs/{failed}")
    supervisor.sends("由我跟进并记下", {"查明的情况": "磁盘清理误删"})
    supervisor.opens(f"/oversight/pushes/{mail}")
    supervisor.sends("由我跟进并记下", {"与对方核对的情况": "地址已停用"})
    supervisor.opens(PAGE)
    supervisor.reads("supervisor@CREDIT跟进：磁盘清理误删", "supervisor@CREDIT跟进：地址已停用")

    # trying again, after a look at how many and which
    supervisor.opens(f"{PAGE}/retry?kind=follow")
    supervisor.reads("共 1 项，已勾选停止重试的 1 项")
    supervisor.sends("重试勾选的")
    supervisor.reads("1 件已重新排入推送")
    assert state(life, following) == "waiting"
    supervisor.opens(f"{PAGE}/retry?job={failed}")
    supervisor.sends("重试勾选的")
    life.does_jobs()  # its file is still gone
    supervisor.opens(f"/oversight/jobs/{failed}")
    supervisor.reads("失败，需要处理", "第 2 次")
    later = town.one(select(outbox).where(outbox.c.id == trying))
    supervisor.opens(f"{PAGE}/retry")
    supervisor.posts(f"{PAGE}/retry", {"csrf_token": supervisor._token(), "push": [str(trying), str(trying)]})
    soon = town.one(select(outbox).where(outbox.c.id == trying))
    assert (soon.next_at < later.next_at, soon.attempts) == (True, later.attempts)

    # settling: not what the case or the letter still needs, and never without a reason
    died(life, pushing)
    supervisor.opens(f"{PAGE}/settle")
    supervisor.reads("其中可以标记 3 项", "办件尚未办结", "文书有效而没有制作出来")
    ticked = {"csrf_token": supervisor._token(), "push": [str(mail), str(text)], "job": [str(failed)]}
    for one in (pushing, pressing):
        supervisor.posts(f"{PAGE}/settle", {**ticked, "push": [str(mail), str(one)], "reason": "不再需要"})
        assert (supervisor.status, state(life, mail), state(life, one)) == (422, "dead", "dead")
    for reason in (" ", "x" * 501):
        supervisor.posts(f"{PAGE}/settle", {**ticked, "reason": reason})
        assert (supervisor.status, state(life, mail)) == (422, "dead")
    supervisor.posts(f"{PAGE}/settle", {**ticked, "reason": "已电话告知本人"})
    supervisor.reads("3 件已标记为已处理")
    assert {state(life, mail), state(life, text)} == {"waived"}
    for word in ("电子邮件", "导入前核对"):
        assert word not in supervisor.page.text.split("筛选")[1]

    assert trail(life, "push_settled", "job_settled", "job_retried", "job_minded", "push_minded") == [
        ("job_minded", "jobs", "supervisor", "磁盘清理误删"),
        ("push_minded", "outbox", "supervisor", "地址已停用"),
        ("job_retried", "jobs", "supervisor", "重新执行"),
        ("push_settled", "outbox", "supervisor", "已电话告知本人"),
        ("push_settled", "outbox", "supervisor", "已电话告知本人"),
        ("job_settled", "jobs", "supervisor", "已电话告知本人"),
    ]
    assert [one[1] for one in trail(life, "push_retried")] == ["case", "record"]
    life.sound()


def test_a_program_reads_and_settles_what_is_stuck(life: TownLife) -> None:
    case = life.town.file_repair()
    row, job_id = waits(life, "follow", case), failed_import(life)
    died(life, row)
    program = life.centre.supervisor.program
    seen = program.gets("/pushes")
    assert [(one["id"], one["topic"], one["error"]) for one in seen["items"] if one["state"] == "dead"] == [
        (row, "follow", "没有成功")
    ]
    assert [(one["id"], one["kind"]) for one in seen["jobs"]] == [(job_id, "import_check")]
    assert program.posts(f"/jobs/{job_id}/note", {"note": "在查"})["changed"] is True
    assert program.posts("/pushes/retry", {"jobs": [job_id]})["retried"] == 1
    assert program.gets("/pushes")["jobs"] == []
    life.does_jobs()
    assert program.posts("/pushes/settle", {"pushes": [row], "jobs": [job_id], "reason": "已另行办理"})["settled"] == 2
    assert program.posts("/pushes/settle", {"pushes": [row], "jobs": [job_id], "reason": "已另行办理"})["settled"] == 0
    assert program.gets("/pushes")["jobs"] == []


def test_who_may_not_see_to_what_is_stuck(life: TownLife) -> None:
    """Everybody but a supervisor and the heads of the office concerned, on every page and call; nothing changes."""
    town = life.town
    case = town.file_repair()
    row, mail = waits(life, "follow", case), waits(life, "mail", case, told_person(life, case))
    died(life, row, mail)
    failed = failed_import(life)
    of_job = ("supervisor@CREDIT", "supervisor@ENV", "head@ENV")  # of their office, or of all
    of_row = (*of_job, "head@CREDIT")  # which received the case
    pages = {
        f"/oversight/pushes/{row}": of_row, f"{PAGE}/settle?push={row}": of_row, f"{PAGE}/retry?push={row}": of_row,
        f"/oversight/jobs/{failed}": of_job, f"{PAGE}/settle?job={failed}": of_job, f"{PAGE}/retry?job={failed}": of_job,
        f"/oversight/pushes/{mail}": of_job[:1],
    }  # fmt: skip
    forms = {
        f"/oversight/jobs/{failed}/note": ({"note": "x"}, of_job), f"/oversight/pushes/{row}/note": ({"note": "x"}, of_row),
        f"{PAGE}/settle": ({"push": str(row), "job": str(failed), "reason": "x"}, of_job),
        f"{PAGE}/retry": ({"push": str(row), "job": str(failed)}, of_job),
    }  # fmt: skip
    for who in WHO:
        person = Officer(life, who)
        refused = 404 if who.partition("@")[0] in ("head", "supervisor") else 403  # nothing there; not theirs at all
        for path, may in pages.items():
            person.opens(path, 200 if who in may else refused)
        person.opens("/account")
        for path, (form, may) in forms.items():
            if who not in may:
                person.posts(path, {"csrf_token": person._token(), **form})
                assert person.status == refused, (who, path)
    calls: dict[str, dict[str, Any]] = {
        f"/jobs/{failed}/note": {"note": "x"}, "/pushes/retry": {"pushes": [row], "jobs": [failed]},
        "/pushes/settle": {"pushes": [row], "jobs": [failed], "reason": "x"},
    }  # fmt: skip
    for who, code in (("head@MARKET", 404), ("head@CREDIT", 404), ("acceptor@ENV", 403), ("auditor@CREDIT", 403)):
        for path, body in calls.items():
            Officer(life, who).program.posts(path, body, code)
    assert (state(life, row), town.one(select(job.c.settled_at).where(job.c.id == failed)).settled_at) == ("dead", None)
    assert trail(life, "push_settled", "job_settled", "job_retried", "push_retried", "push_minded", "job_minded") == []


@pytest.mark.either_database
def test_what_waited_behind_what_was_settled_goes_on(life: TownLife) -> None:
    """A push of a record alone, which no case frees; a letter that was withdrawn needs no PDF."""
    town = life.town
    town.record()
    first, second = (row.id for row in town.all(select(outbox.c.id).where(outbox.c.topic == "push").limit(2)))
    lane = town.one(select(outbox.c.lane).where(outbox.c.id == first)).lane
    town.turn(update(outbox).where(outbox.c.id == second).values(lane=lane))
    died(life, first)
    life.worker.runs()
    assert state(life, second) == "waiting"
    supervisor = life.centre.supervisor
    supervisor.opens(f"{PAGE}/settle?push={first}")
    supervisor.sends("标记勾选的为已处理", {"怎样处理的，或者为什么不再需要": "对方已直接导入"})
    life.worker.runs()
    assert (state(life, first), state(life, second)) == ("waived", "done")
    assert trail(life, "push_settled") == [("push_settled", "record", "supervisor", "对方已直接导入")]


def test_every_job_that_can_fail_has_its_name() -> None:
    assert set(failed_jobs.WORDS) == set(runs_of_jobs.RUNS)


def test_a_platform_with_a_receipt_key_has_to_sign(life: TownLife) -> None:
    """Its key is registered on its page; what it then answers unsigned is no delivery, and is shown with the cause."""
    admin, key = life.officer("system_admin", "CREDIT"), ReceiptSigner().public
    admin.opens("/admin/targets/site")
    assert "应为 Ed25519 公钥" in admin.sends("保存", {"回执公钥": "whsec_abc"}, status=422)
    admin.opens("/admin/targets/site")
    admin.sends("保存", {"回执公钥": f"whpk_{key}"})
    admin.opens("/admin/targets/site")
    assert key in admin.html
    add_push(life.town.db, "k-1", "site/SX-1", life.town.one(select(target.c.id).where(target.c.code == "site")).id)
    life.worker.runs()
    chief = life.centre.supervisor
    chief.opens(PAGE)
    chief.reads("对方登记了回执公钥，但答复没有签名，不作为回执", "格式")
    admin.opens("/admin/targets/site")
    admin.sends("保存", {"回执公钥": ""})
    life.minutes_pass(5)
    life.worker.runs()
    assert not life.town.all(select(outbox.c.id).where(outbox.c.topic == "push", outbox.c.state != "done"))
    life.sound()
