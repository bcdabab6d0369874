"""名单 as offices and as everybody see them: shared among offices, published before a designation, objected to by anybody."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select

from repairflow.casework.queries.records.list_registry import announced
from repairflow.records import cases, own_rule
from tests.law_stories.telling import belongs_to
from tests.stories.test_lists import DOCUMENT, listed
from tests.stories.town_life import TownLife


def test_lists_are_shared_among_offices_and_public_ones_shown(life: TownLife) -> None:
    listed(life)
    watched = life.env.examiner.program.opens(
        "listing", subject=life.uscc(), inputs={"list_kind": "watch", "facts": "限期整改逾期。", **DOCUMENT}
    )
    life.env.reviewer.presses(watched, "审核通过")
    life.env.examiner.presses(watched, "制发拟列入告知书")
    life.company.presses(watched, "放弃陈述申辩")
    life.env.decider.presses(watched, "决定列入")
    other = life.officer("examiner", "MARKET")  # another office, without a case of the subject
    other.opens("/desk/lists")
    other.reads("严重失信主体名单", "重点关注名单", "内部共享")
    other.opens("/desk/lists/watch")
    other.reads("云溪环保科技有限公司", "云溪县生态环境局", "2026年12月10日")
    sheet = other.downloads("/desk/lists/watch/entries.csv").decode("utf-8-sig")
    assert "云溪环保科技有限公司" in sheet
    assert watched in sheet
    other.opens("/desk/lists/watch")
    other.follows("云溪环保科技有限公司")
    other.reads("重点关注名单", "严重失信主体名单", "没有本单位可以查看的办件", "列入前的分级措施", "失信提醒 没有")
    other.opens("/desk/lists/none_such", 404)
    other.opens("/desk/lists/watch?show=all", 422)
    anybody = life.stranger
    anybody.opens("/lists")
    anybody.reads("严重失信主体名单")
    assert "警示名单" not in anybody.opens("/lists")
    anybody.opens("/lists/serious?q=云溪环保")
    anybody.reads("云溪环保科技有限公司", "2026年6月10日", "可以使用的领域")
    assert "宋远山" not in anybody.opens("/lists/serious")  # who answers for it stands in no list of names
    for page in (
        anybody.opens("/lists/serious"),
        other.opens("/desk/lists/serious"),
        other.opens("/desk/fields/general"),
    ):
        assert "待核实" in page  # rules and measures whose articles nobody has read
    assert "待核实" in anybody.opens("/lists")
    anybody.opens("/lists/watch", 404)
    life.company.opens("/desk/lists/watch", 403)


def test_last_days_that_nobody_has_read_are_marked_wherever_a_list_is_shown(life: TownLife) -> None:
    listed(life)
    clerk, anybody = life.env.examiner, life.stranger

    def marked() -> list[int]:
        """How often the list before everybody, the office's, the look-up (its record and its list) and the table say it."""
        sheet = clerk.downloads("/desk/lists/serious/entries.csv").decode("utf-8-sig")
        pages = (
            anybody.opens("/lists/serious"),
            clerk.opens("/desk/lists/serious"),
            anybody.opens(f"/credit?q={life.uscc()}"),
        )
        assert all("期满日期" in page for page in (*pages, sheet))
        assert len({("（待核实）" in page, "“待核实”的" in page) for page in pages}) == 1  # and what the mark means
        return [*(page.count("（待核实）") for page in pages), sheet.count(",待核实,")]

    assert marked() == [0, 0, 0, 0]  # the office has confirmed them
    life.town.turn(delete(own_rule))
    assert marked() == [1, 1, 2, 1]


def test_a_designation_is_published_before_it_is_decided_and_anybody_may_object(life: TownLife) -> None:
    env, anybody = life.env, life.stranger
    belongs_to(life.town, "ENV", domain="maritime")
    case = env.examiner.program.opens(
        "listing", subject=life.uscc(), inputs={"list_kind": "maritime_black", "facts": "虚报船舶信息。", **DOCUMENT}
    )
    env.reviewer.presses(case, "业务部门审核通过")
    env.examiner.presses(case, "制发拟列入告知书")
    life.company.presses(case, "放弃陈述申辩")
    assert "虚报船舶信息" not in anybody.opens("/lists/maritime_black")
    assert "至少 7 个工作日" in env.reviewer.is_refused(case, "交付公示", {"公示天数（工作日）": "5"})
    env.reviewer.presses(case, "交付公示", {"公示天数（工作日）": "8"})
    anybody.opens("/lists")
    anybody.reads("认定前公示", "云溪环保科技有限公司", "虚报船舶信息", "2026年6月23日")
    assert anybody.page.text.count("海事失信黑名单") == 2  # among the lists, and beside whom it would be put on it
    anybody.follows("提出异议")
    anybody.reads("对认定前公示的异议")
    assert "反映事项" not in anybody.page.text  # who came by that link has said what it is about
    assert "投诉人" not in anybody.page.text  # it is none
    told = {"异议内容和理由": "船舶信息系他人冒用。", "提出人姓名": "过路人", "提出人联系方式": "0510-55550299"}
    where = f"{anybody.where}?about=designation"  # as a browser sends a form without an address of its own
    form = anybody.page.form("下一步：核对")
    assert form is not None
    anybody.posts(where, form.filled({}))
    anybody.reads("请填写“提出人姓名”")
    for button, answers, more in (("下一步：核对", told, {}), ("提交", {}, {"step": "file"})):
        form = anybody.page.form(button)
        assert form is not None, anybody.page.text
        anybody.posts(where, form.filled(answers) | more)
    anybody.reads("查询码")
    (objection,) = life.town.all(select(cases.c.inputs).where(cases.c.procedure == "complaint"))
    assert objection.inputs["about"] == "designation"
    life.officer("examiner", "MARKET").opens("/desk/lists")
    with life.town.db.read() as tx:  # the worker has not looked yet
        for day, hears in ((date(2026, 6, 10), True), (date(2026, 6, 23), True), (date(2026, 6, 24), False)):
            assert [one.open for one in announced(tx, life.town.law, day)] == [hears], day
    assert life.town.notices("registrar@ENV", "designation_objection") == [f"{case}：认定前公示收到异议"]
    env.registrar.opens_case(case)
    env.registrar.reads("公示期内收到的异议", "核查没有办结", "船舶信息系他人冒用")
    assert "过路人" not in env.registrar.page.text
    env.registrar.presses(case, "公示期内提出异议", {"异议内容和理由": "有人来信：船舶信息系他人冒用。"})
    assert "虚报船舶信息" not in anybody.opens("/lists")  # it is verified, and no longer published
    life.sound()


def test_the_company_on_an_internal_list_applies_to_leave(life: TownLife) -> None:
    listed(life)
    entry = life.company.program.records("serious_list")[0]
    life.company.opens(f"/my/records/{entry}")
    life.company.follows(next(link for link in life.company.page.links if link.startswith("申请移出名单")))
    life.company.reads("自2027年6月11日起可以申请", "撤销列入")
    assert "期满移出" not in life.company.page.text


def test_the_file_of_a_subject_and_of_a_record(life: TownLife) -> None:
    paper = life.record()
    row = life.town.of_record(paper)
    document = {
        "basis_number": row.document_number, "basis_office": "云溪县生态环境局", "basis_date": row.decision_date.isoformat(),
    }  # fmt: skip
    warned = life.env.examiner.program.opens(
        "credit_warning", subject=life.uscc(), kind="reminder", inputs={"facts": "台账不全。", "demands": ["补齐台账"]}
    )
    life.env.reviewer.presses(warned, "签发")
    life.town.serve(warned)
    entry = listed(life, document=document)
    clerk = life.env.examiner
    clerk.opens(f"/desk/subjects/{life.uscc()}")
    clerk.reads(row.document_number, "严重失信主体名单", "宋远山，法定代表人", "失信提醒 已采取", "待回复", warned)
    clerk.follows("办理")  # the next of the graded measures
    clerk.reads("提醒的事实", "预警报告")
    clerk.opens(f"/desk/subjects/{life.uscc()}")
    clerk.follows(row.document_number)
    clerk.reads("信息变动", "超标排放水污染物", paper)
    clerk.opens(f"/desk/records/{entry}")
    clerk.follows(paper)  # the record that the entry rests on
    clerk.reads(row.document_number)
    life.officer("examiner", "MARKET").opens(f"/desk/records/{entry}", 404)
    life.sound()


def test_every_field_is_reached_in_three_presses(life: TownLife) -> None:
    clerk = life.env.examiner
    clerk.opens("/desk/")
    clerk.follows("名单")
    clerk.follows("各领域规则")
    clerk.follows("税务")
    clerk.reads("重大税收违法失信主体", "从严控制发票领用", "列入前须先失信提醒", "约谈")
