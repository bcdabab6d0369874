"""No id that a client chooses stops what the system does by itself, and where one stands in its way it is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update
from werkzeug.routing import Rule

from repairflow.casework.changes import EnterActs, SettleActs
from repairflow.casework.command_ids import LONGEST_GIVEN
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents.service import service as serving
from repairflow.casework.queries.oversight.banners import SHOWN_FOR
from repairflow.db import Database
from repairflow.records import act, cases, command_claim, event, letter, office
from repairflow.settings import Settings
from repairflow.web.core.form_ids import LASTS
from repairflow.web.public import complaints
from tests.conftest import Clock
from tests.security.due_things import DueThings, alarms, made_letter, squat
from tests.support.building import COMPANIES, Town
from tests.support.calling import Caller
from tests.web.portal_visit import Visitor, make
from tests.web.test_portal_ask import USCC

TIP_OFF = f"/report/tip_off/{USCC}"
TOLD = {"in.about": "dishonesty", "in.facts": "夜间偷排。"}


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


@pytest.fixture
def app(town: Town, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(complaints, "PRESSES", 10_000)
    monkeypatch.setattr(complaints, "LOOKS", 10_000)
    return make(town)


@dataclass
class World:
    """A town with its application and everybody's browser, kept open."""

    town: Town
    app: Flask
    people: dict[str, Any] = field(default_factory=dict)

    def visitor(self, name: str) -> Visitor:
        if name not in self.people:
            self.people[name] = Visitor(self.app, self.town, name)
            self.people[name].get("/guides")
        found: Visitor = self.people[name]
        if not found.token:  # a page without a form: the next one has it
            found.get("/guides")
        assert found.token
        return found

    def caller(self, name: str) -> Caller:
        key = f"api {name}"
        if key not in self.people:
            self.people[key] = Caller(self.app, self.town, name)
        found: Caller = self.people[key]
        return found

    def post(self, name: str, path: str, fields: dict[str, str]) -> Any:
        """A form sent by somebody who has a page of ours open."""
        return self.visitor(name).post(path, fields)


# every place where a command comes in, with a form that is sound but for its id


def desk_step(w: World, forged: str) -> Any:
    case = w.town.file_repair()
    page = f"/desk/cases/{case}"
    return w.post("acceptor@ENV", f"{page}/actions/accept", {"command_id": forged, "expected_version": "1"})


def desk_filing(w: World, forged: str) -> Any:
    path = f"/desk/new/window/tip_off/{USCC}"
    fields = {"command_id": forged, "in.source": "mail", **TOLD, "step": "file"}
    return w.post("registrar@CREDIT", path, fields)


def portal_filing(w: World, forged: str) -> Any:
    path = f"/my/ask/review/{w.town.ended()}"
    # the office above the one that decided reviews
    w.town.turn(update(office).where(office.c.code == "ENV").values(parent_id=w.town.offices["MARKET"]))
    return w.post("yunxi", path, {"command_id": forged, "in.claimed": "请求准予修复。", "step": "file"})


def act_objection(w: World, forged: str) -> Any:
    number = f"溪环许〔2026〕{len(w.town.all(select(act.c.id))) + 1}号"
    row = {"kind": "permit", "name": COMPANIES[0][1], "code": USCC, "decision_date": "2026-06-08", "title": "准予取水"}
    with w.town.db.begin() as tx:
        entered = EnterActs(w.town.actor("examiner@ENV"), "ENV", [row | {"document_number": number}])
        numbers = dispatch(tx, w.town.services, entered, w.town.now)
        dispatch(tx, w.town.services, SettleActs(w.town.actor("reviewer@ENV"), numbers, "publish", ""), w.town.now)
    paper = w.town.material("evidence", w.town.actor("yunxi"))
    claim = {"in.ground": "wrong_content", "in.claimed": "有效期有误。", "in.commitment_signed_by": "宋远山"}
    sent = {"command_id": forged, "materials": paper, "step": "file", **claim}
    return w.post("yunxi", f"/my/acts/{numbers[0]}/objection", sent)


def portal_step(w: World, forged: str) -> Any:
    path = f"/my/cases/{w.town.file_repair()}/step/withdraw"
    return w.post("yunxi", path, {"command_id": forged, "expected_version": "1"})


def portal_draft(w: World, forged: str) -> Any:
    """A draft carries an id of the server's own; what the form says beside it is not looked at."""
    visitor = w.visitor("yunxi")
    draft = visitor.begin(w.town.record())
    visitor.fill(draft)
    visitor.get(f"{draft}/check")
    return visitor.post(f"{draft}/check", {"command_id": forged})


def service(w: World, forged: str) -> Any:
    page = f"/letters/{made_letter(w.town)}"
    fields = {
        "command_id": forged,
        "mode": "electronic",
        "recipient": "宋远山",
        "served_at": f"{w.town.now:%Y-%m-%d}T10:00",
    }
    return w.post("acceptor@ENV", f"{page}/service", fields)


def service_taken_back(w: World, forged: str) -> Any:
    token = made_letter(w.town)
    with w.town.db.begin() as tx:
        serving.receive(tx, w.town.services, w.town.actor("yunxi"), token, w.town.now)
    fields = {"command_id": forged, "reason": "有误。", "confirmed": "yes"}
    return w.post("head@ENV", f"/letters/{token}/service/withdrawal", fields)


def correction(w: World, forged: str) -> Any:
    page = f"/letters/{made_letter(w.town)}"
    fields = {"command_id": forged, "reason": "笔误。", "what-0": "日期", "was-0": "9日", "new-0": "10日"}
    return w.post("head@ENV", f"{page}/correction", fields)


def withdrawal(w: World, forged: str) -> Any:
    """Of a notice: the letter of a decision that holds is not withdrawn."""
    page = f"/letters/{made_letter(w.town, 'accept')}"
    return w.post("head@ENV", f"{page}/withdrawal", {"command_id": forged, "reason": "重复。", "confirmed": "yes"})


def _proposed(w: World, forged: str) -> tuple[str, Any]:
    w.town.ended()
    found = select(letter).where(letter.c.kind == "repair_denied").order_by(letter.c.id.desc()).limit(1)
    old = w.town.one(found)
    page = f"/letters/{old.token}"
    fields = {"command_id": forged, "addressee": old.content["addressee"], "words.reason": "改写。", "reason": "有误。"}
    return page, w.post("examiner@ENV", f"{page}/reissue", fields)


def proposal(w: World, forged: str) -> Any:
    return _proposed(w, forged)[1]


def reissue(w: World, forged: str) -> Any:
    page, _ = _proposed(w, f"{w.town._id()}-sound")
    return w.post("head@ENV", f"{page}/reissue/issue", {"command_id": forged, "confirmed": "yes"})


def declined(w: World, forged: str) -> Any:
    page, _ = _proposed(w, f"{w.town._id()}-sound")
    return w.post("head@ENV", f"{page}/reissue/decline", {"command_id": forged, "reason": "没有错。"})


def api_filing(w: World, forged: str) -> Any:
    made = w.town.filing("repair", w.town.record())
    body = {
        "procedure": "repair",
        "record": made.record,
        "inputs": dict(made.inputs),
        "materials": list(made.materials),
    }
    return w.caller("yunxi").post("/cases", body, key=forged)


def api_step(w: World, forged: str) -> Any:
    path = f"/cases/{w.town.file_repair()}/actions/accept"
    return w.caller("acceptor@ENV").post(path, {"expected_version": 1}, key=forged)


TAKES_IDS: dict[str, Callable[[World, str], Any]] = {
    "desk.act": desk_step,
    "desk.new_form": desk_filing,
    "portal.ask_form": portal_filing,
    "portal.object_to_act": act_objection,
    "portal.take": portal_step,
    "portal.submit": portal_draft,
    "papers.serve": service,
    "papers.take_back": service_taken_back,
    "papers.correct": correction,
    "papers.withdraw": withdrawal,
    "papers.propose": proposal,
    "papers.issue": reissue,
    "papers.decline": declined,
    "api.file_case": api_filing,
    "api.take_action": api_step,
}
"""By endpoint: a request that files or acts under an id its sender chose. The public forms have tests of their own."""


@pytest.mark.either_database  # every form is sent on both, each with some of the ids: the walk below
@pytest.mark.parametrize("endpoint", TAKES_IDS)
def test_every_form_and_call_with_every_id_of_the_systems(town: Town, app: Flask, endpoint: str) -> None:
    """Each is carried out or refused for its form, and everything that was due happens under the system's own ids."""
    world, due, send = World(town, app), DueThings(town), TAKES_IDS[endpoint]
    forged = list({re.split(r"[/:]", one.removeprefix("sys/"))[0] + one[:4]: one for one in due.ids()}.values())
    sound = [one for one in forged if re.fullmatch(f"[!-~]{{1,{LONGEST_GIVEN}}}", one)]
    for one in forged:
        answer = send(world, one)
        expected = {200, 201, 303} if one in sound or send is portal_draft else {422}
        assert answer.status_code in expected, (one, answer.get_data(as_text=True)[:2000])
    kept = {row.command_id for row in town.all(select(event.c.command_id).where(event.c.command_id.is_not(None)))}
    assert not kept & set(due.ids())
    assert sum(one.startswith(f"{endpoint.partition('.')[0]}/") for one in kept) >= len(sound) > 3
    due.come()
    due.happened()
    assert alarms(town) == []


def test_a_walk_over_every_form_there_is(town: Town, app: Flask) -> None:
    """Every address that takes a form, as everybody: whatever it makes of it, no event stands under an id of the system's."""
    world, due = World(town, app), DueThings(town)
    case, token, number = town.file_repair(), made_letter(town), town.record()
    fill = {
        "case": case,
        "token": token,
        "record": number,
        "action": "accept",
        "procedure": "tip_off",
        "channel": "window",
    }
    walked, forged = 0, due.ids()
    for rule in [one for one in app.url_map.iter_rules() if "POST" in (one.methods or ())]:
        if rule.endpoint.startswith(("login.", "entry.", "account.")):
            continue  # who signs out, or in as another, walks no further
        path = _address(rule, fill)
        for who in ("yunxi", "acceptor@ENV", "head@ENV", "system_admin@CREDIT"):
            one, visitor = forged[walked % len(forged)], world.visitor(who)
            answer = visitor.post(path, {"command_id": one, "expected_version": "1", "step": "file", "reason": "试"})
            assert "为保护您的账号" not in answer.get_data(as_text=True), path
            walked += 1
    assert walked > 100
    assert set(TAKES_IDS) <= {rule.endpoint for rule in app.url_map.iter_rules()}
    kept = {row.command_id for row in town.all(select(event.c.command_id))}
    assert not kept & set(due.ids())
    due.come()
    due.happened()
    assert alarms(town) == []


def _address(rule: Rule, fill: dict[str, str]) -> str:
    """The address of a rule with something fitting for each of its arguments."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        about = "record" if name == "number" and ("record" in rule.rule or "performance" in rule.rule) else name
        values[name] = fill.get(about, 1 if "int" in rule.rule else USCC if name == "key" else fill["case"])
    built = rule.build(values)
    assert built is not None, rule
    return str(built[1])


@pytest.mark.parametrize("key", ["a b", "sys/due/x lapse", "密", "x" * 61])
def test_an_id_that_could_not_be_kept_is_refused(town: Town, app: Flask, key: str) -> None:
    case = town.file_repair()
    visitor = Visitor(app, town, "acceptor@ENV")
    visitor.get(f"/desk/cases/{case}")
    before = town.counts()
    fields = {"command_id": key.ljust(8, "x"), "expected_version": "1"}
    assert visitor.post(f"/desk/cases/{case}/actions/accept", fields).status_code == 422
    assert "请刷新页面后重新填写" in visitor.text
    assert town.counts() == before


# an old database, in which a foreign event already stands under an id of the system's


def test_what_is_due_happens_though_its_id_is_taken_and_people_are_told(
    town: Town, app: Flask, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    due = DueThings(town)
    taken = due.ids()[: len(due.ids()) // 2]
    visitor = Visitor(app, town, "acceptor@ENV")
    assert "编号已被其他留痕占用" not in visitor.get("/desk")
    for one in taken:
        squat(town, one)
    due.come()
    due.happened()
    # of the receipts only the last one closes the case
    pushes = len(town.pushes(due.closing))
    assert set(alarms(town)) <= set(taken)
    assert len(alarms(town)) == len(taken) - pushes + 1
    assert "".join(capsys.readouterr()).count("system command id taken") == len(alarms(town))
    clock.travel(town.now)
    assert "次到期处理的编号已被其他留痕占用" in Visitor(app, town, "acceptor@ENV").get("/desk")
    assert "command_id" in app.test_client().get("/health").json["warnings"]
    assert "编号已被其他留痕占用" not in Visitor(app, town, "yunxi").get("/my/cases")
    clock.travel(SHOWN_FOR + timedelta(days=1))
    assert "command_id" not in app.test_client().get("/health").json["warnings"]


# forms of anybody


def hidden(page: str) -> dict[str, str]:
    """What a public form carries by itself."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_five_anonymous_forms_stop_nothing(town: Town, app: Flask) -> None:
    """Tip-offs under the ids of a lapse, of every escalation, of a signing and of a list entry's end."""
    due = DueThings(town)
    before = len(town.all(select(cases.c.id)))
    anybody = app.test_client()
    for one in due.ids():
        page = anybody.get(TIP_OFF).text
        answer = anybody.post(TIP_OFF, data={**hidden(page), **TOLD, "command_id": one, "step": "file"})
        assert answer.status_code == 422
        assert "还没有提交" in answer.text
        assert "夜间偷排。" in answer.text
        sent = anybody.post(TIP_OFF, data={**hidden(answer.text), **TOLD, "step": "file"})  # the form as it came back
        assert sent.status_code == 200, sent.text[:1500]
    assert len(town.all(select(cases.c.id))) == before + len(due.ids())
    assert not {row.command_id for row in town.all(select(event.c.command_id))} & set(due.ids())
    due.come()
    due.happened()
    assert alarms(town) == []


def _elsewhere(token: str, app: Flask, town: Town, clock: Clock) -> str:
    page = app.test_client().get(f"/report/complaint/{USCC}")
    assert page.status_code == 200
    return hidden(page.text)["command_id"]


def _lapsed(token: str, app: Flask, town: Town, clock: Clock) -> str:
    clock.travel(LASTS + timedelta(minutes=1))
    return token


def _of_the_future(token: str, app: Flask, town: Town, clock: Clock) -> str:
    clock.travel(timedelta(hours=-1))
    return token


def _signed_by_others(token: str, app: Flask, town: Town, clock: Clock) -> str:
    mine = URLSafeSerializer("my own key", salt=f"form {TIP_OFF}")
    return str(mine.dumps(["due/x", int(town.now.timestamp())]))


@pytest.mark.parametrize(
    "spoil",
    [
        _elsewhere,
        _lapsed,
        _of_the_future,
        _signed_by_others,
        lambda token, *_: token[:-1] + "A" * 2,
        lambda *_: "x" * 40,
    ],
    ids=["of another form", "a day old", "not yet made", "of another key", "changed", "made up"],
)
def test_only_a_token_of_this_form_files(town: Town, app: Flask, clock: Clock, spoil: Callable[..., str]) -> None:
    anybody = app.test_client()
    fields = hidden(anybody.get(TIP_OFF).text)
    spoilt = spoil(fields["command_id"], app, town, clock)
    for step in ("check", "file"):
        answer = anybody.post(TIP_OFF, data={**fields, **TOLD, "command_id": spoilt, "step": step})
        assert (answer.status_code, "夜间偷排。" in answer.text) == (422, True)
    assert town.all(select(cases)) == []
    assert town.all(select(command_claim)) == []
    assert anybody.post(TIP_OFF, data={**hidden(answer.text), **TOLD, "step": "file"}).status_code == 200


def test_an_anonymous_form_pressed_twice_files_once_and_other_words_are_another_filing(town: Town, app: Flask) -> None:
    anybody = app.test_client()
    fields = {**hidden(anybody.get(TIP_OFF).text), **TOLD, "step": "file"}
    first, second = (anybody.post(TIP_OFF, data=fields) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    (case,) = town.all(select(cases))
    assert case.number in first.text
    assert case.number in second.text
    other = anybody.post(TIP_OFF, data={**fields, "in.facts": "白天也偷排。"})
    assert other.status_code == 422
    assert "此前已经提交过" in other.text
    assert "白天也偷排。" in other.text
    assert case.number not in other.text
    again = {**fields, **hidden(other.text), "in.facts": "白天也偷排。"}
    assert anybody.post(TIP_OFF, data=again).status_code == 200
    assert len(town.all(select(cases))) == 2
