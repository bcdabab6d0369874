"""An adult natural person: nothing about a person is public, yet what offices keep and use can be objected to and repaired."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select

from repairflow.records import mandate, person, subject
from tests.stories.people import Enterprise
from tests.stories.test_main_job import HEADINGS
from tests.stories.test_objection import PAPERS
from tests.stories.town_life import TownLife, pdf_text
from tests.support.building import png

NUMBER = "11010519491231002X"
PUBLIC_PROMISE = "公开作出信用承诺"
"""What the regulation asks of units: a natural person's commitment is shown to nobody."""
ROW = (
    "丁一然,自然人,,,身份证,{id},溪环罚〔2026〕71号,擅自倾倒工业固体废物,在河道边倾倒废渣。,"
    "《中华人民共和国固体废物污染环境防治法》第一百零二条,罚款,处罚款壹万元整。,1,,{day},{end},云溪县生态环境局,,"
)


def grown_up(life: TownLife, day: str = "2026-01-05") -> tuple[Enterprise, str]:
    """丁一然, signed in to the portal, and the number of the record that the authority's file brought."""
    row = ROW.format(id=NUMBER, day=day, end=day.replace("2026", "2027"))
    assert "导入完成，新增 1 行" in life.env.provider.imports(f"{HEADINGS}\r\n{row}".encode("gb18030"))
    with life.town.db.begin() as tx:
        values = {"login": "ding", "name": "丁一然", "kind": "agent", "sample": True}
        who = tx.execute(insert(person).values(values).returning(person.c.id)).scalar_one()
        holder = tx.execute(select(subject.c.id).where(subject.c.kind == "natural_person")).scalar_one()
        speaks = {"person_id": who, "subject_id": holder, "capacity": "representative", "valid_from": date(2026, 1, 1)}
        tx.execute(insert(mandate).values(speaks))
    life.town.people["ding"] = who
    life.worker.runs()
    one: Enterprise = life._known("ding", Enterprise)
    one.opens("/my/credit-file")
    number = next(path for path in one.page.links.values() if path.startswith("/my/records/")).rsplit("/", 1)[1]
    return one, number


def test_a_person_objects_and_then_repairs(life: TownLife) -> None:
    ding, record = grown_up(life)
    ding.reads("丁* · 本人", "未公示", "自然人的失信信息不公示", "自 2026年4月6日起可以申请修复")
    assert "起公示" not in ding.page.text
    ding.opens(f"/my/records/{record}")
    assert "破产重整" not in ding.page.text  # what masks publicity is nothing for who is never shown
    clerk = life.env.examiner  # a person has no page in the register: the office finds the record
    assert record in clerk.opens("/desk/subjects?q=丁一然")
    clerk.follows(record)
    assert record not in life.market.examiner.opens("/desk/subjects?q=丁一然")

    # the amount is wrong: the provider says so, the credit centre corrects it, no platform hears of anything
    claim = {"异议事由": "数额有误", "主张的正确内容": "决定书载明罚款 0.5 万元。"}
    case = ding.files("objection", record, claim, PAPERS, signs="丁一然")
    centre, env = life.centre, life.env
    centre.registrar.presses(case, "受理")
    centre.checker.presses(case, "发出协查函")
    env.provider.presses(case, "反馈核查意见", {"核查结论": "信息有误，应予更正"}, materials=("核查材料（签章）",))
    centre.decider.presses(case, "异议成立（更正）", {"罚款金额（万元）": "0.5"})
    life.worker.runs()
    life.worker.presses_letters()
    ding.opens_case(case)
    ding.reads("异议成立（已更正）")
    for letter in ("异议申请受理通知书", "异议处理结果告知书"):
        assert "标注" not in pdf_text(ding.downloads(ding.page.links[letter]))
    ding.opens(f"/my/records/{record}")
    ding.reads("罚款金额 0.50 万元")

    # what was done is made good: nobody shares or uses the record any more
    answers = {"义务履行完毕日期": "2026-03-20", "整改情况说明": "罚款已缴清，废渣已清运。"}
    case = ding.files("repair", record, answers, ("履行义务、纠正行为的证明",), signs="丁一然")
    env.acceptor.presses(case, "受理")
    page = env.examiner.opens(f"/desk/cases/{case}")
    assert "已作出信用承诺" in page
    assert PUBLIC_PROMISE not in page
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(case, "拟准予修复")
    env.decider.presses(case, "准予修复")
    life.worker.runs()
    life.worker.presses_letters()
    assert life.state(case) == "准予修复，已办结"
    ding.opens_case(case)
    words = pdf_text(ding.downloads(ding.page.links["信用修复决定书"]))
    assert "共享和使用上述信息" in words  # the page may turn before it
    assert "终止公示上述信息" not in words
    assert "“已作出信用承诺”的条件" in words.replace("\n", "")
    assert PUBLIC_PROMISE not in words.replace("\n", "")
    ding.opens(f"/my/records/{record}")
    ding.reads("已停止使用")
    assert "终止公示" not in ding.page.text
    assert "申请修复" not in [button for form in ding.page.forms for button in form.buttons]
    assert [life.platform.shows(record, code) for code in ("site", "province", "market")] == ["", "", ""]
    life.sound()


def test_a_person_waits_as_long_as_a_company(life: TownLife) -> None:
    ding, record = grown_up(life, "2026-05-20")
    ding.opens(f"/my/records/{record}")
    ding.reads("最短公示期至2026年8月20日", "还有 72 天可申请")
    case = ding.program.opens(
        "repair", ["performance_proof"], record=record,
        inputs={"performed_on": "2026-06-01", "correction": "已清运。", "commitment_signed_by": "丁一然"},
    )  # fmt: skip
    assert "2026年8月20日" in life.env.acceptor.is_refused(case, "受理")


def test_a_person_promises_as_a_company_does_and_nothing_of_it_is_public(life: TownLife) -> None:
    ding, _ = grown_up(life)
    ding.opens("/my/")
    ding.follows("其他申请")
    ding.follows(next(link for link in ding.page.links if "信用承诺" in link))
    page = ding.where
    given = {
        "种类": "容缺受理承诺", "受理单位": "云溪县生态环境局", "承诺事项名称": "渣土清运备案", "承诺内容": "十日内补齐清运合同。",
        "暂缺的材料": "清运合同", "承诺履行或者补齐的日期": "2026-06-09", "承诺签署人": "丁一然",
    }  # fmt: skip
    ding.sends("下一步：核对", given, status=422)
    ding.reads("须晚于今天（2026年6月10日）")
    ding.sends("下一步：核对", {**given, "承诺履行或者补齐的日期": "2026-06-24"})
    sure = ding.page.form("提交")
    assert sure is not None
    ding.posts(ding.where, {**sure.filled({}), "step": "file"})
    ding.reads("CN-2026-000001")
    env, case = life.env, "CN-2026-000001"
    env.acceptor.finds_waiting(case)
    env.acceptor.presses(case, "登记，容缺的予以受理")
    life.worker.runs()
    life.worker.presses_letters()
    ding.opens_case(case)
    words = pdf_text(ding.downloads(ding.page.links["信用承诺登记告知书"]))
    assert "你就“渣土清运备案”作出的信用承诺" in words
    ding.presses(case, "报告履行情况", materials=("履行承诺的证明、补齐的材料",))
    env.examiner.presses(case, "确认已履行")
    assert life.state(case) == "已履行"
    assert "渣土清运" not in life.stranger.opens("/commitments")

    # the key is the person's own: whoever else types it finds nobody, at no address and by no call
    life.company.opens(page, status=404)
    key = page.rsplit("/", 1)[1]
    inputs = {"office": "ENV", "matter": "清运", "undertaking": "清运。", "commitment_signed_by": "宋远山"}
    body = {"procedure": "commitment", "kind": "voluntary", "materials": [], "subject": key, "inputs": inputs}
    assert life.company.program.posts("/cases", body, status=404)
    assert env.acceptor.program.posts("/cases", body, status=404)
    life.sound()


def test_a_person_is_promised_no_publicity(life: TownLife) -> None:
    ding, record = grown_up(life)
    ding.opens("/my/")
    ding.reads("符合条件的，停止共享和使用")
    assert "终止公示" not in ding.page.text
    ding.opens(f"/my/file/repair/{record}")
    ding.reads("自然人的承诺不向社会公开", "已作出信用承诺")
    assert PUBLIC_PROMISE not in ding.page.text
    assert "签署并公开" not in ding.page.text
    ding.sends("开始填写")
    ding.sends("保存并继续", {"义务履行完毕日期": "2026-03-20", "整改情况说明": "罚款已缴清。"})
    ding.sends("上传履行义务、纠正行为的证明", files={"履行义务、纠正行为的证明": ("证明.png", png())})
    ding.sends("材料已传好，继续")
    ding.reads("自然人的承诺不向社会公开", "我已阅读全文，作出上述承诺")
    assert "同意公开" not in ding.page.text
    assert "代表丁一然" not in ding.page.text
