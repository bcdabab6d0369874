"""What letters of a case say, where it is easy to say it wrong."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pikepdf
import pytest
from sqlalchemy import select, update

from repairflow.casework.case_state.situation import situation
from repairflow.casework.changes import IssueNotice
from repairflow.casework.dispatch import dispatch
from repairflow.casework.documents.fields import case as wording
from repairflow.casework.queries.documents import verification
from repairflow.letters.issue.compose import cited
from repairflow.letters.model import LetterData
from repairflow.letters.pdf.render import press_here
from repairflow.letters.text import templates
from repairflow.records import letter, record
from repairflow.settings import asset
from tests.letters.test_letter_tags import below, kids
from tests.support.building import Town

# The words of letters; the steps that lead to them are taken on both databases by walks and stories.
pytestmark = pytest.mark.either_database


def newest(town: Town, kind: str) -> Any:
    return town.one(select(letter).where(letter.c.kind == kind).order_by(letter.c.id.desc()).limit(1))


def words(row: Any) -> str:
    return "".join(p["text"] for p in row.content["paragraphs"])


def test_a_consultation_asks_the_office_about_the_subject(town: Town) -> None:
    town.steps(town.file_objection(), "accept", "consult")
    row = newest(town, "consultation")
    assert row.content["addressee"] == "云溪县生态环境局"
    assert words(row).startswith("云溪环保科技有限公司（")
    assert "实施方案》" not in words(row)  # whose articles nobody has read is not cited


def test_a_decision_of_its_own_motion_names_no_application(town: Town) -> None:
    revocation = town.file("revocation", None, town.actor("examiner@ENV"), case=town.granted(), channel="ex_officio")
    town.steps(revocation, "serve_notice", "state_defence", "propose_drop", "maintain")
    said = words(newest(town, "case_result"))
    assert said.startswith(f"本机关依职权办理的撤销信用修复（办件编号{revocation}）")
    assert "提出申请" not in said


def test_a_decision_is_not_what_is_waited_for(town: Town) -> None:
    case = town.begin("reorganisation")
    repair = town.procedure(case).action["repair"]
    assert town.procedure(case).state[repair.to or ""].label == "计划执行完毕，准予修复，同步中"  # what pages say
    with town.db.read() as tx:
        at = situation(tx, town.law, town.case(case), town.today)
    assert wording._outcome(at, repair) == "计划执行完毕，准予修复"


@pytest.mark.parametrize(
    ("bases", "told"),
    [
        (["信用修复管理办法（第36号令）", "《信用修复管理办法》（第36号令）"], ["《信用修复管理办法》（第36号令）"]),
        (["《关于健全社会信用体系的意见》"], ["《关于健全社会信用体系的意见》"]),
        (["《甲法》第一条", "《甲法》第二条第一款", "乙办法"], ["《甲法》第一条", "第二条第一款", "《乙办法》"]),
        ([], []),
        (None, []),
    ],
)
def test_a_law_is_cited_once_in_title_marks(bases: list[str] | None, told: list[str]) -> None:
    assert cited(bases) == told


def test_a_notice_names_the_channel_of_its_field(town: Town) -> None:
    """实施方案: market supervision's records are repaired through 国家企业信用信息公示系统."""
    number = town.record()
    town.turn(update(letter).values(state="withdrawn"))
    town.turn(update(record).values(pack="SAMR-2026"))
    with town.db.begin() as tx:
        dispatch(tx, town.services, IssueNotice(town.actor("acceptor@ENV"), number), town.now)
    text = words(newest(town, "repair_informed"))
    assert "通过国家企业信用信息公示系统提出申请" in text
    assert "可以通过国家企业信用信息公示系统或者直接向本机关提出异议" in text
    assert "上述信息在国家企业信用信息公示系统" in text


def test_a_list_of_a_notice_is_one_list_to_a_reading_aid(town: Town) -> None:
    """It goes over the end of the first page."""
    town.record(date(2026, 5, 6))
    told = LetterData.model_validate(newest(town, "repair_informed").content)
    with pikepdf.open(io.BytesIO(press_here(told).pdf)) as pdf:
        lists = [one for top in pdf.Root.StructTreeRoot.K for one in below(top) if one.S == "/L"]
        found = [(kids(one).count("/LI"), len({part.Pg.objgen for part in below(one)})) for one in lists]
    assert found == [(3, 2)]


def test_corrected_days_are_printed_as_letters_print_days(town: Town) -> None:
    case = town.file_objection()
    town.steps(case, "accept", "consult")
    town.do(case, "report_finding", inputs={"finding": "inaccurate"})
    town.do(case, "uphold_correct", inputs={"corrections": {"fine_wan": "1.999999", "decision_date": "2025-12-05"}})
    text = words(newest(town, "objection_result"))
    assert "罚款金额（万元）\t2\t1.999999" in text
    assert "最短公示期届满日\t2026年4月5日\t2026年3月5日" in text
    assert not re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
    assert wording._day("2026-13-01") == "2026-13-01"  # a document's number may look like a day


@pytest.mark.parametrize("changed", ["fields", "title"])
def test_a_letter_whose_kept_words_were_changed_is_not_told_as_genuine(town: Town, changed: str) -> None:
    town.file_repair()
    row = newest(town, "repair_receipt")
    other = {"fields": {**row.content["fields"], "due_day": "2027年1月5日"}, "title": "信用修复决定书"}[changed]
    with town.db.engine.begin() as tx:  # as whoever has the database in its hands does it
        tx.exec_driver_sql("DROP TRIGGER letter_fixed" + ("" if town.db.is_sqlite else " ON letter"))
    for content, genuine in ((row.content, True), ({**row.content, changed: other}, False)):
        town.turn(update(letter).where(letter.c.id == row.id).values(content=content))
        with town.db.read() as tx:
            assert verification.verification(tx, row.token, town.today).genuine is genuine


@pytest.fixture
def own_slip() -> Iterator[None]:
    """An installation's own text of the slip, in the general form."""
    shipped = asset("templates") / "letters" / "supervision_slip" / "2026-04-01.txt.j2"
    text = shipped.read_text("utf-8").replace('title = "督办单"', 'title = "督办单"\nform = "standard"')
    templates.lay_over({("supervision_slip", "2026-05-01"): text})
    yield
    templates.lay_over({})


@pytest.mark.usefixtures("own_slip")
def test_each_kind_has_the_form_of_its_text(town: Town) -> None:
    town.file_repair()
    town.at(date(2026, 6, 16))
    town.sweep()
    slip = newest(town, "supervision_slip").content
    assert (slip["form"], slip["sealed"], slip["imprint"]["office"]) == ("standard", True, "云溪县信用中心")
    receipt = newest(town, "repair_receipt").content
    assert (receipt["form"], receipt["imprint"]) == ("letter", None)


def test_a_slip_names_the_matter_and_whose_it_is(town: Town) -> None:
    case = town.file_repair()
    town.at(date(2026, 6, 16))
    town.sweep()
    slip = newest(town, "supervision_slip").content
    assert slip["form"] == "letter"  # a few sentences: the general form's imprint would make them two pages
    said = slip["paragraphs"][0]["text"]
    assert said.startswith(f"你单位办理的云溪环保科技有限公司的信用修复事项（办件编号{case}），受理期限已于")


def test_the_record_of_an_interview_is_signed_by_hand(town: Town) -> None:
    case = town.begin("interview")
    town.steps(case, "approve", "serve_notice")
    town.at(date(2026, 6, 17))
    town.do(case, "record_meeting")
    record = newest(town, "interview_record").content
    assert (record["form"], record["sealed"]) == ("plain", False)


def test_headings_of_a_listing_are_headings_whichever_parts_it_has(town: Town) -> None:
    town.listed()
    paragraphs = newest(town, "listing_decision").content["paragraphs"]
    heads = [p["text"] for p in paragraphs if p["level"] == "heading1"]
    assert heads == ["一、事由", "二、决定", "三、失信惩戒措施提示", "四、移出条件和程序", "五、救济途径"]
