"""What offices write to one another before anything is served is theirs: the subject sees no draft; the credit office's
supervisor sees the cases of every office from their first day, and takes no step in them."""

from __future__ import annotations

from typing import Any

from tests.stories.town_life import TownLife
from tests.support.calling import Caller

BASIS = {"basis_number": "溪环罚〔2026〕9号", "basis_office": "云溪县生态环境局", "basis_date": "2026-05-20"}
ORDER = {"facts": "厂区东侧有一段暗管。", "demands": ["拆除暗管"]}
TALK = {"facts": "厂区东侧有一段暗管。", "demands": ["拆除暗管"]}
LIST = {"list_kind": "serious", "facts": "拒不履行行政处罚决定。", **BASIS}
WHEN = {
    "约谈时间": "2026-06-18T09:30", "约谈地点": "三楼会议室", "被约谈人员": "宋远山，法定代表人",
    "约谈人员（一）": "examiner@ENV", "约谈人员（二）": "head@ENV",
}  # fmt: skip

# procedure, how it is opened, steps between offices (post, button), the step that serves, what never reaches the subject
DRAFTS: list[tuple[str, dict[str, Any], list[tuple[str, str]], tuple[str, str, dict[str, str]], tuple[str, ...]]] = [
    ("rectification", {"inputs": ORDER}, [], ("decider", "签发限期整改通知书", {}), ("签发期限",)),
    ("interview", {"inputs": TALK, "kind": "reminder"}, [("head", "批准约谈")],
     ("examiner", "制发约谈通知书", WHEN), ("批准约谈", "批准期限")),
    ("listing", {"inputs": LIST}, [("reviewer", "审核通过")],
     ("examiner", "制发拟列入告知书", {}), ("审核通过", "审核期限")),
]  # fmt: skip
DROPPED = [("rectification", {"inputs": ORDER}, "decider", "不予责令整改"),
           ("interview", {"inputs": TALK, "kind": "reminder"}, "head", "不予约谈"),
           ("listing", {"inputs": LIST}, "reviewer", "审核不通过")]  # fmt: skip


def unseen(life: TownLife, case: str) -> None:
    """Nowhere does the company meet the case: list, page, program, inbox; the supervisor has it open."""
    company, supervisor, program = life.company, life.centre.supervisor, Caller(life.app, life.town, "yunxi")
    assert case not in company.opens("/my/cases?show=all")
    assert case not in company.inbox()
    company.opens(f"/my/cases/{case}", 404)
    for part in ("", "/events", "/deadlines", "/letters"):
        assert program.get(f"/cases/{case}{part}").status_code == 404
    supervisor.opens_case(case)
    assert case in supervisor.opens("/desk/cases")


def test_a_draft_is_seen_from_service_on_and_what_is_dropped_before_never_was(life: TownLife) -> None:
    for procedure, filing, inside, serves, never in DRAFTS:
        served(life, procedure, filing, inside, serves, never)
    for procedure, filing, post, button in DROPPED:
        case = life.env.examiner.program.opens(procedure, subject=life.uscc(), **filing)
        getattr(life.env, post).presses(case, button)
        unseen(life, case)


def served(
    life: TownLife, procedure: str, filing: dict[str, Any], inside: list[tuple[str, str]],
    serves: tuple[str, str, dict[str, str]], never: tuple[str, ...],
) -> None:  # fmt: skip
    """A case from its draft to what is served on the company, and what the company sees of it then."""
    env, company, program = life.env, life.company, Caller(life.app, life.town, "yunxi")
    case = env.examiner.program.opens(procedure, subject=life.uscc(), **filing)
    unseen(life, case)
    for post, button in inside:
        getattr(env, post).presses(case, button)
        unseen(life, case)
    post, button, answers = serves
    getattr(env, post).presses(case, button, answers)
    page = company.opens_case(case)
    assert case in company.inbox()
    assert button in page
    assert [page[max(0, page.index(word) - 150) : page.index(word) + 80] for word in never if word in page] == []
    seen = program.get(f"/cases/{case}/events").json["items"]
    assert [one["label"] for one in seen] == [button]
    limits = program.get(f"/cases/{case}/deadlines").json["items"]
    assert [one for one in limits if one["label"] in never] == []
    # to look over is no part in it
    supervisor = Caller(life.app, life.town, "supervisor@CREDIT")
    options = supervisor.get(f"/cases/{case}").json["options"]
    assert [one for one in options if one["open"]] == []
