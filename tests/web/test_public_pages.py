"""The public door: letters anybody can check, guides from the law, health."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update

from repairflow.auditing.press_events import PRESS_STREAM
from repairflow.casework import event_log
from repairflow.casework.documents import rendering_job
from repairflow.casework.documents.revisions.letter_correction import CorrectLetter, withdraw
from repairflow.casework.event_log import NewEvent
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.documents.verification import masked_subject
from repairflow.law.guards import day_text
from repairflow.letters.model import Pressed
from repairflow.records import event, heartbeat, letter
from repairflow.web.audit import blueprint as audit
from repairflow.web.public import blueprint as public
from repairflow.web.ui.filters import kept_whole
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import application, sign, tamper, visit

pytestmark = pytest.mark.either_database


@pytest.fixture
def app(town: Town) -> Flask:
    def doors(app: Flask) -> None:
        app.register_blueprint(audit.blueprint)
        app.register_blueprint(public.blueprint)

    return application(town, doors)


def issued(town: Town) -> Any:
    """A letter of acceptance."""
    case = town.file_repair()
    town.do(case, "accept")
    return town.one(text("SELECT * FROM letter ORDER BY id DESC LIMIT 1"))


def change(town: Town, row: Any, **values: Any) -> None:
    """What a later step would write to a letter, with an event beside it."""
    with town.db.begin() as tx:
        event_log.append(
            tx, PRESS_STREAM, NewEvent(action=EventName.WAITS, at=town.now, content={"letter": row.number})
        )
        tx.execute(update(letter).where(letter.c.id == row.id).values(**values))


def unbroken(page: str) -> str:
    """A page without the marks that keep its days and numbers in one line."""
    return re.sub(r'<span class="rf-whole">([^<]*)</span>', r"\1", page)


def test_a_decision_that_a_later_one_ended_is_not_told_to_be_in_force(town: Town, app: Flask) -> None:
    """A genuine paper of a repair that was revoked, or of a list that was left, is what somebody deceives with."""
    granted = town.granted()
    row = town.one(select(letter).where(letter.c.kind == "repair_granted"))
    look = app.test_client().get
    assert "属实，有效" in look(f"/verify/{row.token}").text
    revoking = town.file("revocation", None, town.actor("examiner@ENV"), case=granted)
    town.steps(revoking, "serve_notice", "state_defence", "propose_revocation")
    assert "属实，有效" in look(f"/verify/{row.token}").text
    town.do(revoking, "revoke")
    page = look(f"/verify/{row.token}").text
    later = town.one(select(letter).where(letter.c.kind == "revocation"))
    assert "属实，已被撤销" in page
    assert "有效" not in page.partition("用其他程序")[0]
    assert f'《撤销信用修复决定书》<span class="rf-whole">（{later.number}）</span>' in page
    change(town, later, state="withdrawn")  # as an earlier version allowed: the record goes on as revoked
    assert "属实，已被撤销" in look(f"/verify/{row.token}").text


def test_each_state_is_told_in_a_sentence_of_its_own_with_its_day(town: Town, app: Flask) -> None:
    """What stands no more: the list was left, the letter was withdrawn, another came in its place."""
    entry = town.listed()
    listed = town.one(select(letter).where(letter.c.kind == "listing_decision"))
    look = app.test_client().get
    page = look(f"/verify/{listed.token}").text
    assert "最长列入期限届满日" in page  # as the decision calls it
    assert "公示期届满日" not in page
    town.at(timedelta(days=370))
    case = town.file("list_removal", entry, kinds=("performance_proof",), kind="application")
    town.steps(case, "accept", "report_verification", "remove")
    page = look(f"/verify/{listed.token}").text
    assert "其中列入的主体已移出名单，见下列后续决定" in page
    accepted, later = issued(town), town.one(select(letter).order_by(letter.c.id.desc()).limit(1))
    head = CorrectLetter(accepted.token, town.actor("head@ENV"), "w-1", "误发。")
    with town.db.begin() as tx:
        withdraw(tx, head, town.now)
    day = day_text(town.today)
    page = look(f"/verify/{accepted.token}").text
    assert f"已于{day}撤回，不再有效，请不要采信" in unbroken(page)
    change(town, listed, state="superseded", superseded_by=later.id)
    page = look(f"/verify/{listed.token}").text
    assert f"已于{day}被新文书替代，不再使用，请以{later.number}为准" in unbroken(page)


def test_no_line_breaks_inside_a_day_or_the_number_of_a_document(town: Town, app: Flask) -> None:
    town.file_repair()
    row = town.one(select(letter).where(letter.c.kind == "repair_receipt"))
    page = app.test_client().get(f"/verify/{row.token}").text
    told = page.partition("用其他程序")[0]
    assert told.count("〔") > 1
    elsewhere = re.sub(r'<span class="rf-whole">[^<]*</span>', "", told)
    assert re.findall("〔|[0-9]{4}年[0-9]{1,2}月|[A-Z]{2}-[0-9]{4}-", elsewhere) == []


@pytest.mark.parametrize(("said", "shown"), [
    ("请与溪环信更〔2026〕1号一并使用", '请与<span class="rf-whole">溪环信更〔2026〕1号</span>一并使用'),
    ("《规则（演示）》（溪政办规〔2026〕1号）第三条", '《规则（演示）》<span class="rf-whole">（溪政办规〔2026〕1号）</span>第三条'),
    ("<b>罚〔2026〕1号", '&lt;b&gt;<span class="rf-whole">罚〔2026〕1号</span>'),
    ("至2026年11月24日（含当日）前", '至<span class="rf-whole">2026年11月24日（含当日）</span>前'),
    ("办件XF-2026-000005的", '办件<span class="rf-whole">XF-2026-000005</span>的'),
    ("没有文号", "没有文号"), ("2026-12-01 10:30", "2026-12-01 10:30"),
    ("信用修复：2026-04.1 版", '信用修复：<span class="rf-whole">2026-04.1</span> 版'),
])  # fmt: skip
def test_what_stands_beside_a_number_may_break(said: str, shown: str) -> None:
    assert kept_whole(said) == shown


def test_a_masked_record_has_one_term_and_the_office_its_name(town: Town, app: Flask) -> None:
    town.steps(town.begin("reorganisation"), "accept", "report_check", "mask")
    row = town.one(select(letter).where(letter.c.kind == "masking_decision"))
    page = app.test_client().get(f"/verify/{row.token}").text
    assert page.count("<dt>执行期限") == 1
    assert "云溪县生态环境局于2026年" in unbroken(page)  # the masked record's office, by name
    assert "本机关" not in page


def test_a_complaints_letter_tells_nobody_whom_it_is_about(town: Town, app: Flask) -> None:
    town.begin("tip_off")
    row = town.one(select(letter).where(letter.c.kind == "intake_receipt"))
    assert "云溪**" not in app.test_client().get(f"/verify/{row.token}").text


def test_letters_about_a_record_that_was_annulled_say_so(town: Town, app: Flask) -> None:
    """Those from before it; what annulled it stands."""
    number = town.listed()
    objection = town.file_objection(number)
    town.at(timedelta(days=1))
    town.steps(objection, "accept", "consult", "report_finding", "uphold_annul")
    rows = {row.kind: row.token for row in town.all(select(letter).order_by(letter.c.id))}
    look = app.test_client().get
    for kind in ("listing_decision", "repair_informed", "objection_receipt"):
        page = look(f"/verify/{rows[kind]}").text
        assert "属实，所涉信息已被撤销" in page, kind
    assert "属实，有效" in look(f"/verify/{rows['objection_result']}").text


def test_a_letter_that_lays_a_duty_is_not_called_a_notice_of_the_course(town: Town, app: Flask) -> None:
    town.steps(town.begin("rectification"), "issue")
    row = town.one(select(letter).where(letter.c.kind == "rectification_order"))
    page = app.test_client().get(f"/verify/{row.token}").text
    assert "要求当事人履行的通知" in page
    assert "办理中的告知" not in page


def test_a_letter_is_confirmed_with_the_minimum(town: Town, app: Flask) -> None:
    row = issued(town)
    answer = app.test_client().get(f"/verify/{row.token}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    for shown in (row.number, row.title, row.chain_head, row.text_digest, "属实，有效", "云溪****有限公司", "待存证"):
        assert shown in page
    for hidden in ("云溪环保科技有限公司", "宋远山", row.content if isinstance(row.content, str) else "缴清罚款"):
        assert hidden not in page


def test_the_chain_is_checked(town: Town, app: Flask) -> None:
    row = issued(town)
    sign(town)
    assert "已存证（序号" in app.test_client().get(f"/verify/{row.token}").get_data(as_text=True)
    tamper(town, f"UPDATE letter SET number = '溪环信受〔2026〕999号' WHERE id = {row.id}")
    assert "与办理记录不符" in app.test_client().get(f"/verify/{row.token}").get_data(as_text=True)


@pytest.mark.parametrize(("state", "said"), [("withdrawn", "已撤回"), ("superseded", "已被新文书替代")])
def test_a_letter_that_no_longer_counts(town: Town, app: Flask, state: str, said: str) -> None:
    row = issued(town)
    change(town, row, state=state)
    page = app.test_client().get(f"/verify/{row.token}").get_data(as_text=True)
    assert said in page
    assert "属实，有效" not in page


def test_the_pdf_is_compared_in_the_browser(town: Town, app: Flask) -> None:
    row = issued(town)
    assert "PDF 正在生成" in app.test_client().get(f"/verify/{row.token}").get_data(as_text=True)
    with town.db.read() as tx:
        key = tx.execute(select(letter.c.id).where(letter.c.token == row.token)).scalar_one()
    with (
        town.db.begin() as tx
    ):  # another was made meanwhile: the event of this one stands at a later time than its beginning
        later = NewEvent(action=EventName.WAITS, at=town.now + timedelta(seconds=2), content={"letter": "another"})
        event_log.append(tx, PRESS_STREAM, later)
    made = rendering_job.press(
        town.db, town.services.letters, lambda _: Pressed(pdf=b"%PDF", sha256="", pages=1), key, town.now
    )
    page = app.test_client().get(f"/verify/{row.token}").get_data(as_text=True)
    assert f'data-rf-digest="{made.removeprefix("sha256:")}"' in page
    assert "verify.js" in page
    with town.db.read() as tx:
        at = tx.execute(select(event.c.at).where(event.c.stream == PRESS_STREAM).order_by(event.c.seq.desc())).scalar()
        assert at != town.now
    # the digest of another file, put into the row by hand, is not what the trail says was made
    change(town, row, pdf_digest="sha256:" + "ab" * 32)
    page = app.test_client().get(f"/verify/{row.token}").get_data(as_text=True)
    assert "ab" * 32 not in page
    assert "verify.js" not in page
    assert "登记的 PDF 校验值与制作时的记录不同" in page
    assert "<h2>与制作记录不符</h2>" in page
    assert "属实" not in page
    assert "不能确认</span>" in page
    assert "有效</span>" not in page


def test_every_unknown_code_gets_the_same_answer(town: Town, app: Flask) -> None:
    issued(town)
    stranger = app.test_client()
    answers = [stranger.get(f"/verify/{code}") for code in ("A" * 22, "short", "x" * 200, "a'b", "unknown")]
    assert {a.status_code for a in answers} == {404}
    assert len({a.get_data() for a in answers}) == 1


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "http://127.0.0.1:8000/verify/{}", "https://elsewhere.example/verify/{}/"]
)
def test_a_code_may_be_typed_or_pasted(town: Town, app: Flask, typed: str) -> None:
    row = issued(town)
    answer = app.test_client().get("/verify", query_string={"code": typed.format(row.token)})
    assert answer.location == f"/verify/{row.token}"
    odd = app.test_client().get("/verify", query_string={"code": "〔2026〕1号"})
    assert app.test_client().get(odd.location).status_code == 404


def test_looking_is_throttled(town: Town, app: Flask, clock: Clock) -> None:
    stranger = app.test_client()
    statuses = [stranger.get("/verify/" + "A" * 22).status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]


@pytest.mark.parametrize(
    ("kind", "name", "shown"),
    [
        ("organisation", "云溪环保科技有限公司", "云溪****有限公司"),
        ("organisation", "短名公司", "短*"),
        ("natural_person", "宋远山", "宋*"),
        ("sole_trader", "老张面馆", "老*"),
        ("", "", ""),
    ],
)
def test_names_are_masked(kind: str, name: str, shown: str) -> None:
    assert masked_subject(kind, name) == shown


def test_guides_say_what_the_law_says(town: Town, app: Flask) -> None:
    stranger = app.test_client()
    page = stranger.get("/guides").get_data(as_text=True)
    assert "noindex" not in page
    assert "信用修复" in page
    assert "失信信息自身" not in page
    assert "/guides/record" not in page
    repair = town.law.in_force("repair", town.today)
    shown = stranger.get("/guides/repair").get_data(as_text=True)
    for clock_ in repair.clock.values():
        assert clock_.label in shown
    for material in repair.material.values():
        assert material.label in shown
    assert "<svg" in shown
    assert "不收取任何费用" in shown
    for absent in ("record", "nothing", "../repair"):
        assert stranger.get(f"/guides/{absent}").status_code == 404


def test_only_administrators_see_how_sure_a_figure_is(town: Town, app: Flask) -> None:
    badge, guide = "已核实", "/guides/remedy"  # its limit was read: 行政处罚法 48
    assert badge not in app.test_client().get(guide).get_data(as_text=True)
    assert badge not in visit(app, town, "acceptor@ENV").get(guide).get_data(as_text=True)
    assert badge in visit(app, town, "system_admin@CREDIT").get(guide).get_data(as_text=True)


def test_health_needs_database_and_worker(town: Town, app: Flask, clock: Clock) -> None:
    stranger = app.test_client()
    assert stranger.get("/health").status_code == 503
    with town.db.engine.begin() as tx:
        tx.execute(insert(heartbeat).values(name="worker/a", at=clock.instant))
    answer = stranger.get("/health")
    assert (answer.status_code, answer.json) == (200, {"ok": True, "database": True, "worker": True, "warnings": []})
    clock.travel(clock.instant + timedelta(minutes=2))
    assert stranger.get("/health").status_code == 503


def test_metrics_are_for_this_machine(town: Town, app: Flask) -> None:
    town.file_repair()
    stranger = app.test_client()
    shown = stranger.get("/metrics").get_data(as_text=True)
    assert "repairflow_open_cases 1.0" in shown
    assert "repairflow_worker_alive 0.0" in shown
    assert stranger.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert stranger.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
