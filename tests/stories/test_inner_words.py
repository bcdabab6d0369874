"""What officers write for one another before a decision (核查意见、拟办意见、退回理由) is read by their own, at no door by the company."""

from __future__ import annotations

import json

import pytest

from tests.stories.people import Program
from tests.stories.test_lists import DOCUMENT
from tests.stories.town_life import TownLife
from tests.support.calling import Caller

FOUND, PROPOSED, BACK, AGAIN = "甲乙核查所见", "丙丁拟办意见", "戊己退回理由", "庚辛再次拟办"
INNER = {FOUND, PROPOSED, BACK, AGAIN, "壬癸逐项说明"}
NAMED = {"拟不予修复", "退回审核", "propose_denial", "return_to_review"}
"""Names of steps that tell an opinion by themselves."""
DECIDED = "经查明尚欠罚款一万元"
PAGES = (
    "/my/cases/{case}",
    "/my/cases/{case}/receipt",
    "/my/cases?show=all",
    "/my/credit-file",
    "/my/records/{record}",
    "/my/inbox",
    "/my/",
)
CALLS = (
    "/cases/{case}",
    "/cases/{case}/events",
    "/cases/{case}/deadlines",
    "/cases/{case}/letters",
    "/cases?state=all",
    "/records/{record}",
)


@pytest.fixture
def handled(life: TownLife) -> tuple[str, str]:
    """Case and record: verified, proposed, sent back and proposed again; nothing decided."""
    record = life.record()
    town, case = life.town, life.company.repairs(record)
    town.do(case, "accept")
    conditions = town.unmet(case)
    noted = {code: said | {"note": "壬癸逐项说明"} for code, said in conditions.items()}
    town.do(case, "report_verification", inputs={"conditions": noted}, reason=FOUND)
    town.do(case, "propose_denial", reason=PROPOSED)
    town.do(case, "return_to_review", reason=BACK)
    town.do(case, "propose_denial", reason=AGAIN)
    return case, record


def at_all_doors(life: TownLife, who: str, case: str, record: str) -> str:
    """All that somebody who speaks for the company is shown and told."""
    person = getattr(life, who)
    pages = [person.opens(one.format(case=case, record=record)) for one in PAGES]
    calls = [json.dumps(person.program.gets(one.format(case=case, record=record)), ensure_ascii=False) for one in CALLS]
    return "\n".join((*pages, *calls))


@pytest.mark.parametrize("who", ["company", "agent"])
def test_at_no_door_does_the_company_read_opinions(life: TownLife, handled: tuple[str, str], who: str) -> None:
    case, record = handled
    before = at_all_doors(life, who, case, record)
    assert [word for word in INNER if word in before] == []
    person = getattr(life, who)
    trail = person.opens_case(case) + json.dumps(person.program.gets(f"/cases/{case}/events"), ensure_ascii=False)
    assert [word for word in NAMED if word in trail] == []
    assert "单位内部办理" in before  # that the case went on is told
    life.town.do(case, "deny", reason=DECIDED)
    after = at_all_doors(life, who, case, record)
    assert DECIDED in after
    assert "条件核查" in after  # what the letter says of each condition
    assert [word for word in INNER - {"壬癸逐项说明"} if word in after] == []


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("examiner@ENV", True),
        ("decider@ENV", True),
        ("auditor@CREDIT", True),
        ("supervisor@CREDIT", True),
        ("examiner@MARKET", False),
    ],
)
def test_those_who_handle_or_watch_it_read_them(
    life: TownLife, handled: tuple[str, str], who: str, reads: bool
) -> None:
    case, _ = handled
    program = Program(Caller(life.app, life.town, who))
    if not reads:
        program.gets(f"/cases/{case}/events", status=404)
        return
    told = json.dumps(program.gets(f"/cases/{case}/events"), ensure_ascii=False)
    assert [word for word in INNER | NAMED if word not in told] == []


def test_the_company_is_shown_its_own_files_and_not_the_offices(life: TownLife) -> None:
    """What an office put on file as evidence is read in reconsideration; the letter tells what the decision rests on."""
    town, env = life.town, life.env
    program = env.examiner.program
    case = program.opens(
        "listing",
        ("basis_document",),
        subject=life.uscc(),
        inputs={"list_kind": "watch", "facts": "限期内没有改正。", **DOCUMENT},
    )
    town.do(case, "review_pass")
    town.do(case, "serve_notice")
    company = life.company
    company.opens_case(case)
    company.reads("材料（0 件）", "第四十七条")
    (theirs,) = program.gets(f"/cases/{case}")["materials"]
    assert company.program.gets(f"/cases/{case}")["materials"] == []
    company.opens(f"/materials/{theirs['token']}", 404)
    town.serve(case)
    company.presses(case, "提交陈述申辩", {"陈述和申辩意见": "没有这回事。"}, materials=("陈述申辩材料",))
    seen = {one["kind"]: one["token"] for one in company.program.gets(f"/cases/{case}")["materials"]}
    assert seen.keys() == {"defence", "service_evidence"}  # its own, and the proof that the notice was served
    company.opens_case(case)
    company.reads("材料（2 件）")
    for token in seen.values():
        company.downloads(f"/materials/{token}")
    env.decider.downloads(f"/materials/{theirs['token']}")
    assert len(program.gets(f"/cases/{case}")["materials"]) == 3
