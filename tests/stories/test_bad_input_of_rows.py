"""What is wrong in an entry is refused at its field, by page and by call, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from repairflow.records import mandate
from tests.law_stories.telling import belongs_to
from tests.stories.test_administrative_acts import ENTER, PERMIT, PERMITS
from tests.stories.test_entry_by_hand import CARD, FACTORY, PENALTY
from tests.stories.test_lists import DOCUMENT
from tests.stories.test_main_job import penalty_file
from tests.stories.test_means_of_repair import DECLARE, TRAINING
from tests.stories.town_life import TownLife

OF_THE_TRY = frozenset({"web_session", "api_token", "attempt", "row_change", "row_touch"})
"""Tables that say who came by and tried."""
OF_AN_UPLOAD = frozenset({"import_run", "import_row", "job", "job_error", "material", "event"})
"""Where a file that was brought is kept, with what is wrong in it: nothing of it is entered."""
BY_HAND = "录入，交另一人复核"
PAST = {"补报历史数据（早已超过公示期限的，单独统计）": "是", "资料来源": "2026 年纸质档案"}
Tried = Callable[[TownLife], str]


def kept(life: TownLife, *, brings: bool = False) -> Mapping[str, int]:
    """How many rows every table has; where a file was brought, without those that keep it."""
    left_out = OF_THE_TRY | OF_AN_UPLOAD if brings else OF_THE_TRY
    return {name: rows for name, rows in life.town.counts().items() if name not in left_out}


def penalty(wrong: dict[str, str]) -> Tried:
    def tried(life: TownLife) -> str:
        life.env.examiner.opens(f"/desk/records/new?subject={life.uscc()}")
        return life.env.examiner.sends(BY_HAND, PENALTY | wrong, status=422)

    return tried


def act(wrong: dict[str, str]) -> Tried:
    def tried(life: TownLife) -> str:
        life.env.examiner.opens("/desk/acts/new")
        return life.env.examiner.sends(ENTER, PERMIT | {"统一社会信用代码": life.uscc()} | wrong, status=422)

    return tried


def acts_by_call(wrong: dict[str, str]) -> Tried:
    def tried(life: TownLife) -> str:
        one = {
            "kind": "permit", "name": "云溪环保", "code": life.uscc(), "document_number": "溪环许〔2026〕9号",
            "decision_date": "2026-06-09", "title": "准予取水",
        }  # fmt: skip
        body = {"office": "ENV", "acts": [one | wrong]}
        return str(life.env.examiner.program.posts("/acts", body, status=422)["problems"])

    return tried


def a_permit_as_a_penalty(life: TownLife) -> str:
    clerk = life.env.provider
    return clerk.uploads(PERMITS.format(code=life.uscc()).encode(), "许可.csv")


def past_later_than_its_import(life: TownLife) -> str:
    clerk = life.env.provider
    clerk.opens("/desk/imports")
    fresh = penalty_file(life).replace(b"2026-03-16,2027-03-16", b"2026-06-11,2027-06-11")
    clerk.sends("上传并检查", PAST, files={"文件": ("late.csv", fresh)})
    life.does_jobs()
    return clerk.opens(clerk.where)


def a_person(life: TownLife) -> str:
    clerk = life.env.examiner
    clerk.opens("/desk/subjects/new")
    return clerk.sends(
        "录入",
        FACTORY | {"种类": "自然人", "统一社会信用代码": "", "证件种类": CARD, "证件号码": "110105194912310021"},
        status=422,
    )


def an_ended_mandate(life: TownLife) -> str:
    with life.town.db.begin() as tx:
        over = life.town.today - timedelta(days=1)
        mine = mandate.c.person_id == life.town.people["yunxi's agent"]
        tx.execute(update(mandate).where(mine).values(valid_until=over))
    agent, number = life.agent, life.env.examiner.program.records("penalty")[0]
    agent.opens(f"/my/file/repair/{number}", 404)
    body = {"procedure": "repair", "record": number, "inputs": {}, "materials": []}
    agent.program.posts("/cases", body, status=404)
    return agent.opens("/my/")


def means_with_few_hours(life: TownLife) -> str:
    number = life.env.examiner.program.records("penalty")[0]
    life.company.opens(f"/my/records/{number}/means")
    return life.company.sends(DECLARE, TRAINING | {"学时（小时）": "1"}, status=422)


def promised_for_a_day_that_is_over(life: TownLife) -> str:
    given = {
        "office": "ENV", "matter": "补齐", "undertaking": "补齐。", "promised_day": "2026-06-09", "commitment_signed_by": "宋远山",
    }  # fmt: skip
    body = {"procedure": "commitment", "subject": life.uscc(), "kind": "voluntary", "inputs": given}
    papers = life.company.program.brings("commitment")
    return str(life.company.program.posts("/cases", body | {"materials": papers}, status=422)["problems"])


def promised_where_nothing_is_lacking(life: TownLife) -> str:
    record = life.env.examiner.program.records("penalty")[0]
    given = {
        "performed_on": "2026-05-20", "correction": "已经整改。", "promised_day": "2026-06-24", "commitment_signed_by": "宋远山",
    }  # fmt: skip
    body = {"procedure": "repair", "record": record, "inputs": given}
    papers = life.company.program.brings("performance_proof")
    return str(life.company.program.posts("/cases", body | {"materials": papers}, status=422)["problems"])


def a_program_declares(life: TownLife) -> str:
    """Means of repair and persons are entered on pages: no call does it by the way."""
    number = life.env.examiner.program.records("penalty")[0]
    return str(life.company.program.posts(f"/records/{number}/means", {"hours": 8}, status=404))


RECORDS: tuple[tuple[str, Tried, str], ...] = (
    ("a penalty without a number", penalty({"行政处罚决定书文号": ""}), "未填写"),
    ("a penalty without a day", penalty({"处罚决定日期": ""}), "处罚决定日期"),
    ("a penalty of tomorrow", penalty({"处罚决定日期": "2026-06-11"}), "处罚决定日期"),
    ("a permit without a code", act({"统一社会信用代码": ""}), "“统一社会信用代码”未填写"),
    ("a permit without a day", act({"决定日期": ""}), "“决定日期”未填写"),
    ("a permit by call without a code", acts_by_call({"code": ""}), "code"),
    ("a permit by call without a day", acts_by_call({"decision_date": ""}), "decision_date"),
    ("a permit of the past that is none", act(PAST), "不是补报"),
    ("a permit as a penalty", a_permit_as_a_penalty, "行政许可数据表"),
    ("a penalty of the past later than its import", past_later_than_its_import, "决定日期"),
    ("a person's number", a_person, "校验"),
    ("a mandate that ended", an_ended_mandate, "首页"),
    ("a person's number by call that is wrong", acts_by_call({"code": "110105194912310021"}), "code"),
    ("a day promised where nothing is lacking", promised_where_nothing_is_lacking, "没有需要后补的材料"),
    ("means by call", a_program_declares, "没有"),
    ("means with too few hours", means_with_few_hours, "学时"),
    ("a promise of yesterday", promised_for_a_day_that_is_over, "须晚于今天"),
)  # fmt: skip


BRINGING = (
    a_permit_as_a_penalty,
    past_later_than_its_import,
    promised_for_a_day_that_is_over,
    promised_where_nothing_is_lacking,
)


def test_entries_of_records(life: TownLife) -> None:
    life.record()
    for what, tried, says in RECORDS:
        brings = tried in BRINGING
        before = kept(life, brings=brings)
        said = tried(life)
        assert says in said, (what, said[:800])
        assert kept(life, brings=brings) == before, what
    life.sound()


def listing(**inputs: Any) -> dict[str, Any]:
    return {"list_kind": "watch", "facts": "整改逾期。", **DOCUMENT, **inputs}


def by_call(domain: str, inputs: dict[str, Any], procedure: str = "listing", **more: Any) -> Tried:
    def tried(life: TownLife) -> str:
        belongs_to(life.town, "ENV", domain=domain)
        body = {"procedure": procedure, "subject": life.uscc(), "inputs": inputs, "materials": [], **more}
        answer = life.env.examiner.program.posts("/cases", body, status=more.pop("status", 422))
        belongs_to(life.town, "ENV", domain="general")
        return str(answer)

    return tried


def on_the_page(life: TownLife) -> str:
    """The kind of another authority is not even offered."""
    clerk = life.env.examiner
    clerk.opens(f"/desk/new/ex_officio/listing/{life.uscc()}")
    form = clerk.page.form("下一步：核对")
    assert form is not None
    kinds = next(one.options for one in form.fields.values() if one.name == "in.list_kind")
    assert "海事黄名单" not in kinds
    return "、".join(kinds)


def form_of_listing(**wrong: str) -> Tried:
    """The same on the page: it is told before anybody is asked to confirm."""

    def tried(life: TownLife) -> str:
        clerk = life.env.examiner
        clerk.opens(f"/desk/new/ex_officio/listing/{life.uscc()}")
        given = {
            "名单种类": "重点关注名单", "事由": "整改逾期。", "认定文书文号": "溪罚〔2026〕1号", "认定文书作出机关": "云溪县生态环境局",
            "认定文书日期": "2026-01-05",
        }  # fmt: skip
        return clerk.sends("下一步：核对", given | wrong, status=422)

    return tried


def no_subject(code: str) -> Tried:
    def tried(life: TownLife) -> str:
        body = {"procedure": "credit_warning", "subject": code, "kind": "reminder", "materials": []}
        body["inputs"] = {"facts": "台账不全。", "demands": ["补齐台账"]}
        caller = life.env.examiner.program
        return str(caller.posts("/cases", body, status=404 if code else 422))

    return tried


LISTS: tuple[tuple[str, Tried, str], ...] = (
    ("another authority's list by call", by_call("general", listing(list_kind="maritime_yellow")), "list_kind"),
    ("another authority's list on the page", on_the_page, "重点关注名单"),
    ("a document dated otherwise", by_call("general", listing(basis_number="溪罚〔2026〕1号", basis_date="2026-01-06")), "日期"),
    ("a document of another office", by_call(
        "general", listing(basis_number="溪罚〔2026〕1号", basis_date="2026-01-05", basis_office="云溪县税务局")), "机关"),
    ("a document dated otherwise, on the page", form_of_listing(认定文书日期="2026-01-06"), "作出日期为2026年1月5日"),
    ("a document of another office, on the page", form_of_listing(认定文书作出机关="云溪县税务局"), "作出机关为云溪县生态环境局"),
    ("a warning to nobody", no_subject(""), "subject"),
    ("a warning to an unknown code", no_subject("91320830MA1Q7Q7Q7Q"), "没有"),
)  # fmt: skip


def test_entries_of_lists(life: TownLife) -> None:
    life.record()
    for what, tried, says in LISTS:
        before = kept(life)
        said = tried(life)
        assert says in said, (what, said[:800])
        assert kept(life) == before, what
    life.sound()


@pytest.mark.parametrize("way", ["page", "call"])
def test_steps_of_lists(life: TownLife, way: str) -> None:
    """Nobody linked where the kind wants it, and publicity shorter than it says: the step is refused and writes nothing."""
    env = life.env
    serious = env.examiner.program.opens("listing", subject=life.uscc(), inputs=listing(list_kind="serious"))
    env.reviewer.presses(serious, "审核通过")
    env.examiner.presses(serious, "制发拟列入告知书")
    life.company.presses(serious, "放弃陈述申辩")
    red = env.examiner.program.opens("listing", subject=life.uscc(), inputs={"list_kind": "honour", "facts": "守信。"})
    before = kept(life)
    if way == "page":
        assert "责任人员" in env.decider.is_refused(serious, "决定列入")
        short = {"公示天数（工作日）": "6"}
        assert "至少 7 个工作日" in env.reviewer.is_refused(red, "审核通过，交付公示", short)
    else:
        assert "linked_person_named" in env.decider.program.is_refused(serious, "决定列入")
        short = {"公示天数（工作日）": 6}
        assert "window_long_enough" in env.reviewer.program.is_refused(red, "审核通过，交付公示", short)
    assert kept(life) == before
    assert life.town.today == date(2026, 6, 10)


LAW = "实施措施所依据的法律、法规条款"
RIGHT = {"措施开始日期": "2026-06-10", "措施结束日期": "2026-12-31", LAW: "《招标投标条例（虚构）》第十条"}
MEASURES = (
    # what was filled in, what the page says, the code of the call
    ({LAW: "有关规定"}, "书名号", "measure_names_its_law"),
    ({LAW: "《云溪县信用工作规则》"}, "条", "measure_names_its_law"),
    ({"措施结束日期": "2029-06-11"}, "最长", "measure_term_lawful"),
    ({"措施结束日期": "2026-06-10"}, "结束", "measure_term_lawful"),
)


@pytest.mark.parametrize("way", ["page", "call"])
def test_measures_without_a_law_of_their_own_or_beyond_their_term(life: TownLife, way: str) -> None:
    record, partner = life.record(), life.market.partner
    inputs = {"measure": "bidding", "partner": "MARKET"}
    case = life.env.examiner.program.opens("joint_measure", record=record, inputs=inputs)
    life.env.decider.presses(case, "发起")
    before = kept(life)
    for wrong, says, code in MEASURES:
        if way == "page":
            assert says in partner.is_refused(case, "响应并采取措施", RIGHT | wrong), wrong
        else:
            assert code in partner.program.is_refused(case, "响应并采取措施", RIGHT | wrong), wrong
        assert (kept(life), life.state(case)) == (before, "待响应"), wrong
