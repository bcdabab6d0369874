"""What no delivery has brought: an officer enters a subject and a penalty by hand, and another one checks before it counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from repairflow.db import Database
from repairflow.law.identifiers import make_uscc
from repairflow.letters.renderer.pool import Press
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.stories.test_main_job import penalty_file
from tests.stories.town_life import TownLife
from tests.support.building import Town

NAME, CODE = "云溪县清源饮水设备厂", make_uscc("320830", "MA9N3W7P")
FACTORY = {
    "种类": "法人及非法人组织",
    "名称（姓名）": NAME,
    "统一社会信用代码": CODE,
    "法定代表人（负责人）": "顾清源",
    "证件号码": "",
    "出生日期": "",
}
PENALTY = {
    "行政处罚决定书文号": "溪环罚〔2026〕88号", "处罚决定日期": "2026-05-08", "违法行为类型": "超标排放水污染物",
    "违法事实": "总排口超标。", "处罚依据": "《中华人民共和国水污染防治法》第八十三条", "处罚类别": "罚款",
    "处罚内容": "处罚款贰万元整。", "罚款金额": "2", "处罚程序": "普通程序",
}  # fmt: skip
CARD = "居民身份证、港澳台居民居住证、外国人永久居留身份证"
PERSON = {
    "种类": "自然人", "名称（姓名）": "黎小满", "统一社会信用代码": "", "证件种类": "护照等号码不含出生日期的证件",
    "证件号码": "E12345678", "出生日期": "",
}  # fmt: skip
REFUSED = [
    ({"统一社会信用代码": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}, "校验"),
    ({"统一社会信用代码": ""}, "请填写统一社会信用代码"),
    ({"名称（姓名）": ""}, "请填写名称"),
    ({"种类": "自然人", "统一社会信用代码": "", "证件种类": CARD, "证件号码": "110105194912310021"}, "校验"),
    ({"出生日期": "2010-05-20"}, "单位、个体工商户不填出生日期"),
    (PERSON, "请填写出生日期：这类证件的号码不含出生日期"),
    (PERSON | {"出生日期": "2027-01-01"}, "晚于今天"),
    (PERSON | {"出生日期": "1899-12-31"}, "早于1900年"),
    (PERSON | {"出生日期": "2010-05-20", "证件号码": "E1"}, "5至20位"),
    (PERSON | {"出生日期": "2010-05-20", "证件号码": "11010519491231002X"}, "请把证件种类改为"),
    (
        PERSON | {"证件种类": CARD, "出生日期": "1950-01-01", "证件号码": "11010519491231002X"},
        "与证件号码中的出生日期不一致",
    ),
]


def test_from_a_subject_nobody_knows_to_a_published_penalty(life: TownLife) -> None:
    env = life.env
    clerk = env.examiner
    clerk.opens("/desk/subjects?q=清源")
    assert NAME not in clerk.page.text
    clerk.follows("录入信用主体")
    for wrong, says in REFUSED:
        assert says in clerk.sends("录入", FACTORY | wrong, status=422)
    clerk.opens("/desk/subjects/new")
    assert "号码已经封存" in clerk.sends("录入", FACTORY | PERSON | {"出生日期": "2010-05-20"})
    clerk.opens("/desk/subjects/new")
    assert NAME in clerk.sends("录入", FACTORY)
    clerk.opens("/desk/subjects/new")
    assert "已经在档" in clerk.sends("录入", FACTORY, status=422)

    # its penalty: faults stand at their fields and write nothing
    clerk.opens(f"/desk/subjects/{CODE}")
    clerk.follows("手工录入处罚信息")
    button = "录入，交另一人复核"
    said = clerk.sends(button, PENALTY | {"处罚决定日期": "2026-07-01", "行政处罚决定书文号": ""}, status=422)
    assert "处罚决定日期" in said
    assert "未填写" in said
    assert NAME in clerk.html  # what was typed stays
    said = clerk.sends(button, PENALTY)
    assert "待另一人对照决定书复核" in said
    assert "由examiner@ENV录入" in said
    assert all(f"{label} {PENALTY[label]}" in said for label in ("处罚类别", "违法事实") if label in PENALTY)
    assert f"统一社会信用代码 {CODE}" in said  # the other person compares all of it with the decision

    # who entered it cannot take it in; another person can, and then it is public and the program informs
    ask = {"理由": "已对照决定书复核。"}
    number = next(f.fields["item"].options["是"] for f in clerk.page.forms if "item" in f.fields)
    sent = {"csrf_token": clerk._token(), "item": number, "decision": "accept", "reason": ask["理由"]}
    clerk.posts("/desk/held", sent)
    assert "须由另一人" in clerk.page.text
    assert env.reviewer.program.records("penalty") == []
    reviewer = env.reviewer
    reviewer.opens("/desk/held")
    reviewer.posts("/desk/held", sent | {"csrf_token": reviewer._token()})
    assert "1 项已同意" in reviewer.page.text
    life.worker.runs()
    (record,) = reviewer.program.records("penalty")
    assert "公示中" in life.platform.shows(record)

    # the same decision again is none
    clerk.opens(f"/desk/records/new?subject={CODE}")
    assert "已经在档" in clerk.sends(button, PENALTY, status=422)

    # and what was entered can be the subject of a case
    facts = {"facts": "厂区东侧有一段暗管。", "demands": ["拆除暗管"]}
    assert env.examiner.program.opens("interview", subject=CODE, kind="reminder", inputs=facts).startswith("YT")
    life.sound()


def test_who_handles_no_cases_enters_nothing(life: TownLife) -> None:
    auditor = life.centre.auditor
    auditor.opens("/desk/subjects/new", 403)
    auditor.opens("/desk/records/new", 403)
    token = auditor._token()
    auditor.posts("/desk/subjects/new", FACTORY | {"csrf_token": token})
    assert auditor.status == 403
    life.company.opens("/desk/records/new", 403)


def test_who_uploads_a_table_does_not_confirm_it_where_two_are_wanted(
    database: Database, settings: Settings, clock: Clock, press: Press, tmp_path: Path
) -> None:
    town = Town(database, replace(settings, import_by_two=True))
    life = TownLife(town, clock, press, tmp_path)
    env, button = life.env, "导入 1 行"
    said = env.provider.uploads(penalty_file(life))
    assert "须由本单位另一人在本页复核后确认导入" in said
    assert env.provider.page.form(button) is None
    page = env.provider.where
    env.provider.posts(f"{page}/confirm", {"csrf_token": env.provider._token()})
    assert env.provider.status == 403
    env.reviewer.opens(page)
    env.reviewer.sends(button)
    life.does_jobs()
    env.reviewer.opens(page)
    env.reviewer.reads("导入完成，新增 1 行")
    life.close()
