"""Whom a case is about, perhaps without an account, brings to the window what is asked for; in what came through an account nobody acts
for the subject."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select

from repairflow.casework.actor import Actor
from repairflow.casework.permissions import enters_for_subject
from repairflow.casework.queries.cases import batches
from repairflow.casework.queries.cases.timeline import AT_WINDOW
from repairflow.errors import Forbidden, Invalid, NotFound, Refused
from repairflow.law.identifiers import make_uscc
from repairflow.law.procedure.channels import EX_OFFICIO, PORTAL, SINGLE_WINDOW, WINDOW
from repairflow.law.procedure.signed_paper import LABEL, SIGNED_PAPER, is_declared
from repairflow.records import material
from tests.support.building import COMPANIES, Town, png
from tests.web.desk_visit import Officer, make

PLATFORM = Actor(None, "信用中国", "platform")

pytestmark = pytest.mark.either_database


def at_the_window(town: Town) -> str:
    """An objection that was filed at the window, of which something is lacking; nobody of its subject has an account."""
    clerk = town.actor("registrar@CREDIT")
    case = town.file_objection(who=clerk, channel="window", kinds=("statement", "commitment", "evidence"))
    town.steps(case, "request_supplement")
    return case


def test_what_was_asked_for_is_brought_to_the_window(town: Town) -> None:
    case = at_the_window(town)
    clerk = town.actor("registrar@CREDIT")
    town.do(case, "supply", clerk, materials=(town.material("evidence", clerk),))
    assert town.case(case).state == "submitted"
    officer = Officer(make(town), town, "registrar@CREDIT")
    page = officer.get(f"/desk/cases/{case}")
    assert f"提交补正</strong> {AT_WINDOW}" in page
    town.steps(case, "accept")
    town.sound()


@pytest.mark.parametrize("who", ["checker@CREDIT", "decider@CREDIT", "acceptor@MARKET", "provider@ENV"])
def test_nobody_else_enters_it(town: Town, who: str) -> None:
    case = at_the_window(town)
    somebody = town.actor(who)
    with pytest.raises((Forbidden, NotFound)):
        town.do(case, "supply", somebody, materials=(town.material("evidence", somebody),))


def test_what_was_filed_online_is_brought_online(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "request_supplement")
    clerk = town.actor("registrar@CREDIT")
    with pytest.raises(Forbidden):
        town.do(case, "supply", clerk, materials=(town.material("evidence", clerk),))


def test_who_enters_it_is_not_told_to_have_taken_the_step_before(town: Town) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    town.do(case, "supply", clerk, materials=(town.material("evidence", clerk),))
    town.steps(case, "accept")
    before = town.case(case).handler_id
    other = replace(clerk, id=town.actor("acceptor@MARKET").id, name="另一名窗口人员")
    town.do(case, "withdraw", other, reason="本人到窗口递交书面撤回申请，原件已存卷。")
    assert town.case(case).handler_id == before


def test_a_case_is_ended_for_a_subject_with_the_paper_that_it_signed(town: Town) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    before = town.counts()
    for typed in (None, "本人到窗口提出。"):
        with pytest.raises(Invalid) as wrong:
            town.do(case, "withdraw", clerk, reason=typed, inputs={SIGNED_PAPER: ""})
        assert [(one.where, one.text) for one in wrong.value.problems] == [(SIGNED_PAPER, f"请填写“{LABEL}”")]
        assert town.counts() == before
    town.do(case, "withdraw", clerk)
    assert town.case(case).state == "withdrawn"
    (paper,) = (row for row in town.all(select(material)) if row.kind == SIGNED_PAPER)
    assert (paper.case_id, paper.step) == (town.case(case).id, town.case(case).version)
    assert LABEL in Officer(make(town), town, "registrar@CREDIT").get(f"/desk/cases/{case}")
    town.sound()


def test_a_case_is_ended_at_the_window_on_the_page_of_the_clerk(town: Town) -> None:
    case, officer = at_the_window(town), Officer(make(town), town, "registrar@CREDIT")
    page = officer.get(f"/desk/cases/{case}")
    assert "由您代为录入" in page
    assert "当事人怎样提出的（记入留痕）" in page
    assert officer.act(case, "withdraw").status_code == 422
    assert f"请填写“{LABEL}”" in officer.text
    file = {SIGNED_PAPER: (BytesIO(png()), "撤回申请.png")}
    answer = officer.act(case, "withdraw", file, content_type="multipart/form-data")
    assert "撤回" in answer.text  # asked before, for nothing takes it back
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', officer.page.text))
    officer.post(f"/desk/cases/{case}/actions/withdraw", {**fields, "confirmed": "yes"})
    assert town.case(case).state == "withdrawn"


@pytest.mark.parametrize("paper", ["no-token-of-ours", "of another", "used"])
def test_a_paper_that_is_not_the_clerks_own_ends_nothing(town: Town, paper: str) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    tokens = {
        "of another": town.material(SIGNED_PAPER, town.actor("acceptor@MARKET")),
        "used": next(row.token for row in town.all(select(material)) if row.case_id is not None),
    }
    before = town.counts()
    with pytest.raises(NotFound):
        town.do(case, "withdraw", clerk, inputs={SIGNED_PAPER: tokens.get(paper, paper)})
    assert (town.counts(), town.case(case).state) == (before, "supplement")


@pytest.mark.parametrize("kind", ["evidence", "statement", "mandate"])
def test_a_file_that_was_uploaded_as_another_paper_is_no_signed_one(town: Town, kind: str) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    token, before = town.material(kind, clerk), town.counts()
    with pytest.raises(Invalid) as wrong:
        town.do(case, "withdraw", clerk, inputs={SIGNED_PAPER: token})
    assert [one.where for one in wrong.value.problems] == [SIGNED_PAPER]
    assert (town.counts(), town.case(case).state) == (before, "supplement")


DECLARED = {
    ("accountability", "withdraw"), ("commitment", "sign"), ("commitment", "withdraw"), ("list_removal", "withdraw"),
    ("listing", "waive_defence"), ("minor_repair", "withdraw"), ("objection", "withdraw"), ("reorganisation", "withdraw"),
    ("repair", "withdraw"), ("review", "withdraw"), ("voluntary", "withdraw"),
}  # fmt: skip
"""Steps of all shipped procedures by which a subject gives up or binds itself, and says nothing beside."""


def test_which_steps_hold_nothing_but_what_was_declared(town: Town) -> None:
    known = town.law.procedures.values()
    found = {(one.procedure, name) for one in known for name in one.action if is_declared(one, name)}
    assert found == DECLARED


def test_what_a_subject_brings_is_no_step_for_many_cases_at_once(town: Town) -> None:
    case, clerk = at_the_window(town), town.actor("registrar@CREDIT")
    with town.db.read() as tx:
        (group,) = batches.groups(tx, town.services, clerk, [case], town.now)
    assert "withdraw" not in {step.name for step in group.steps}


def listing(town: Town) -> str:
    """An entry that an office proposed, of which the subject was told."""
    case = town.file(
        "listing", None, town.actor("examiner@ENV"), kinds=(), channel=EX_OFFICIO, subject=make_uscc("320830", COMPANIES[0][2])
    )  # fmt: skip
    town.steps(case, "link_person", "review_pass", "serve_notice")
    return case


def revocation(town: Town) -> str:
    """A repair that an office wants to take back, of which the subject was told."""
    case = town.file(
        "revocation", None, town.actor("examiner@ENV"), kinds=(), channel=EX_OFFICIO, case=town.granted()
    )  # fmt: skip
    town.steps(case, "serve_notice")
    return case


BEGUN = [
    # how it begins, what the subject answers, without its papers, where that leads, what a clerk has to bring
    (listing, "state_defence", "verifying", "reason"),
    (listing, "waive_defence", "deciding", SIGNED_PAPER),
    (revocation, "state_defence", "reviewing", "reason"),
]
"""Cases that an office began."""


@pytest.mark.parametrize(("begun", "action", "state", "lacking"), BEGUN)
def test_whom_an_office_proceeds_against_is_heard_at_the_window(
    town: Town, begun: Callable[[Town], str], action: str, state: str, lacking: str
) -> None:
    case, clerk = begun(town), town.actor("acceptor@ENV")
    before = town.counts()
    with pytest.raises(Invalid) as wrong:
        town.do(case, action, clerk, reason=None, inputs={SIGNED_PAPER: ""} if lacking == SIGNED_PAPER else None)
    assert [one.where for one in wrong.value.problems] == [lacking]
    assert town.counts() == before
    page = Officer(make(town), town, "acceptor@ENV").get(f"/desk/cases/{case}")
    assert "由您代为录入" in page
    town.do(case, action, clerk, reason="本人到窗口当面递交，原件已存卷。")
    assert town.case(case).state == state
    assert AT_WINDOW in Officer(make(town), town, "acceptor@ENV").get(f"/desk/cases/{case}")
    town.sound()


def test_who_entered_an_answer_decides_nothing_on_it_and_the_subject_hears_of_it(town: Town) -> None:
    case, clerk = listing(town), town.actor("acceptor@ENV")
    town.do(case, "waive_defence", clerk, reason="本人到窗口当面提出，原件已存卷。")
    assert town.notices("yunxi")[-1] == "窗口代办：放弃陈述申辩"
    both = replace(clerk, roles=clerk.roles | {("decider", town.offices["ENV"])})
    before = town.counts()
    with pytest.raises(Refused) as refused:
        town.do(case, "decide_listing", both)
    assert ("four_eyes", "“放弃陈述申辩”是您替当事人录入的，“决定列入”须由另一人办理") in {
        (one.code, one.text) for one in refused.value.refusals
    }
    assert town.counts() == before
    town.steps(case, "decide_listing")


@pytest.mark.parametrize("who", ["examiner@ENV", "decider@ENV", "acceptor@MARKET", "registrar@MARKET"])
def test_nobody_but_a_clerk_of_its_offices_enters_an_answer(town: Town, who: str) -> None:
    case = listing(town)
    with pytest.raises((Forbidden, NotFound)):
        town.do(case, "waive_defence", town.actor(who), reason="本人到窗口当面递交，原件已存卷。")


@pytest.mark.parametrize("channel", [WINDOW, SINGLE_WINDOW, PORTAL])
@pytest.mark.parametrize("who", ["registrar@CREDIT", "acceptor@ENV"])
def test_clerks_of_the_receiving_and_of_the_deciding_office_enter_it(town: Town, channel: str, who: str) -> None:
    filers = {WINDOW: town.actor("registrar@CREDIT"), SINGLE_WINDOW: PLATFORM, PORTAL: town.actor("yunxi")}
    serial = "XY-320830-0001" if channel == SINGLE_WINDOW else None
    case = town.file_repair(who=filers[channel], channel=channel, external_serial=serial)
    town.steps(case, "request_supplement")
    assert (town.case(case).receiving_id, town.case(case).deciding_id) == (town.offices["CREDIT"], town.offices["ENV"])
    clerk = town.actor(who)
    paper = town.material("other", clerk)
    if channel == PORTAL:
        with pytest.raises(Forbidden):
            town.do(case, "supply", clerk, materials=(paper,))
        return
    town.do(case, "supply", clerk, materials=(paper,))
    assert town.case(case).state == "submitted"


def test_a_subject_with_an_account_says_nothing_of_a_window(town: Town) -> None:
    case = listing(town)
    town.do(case, "waive_defence", town.actor("yunxi"))
    assert town.case(case).state == "deciding"


def test_who_speaks_for_the_subject_enters_nothing_at_the_window(town: Town) -> None:
    row, clerk = town.case(at_the_window(town)), town.actor("registrar@CREDIT")
    assert enters_for_subject(clerk, "objector", row)
    assert not enters_for_subject(clerk, "registrar", row)
    own = replace(clerk, mandates=frozenset({(row.subject_id, "representative")}))
    assert not enters_for_subject(own, "objector", row)
