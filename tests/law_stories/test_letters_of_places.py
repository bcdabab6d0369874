"""Letters of a case that follows a place's own statute: they cite it, and no day in them lies after the limit it sets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select

from repairflow.errors import Invalid, Refused
from repairflow.records import letter, notice, own_rule
from tests.law_stories.telling import belongs_to
from tests.law_stories.test_listing_story import listing
from tests.support.building import Town

pytestmark = pytest.mark.either_database
ACTS = {  # what the acceptance, the consultation and the result cite
    "410100": ("第四十一条第二款",) * 3, "370102": ("第三十九条第二款",) * 3, "310000": ("第三十六条第二款",) * 3,
    "330000": ("第三十一条第一款", "第三十条第一款", "第三十一条第一款"),
    "440300": ("第五十一条第一款", "第五十一条第二款、第五十一条第三款", "第五十一条第三款"),
}  # fmt: skip


def words(town: Town, kind: str) -> str:
    row = town.one(select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))
    paragraphs: list[Any] = row.content["paragraphs"]
    return "".join(p["text"] for p in paragraphs)


def said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（含当日）前"


@pytest.mark.parametrize(("division", "cited"), ACTS.items())
def test_every_letter_of_an_objection_cites_the_statute_of_its_place(
    town: Town, division: str, cited: tuple[str, str, str]
) -> None:
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    # an article in more than one act is cited once, the later of one act by its article alone
    assert cited[0] in words(town, "objection_accepted")
    assert cited[1] in words(town, "consultation")
    town.steps(case, "report_finding", "dismiss")
    # in 上海 and 深圳 the provider decides, and the centre passes its decision on
    result = "objection_passed_on" if division in {"310000", "440300"} else "objection_result"
    assert cited[2] in words(town, result)
    assert "办法》（国家发展" not in words(town, result)  # nobody has read its articles


@pytest.mark.parametrize("division", ["410100", "370102", "310000", "330000", "440300"])
def test_no_letter_hangs_on_a_statute_what_it_has_no_word_of(town: Town, division: str) -> None:
    """Acceptance without a paper, transfer, and keeping what nobody could verify are in none of the five regulations: the office's
    own rule carries them, or nothing. 山东 39 has no mark either."""
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    procedure = town.procedure(case)
    for step in ("accept_deficient", "transfer", "annotate"):
        assert not any(procedure.basis[one].verified for one in procedure.action[step].basis), step
    town.do(case, "accept")
    accepted = words(town, "objection_accepted")
    assert "予以受理。自当日起，上述信息加注异议标注" in accepted
    assert ("延长处理期限的，另行通知" in accepted) is (division in {"330000", "440300"})
    town.steps(case, "consult", "report_finding")
    town.turn(delete(own_rule).where(own_rule.c.action == "annotate"))
    with pytest.raises(Refused) as refused:
        town.do(case, "annotate")
    assert "rule_unconfirmed" in [one.code for one in refused.value.refusals]


# Filed and accepted on 10 June, sent on later: when the result is promised and the reply is asked; by hand on the calendar of
# June 2026 (19 to 21 June off).
REPLIES = [
    # 浙江: five from acceptance on the 10th end on the 17th; sent on the 12th, five more would end on the 22nd
    ("330000", date(2026, 6, 17), date(2026, 6, 12), date(2026, 6, 17)),
    # 山东: seven from receipt on the 10th end on the 22nd; sent on the 12th, seven more would end on the 24th
    ("370102", date(2026, 6, 22), date(2026, 6, 12), date(2026, 6, 22)),
    # 河南: three for the provider from the 12th end on the 17th, within the seven; 2, 3 and 1 from the 10th on the 18th
    ("410100", date(2026, 6, 18), date(2026, 6, 12), date(2026, 6, 17)),
]


@pytest.mark.parametrize(("division", "finish", "sent", "reply"), REPLIES)
def test_a_reply_is_asked_within_the_limit_of_the_whole_case(
    town: Town, division: str, finish: date, sent: date, reply: date
) -> None:
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    town.do(case, "accept")
    whole = town.dues(case)["whole"].due_day
    assert said(finish) in words(town, "objection_accepted")  # in 浙江 2, 5 and 1 days would end on the 23rd
    town.at(sent)
    town.do(case, "consult")
    assert said(reply) in words(town, "consultation")
    assert max(finish, reply) <= whole


@pytest.mark.parametrize(("division", "finish"), [
    ("330000", date(2026, 6, 17)),  # five from acceptance
    ("370102", date(2026, 6, 22)), ("410100", date(2026, 6, 22)),  # seven in all from receipt
    ("440300", date(2026, 6, 15)),  # one to check, two for the provider: 11, 12 and 15 June
    ("310000", None),  # 上海: the provider has five, and then no article says by when the result is told
    ("320830", None),
])  # fmt: skip
def test_the_day_of_the_result_is_promised_by_articles_alone(town: Town, division: str, finish: date | None) -> None:
    town.turn(delete(own_rule).where(own_rule.c.action.startswith("clock.")))
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    town.do(case, "accept")
    promised = words(town, "objection_accepted")
    assert said(finish) in promised if finish is not None else "（含当日）前" not in promised


def test_no_article_stops_the_limit_while_papers_are_missing(town: Town) -> None:
    """河南条例 41: three and seven working days from receipt; only tests and expert reviews are not counted."""
    belongs_to(town, "CREDIT", division_code="410100")
    case = town.file_objection()
    town.do(case, "request_supplement")
    assert (town.dues(case)["own"].due_day, town.dues(case)["whole"].due_day) == (date(2026, 6, 15), date(2026, 6, 22))
    town.serve(case)
    town.at(date(2026, 6, 16))
    town.sweep()
    told = select(notice).where(notice.c.case_id == town.case(case).id, notice.c.kind == "office_silent")
    assert town.all(told) == []  # not to somebody who owes the papers
    town.do(case, "supply")
    assert town.dues(case)["whole"].due_day == date(2026, 6, 22)
    town.at(date(2026, 6, 25))
    town.sweep()
    assert len(town.all(told)) > 0
    town.sound()


def test_in_shenzhen_a_hearing_does_not_stop_the_limit_of_a_repair(town: Town) -> None:
    belongs_to(town, "ENV", division_code="440300")
    case = town.file_repair()
    town.steps(case, "accept", "report_verification", "serve_notice")
    due = town.dues(case)["handling"]
    assert (due.state, due.due_day) == ("running", date(2026, 6, 15))  # three working days from 10 June


ZHEJIANG = "对异议处理结果不服的，可以向浙江省发展和改革部门申请复核（《浙江省公共信用信息管理条例》第三十条第二款）。"
HENAN = "对核查处理结果仍有异议的，可以向河南省社会信用工作主管部门申请复核（《河南省社会信用条例》第二十八条第四款）。"


@pytest.mark.parametrize("result", ["dismiss", "annotate", "uphold_partly"])
def test_in_zhejiang_the_result_of_an_objection_names_the_body_that_reviews_it(town: Town, result: str) -> None:
    """浙江 30(2). The centre here has nobody above it: the review that the regulation gives does not hang on that."""
    belongs_to(town, "CREDIT", division_code="330000")
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding", result)
    said = words(town, "objection_result")
    assert ZHEJIANG in said
    assert said.count("申请复核") == 1
    assert "行政复议" in said


@pytest.mark.parametrize(
    ("result", "told"), [("uphold_correct", False), ("uphold_annul", False), ("uphold_partly", True)]
)
def test_who_won_wholly_is_told_of_no_remedy_and_who_won_in_part_is(town: Town, result: str, told: bool) -> None:
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding", result)
    text = words(town, "objection_result")
    assert [word in text for word in ("复核", "行政复议", "提起行政诉讼", "60日", "6个月")] == [told] * 5
    assert ("部分成立" in text) == told


def test_who_won_in_part_may_have_the_rest_reviewed(town: Town) -> None:
    belongs_to(town, "CREDIT", parent_id=town.offices["MARKET"])
    first = town.file_objection()
    town.steps(first, "accept", "consult", "report_finding", "uphold_partly")
    town.serve(first)
    case = town.file("review", None, case=first, kinds=())
    town.steps(case, "accept", "report_review", "change_partly")
    assert town.case(case).outcome == "partly"
    text = words(town, "case_result")
    assert "申请行政复议" in text
    assert "复核。" not in text.partition("如不服")[2]  # there is no review of a review
    town.sound()


def test_in_zhejiang_the_review_of_an_objection_has_its_own_limit(town: Town) -> None:
    """浙江 31(1): five working days from acceptance; a review of anything else keeps the general one."""
    belongs_to(town, "CREDIT", division_code="330000", parent_id=town.offices["MARKET"])
    first = town.file_objection()
    town.steps(first, "accept", "consult", "report_finding", "dismiss")
    town.serve(first)
    case = town.file("review", None, case=first, kinds=())
    town.do(case, "accept")
    assert (town.procedure(case).version, town.dues(case)["handling"].due_day) == ("2026-04.1", date(2026, 6, 17))
    told = words(town, "case_accepted")
    assert "第三十条第二款、第三十一条第一款" in told
    assert said(date(2026, 6, 17)) in told
    town.turn(delete(own_rule).where(own_rule.c.procedure == "review"))
    town.steps(case, "report_review", "maintain")  # an article carries it: no office has to confirm anything
    assert "第三十一条第一款" in words(town, "case_result")
    belongs_to(town, "ENV", parent_id=town.offices["MARKET"])
    other = town.file("review", None, case=town.ended(), kinds=())
    assert town.procedure(other).version == "2026-04"


@pytest.mark.parametrize(("reviewer", "version", "due"), [
    ("330000", "2026-04.1", date(2026, 6, 17)),  # five from acceptance on the 10th: 11, 12, 15, 16, 17 June
    # the office above is none of the province: fifteen, with 18, 22-26, 29, 30 June, 1 July (19 to 21 June off)
    ("330106", "2026-04", date(2026, 7, 2)), ("320000", "2026-04", date(2026, 7, 2)),
])  # fmt: skip
def test_in_zhejiang_the_limit_of_a_review_binds_the_department_of_the_province(
    town: Town, reviewer: str, version: str, due: date
) -> None:
    belongs_to(town, "CREDIT", division_code="330000", parent_id=town.offices["MARKET"])
    belongs_to(town, "MARKET", division_code=reviewer)
    first = town.file_objection()
    town.steps(first, "accept", "consult", "report_finding", "dismiss")
    town.serve(first)
    case = town.file("review", None, case=first, kinds=())
    town.do(case, "accept")
    assert (town.procedure(case).version, town.dues(case)["handling"].due_day) == (version, due)


@pytest.mark.parametrize(("division", "act"), [
    ("410102", "河南省"), ("330100", "浙江省"), ("330106", "浙江省"), ("310115", "上海市"), ("440305", "深圳"),
])  # fmt: skip
def test_a_centre_that_no_article_binds_cites_none_and_keeps_the_national_limits(
    town: Town, division: str, act: str
) -> None:
    """河南 7 and 41, 浙江 30, 上海 36, 深圳 51 name the institutions of the province or city."""
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    town.do(case, "accept")
    assert town.dues(case)["self_check"].due_day == date(2026, 6, 12)  # two working days, a city guide's
    town.steps(case, "consult", "report_finding", "dismiss")
    for kind in ("objection_accepted", "consultation", "objection_result"):
        assert act not in words(town, kind)
    town.sound()


def test_elsewhere_no_result_names_it(town: Town) -> None:
    belongs_to(town, "CREDIT", division_code="410100")  # 河南 41 gives no review of an objection's result
    case = town.file_objection()
    town.steps(case, "accept", "consult", "report_finding", "dismiss")
    assert "申请复核" not in words(town, "objection_result")


@pytest.mark.parametrize(("division", "told"), [("410100", True), ("330000", False)])
def test_in_henan_a_decision_to_list_names_the_body_that_reviews_it(town: Town, division: str, told: bool) -> None:
    belongs_to(town, "ENV", division_code=division, domain="general")
    case = listing(town)
    town.do(case, "link_person")
    for step in ("review_pass", "serve_notice", "waive_defence", "decide_listing"):
        town.do(case, step)
    said = words(town, "listing_decision")
    assert (HENAN in said) is told
    assert said.count("申请复核") == (1 if told else 0)  # elsewhere no office above it is registered
    # 河南 28(3): the notice before it tells of the right to object
    objection = "对拟列入名单有异议的，也可以向本机关提出，由本机关核查处理（《河南省社会信用条例》第二十八条第三款）。"
    assert (objection in words(town, "listing_notice")) is told


@pytest.mark.parametrize(("division", "steps", "approver"), [
    ("330000", ("accept",), "省发展和改革部门负责人"), ("440300", ("accept", "consult"), "信息提供单位主要负责人"),
])  # fmt: skip
def test_an_extension_names_whom_the_article_has_approve_it(
    town: Town, division: str, steps: tuple[str, ...], approver: str
) -> None:
    """浙江 31(1), 深圳 51(3). In 浙江 it can be extended as soon as the objection is taken up."""
    belongs_to(town, "CREDIT", division_code=division)
    case = town.file_objection()
    town.steps(case, *steps)
    who = {"approved_by": "卫国（主任）", "approved_on": "2026-06-10", "approval_document": "延批〔2026〕3号"}
    for left_out in who:
        with pytest.raises(Invalid) as refused:
            town.do(case, "extend_source_check", inputs={**who, left_out: ""})
        assert [one.where for one in refused.value.problems] == [left_out]
    with pytest.raises(Invalid):
        town.do(case, "extend_source_check", inputs={**who, "approved_on": "2026-06-11"})  # tomorrow
    town.do(case, "extend_source_check", inputs=who)
    assert f"经{approver}（卫国（主任））于2026年6月10日批准（延批〔2026〕3号），" in words(town, "extension")


LISTS = [  # what the notice and the decision cite of 严重失信主体名单, and of no other list
    (
        "330000",
        "《浙江省公共信用信息管理条例》第二十四条第一款、第二十八条第一款",
        "《浙江省公共信用信息管理条例》第二十四条第一款",
    ),
    ("310000", "《上海市社会信用条例》第二十五条", "《上海市社会信用条例》第二十五条"),
    ("440300", "《深圳经济特区社会信用条例》第七十四条", "《深圳经济特区社会信用条例》第七十四条"),
]


@pytest.mark.parametrize(("division", "notice", "decision"), LISTS)
def test_a_list_cites_what_the_regulation_of_its_place_says_of_that_list(
    town: Town, division: str, notice: str, decision: str
) -> None:
    """The office still confirms step and list: without that, the article alone lets no letter go out."""
    belongs_to(town, "ENV", division_code=division, domain="general")
    for kind in ("serious", "watch"):
        case = listing(town, kind)
        town.do(case, "link_person")
        town.steps(case, "review_pass", "serve_notice", "waive_defence", "decide_listing")
        act = notice.partition("》")[0]
        said = [words(town, letter_kind) for letter_kind in ("listing_notice", "listing_decision")]
        if kind == "serious":
            assert [one in text for one, text in zip((notice, decision), said, strict=True)] == [True, True], said
        else:
            assert not any(act in text for text in said)
    case = listing(town)
    town.do(case, "link_person")
    town.do(case, "review_pass")
    town.turn(delete(own_rule).where(own_rule.c.action == "serve_notice"))
    with pytest.raises(Refused) as refused:
        town.do(case, "serve_notice")
    assert "rule_unconfirmed" in [one.code for one in refused.value.refusals]
