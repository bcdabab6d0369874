"""The main job: a penalty comes in, its company repairs it, two people of the authority agree, the public no longer sees it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert

from repairflow.records import role_grant
from tests.stories.town_life import TownLife, pdf_text

HEADINGS = (
    "行政相对人名称,行政相对人类别,行政相对人代码_1（统一社会信用代码）,法定代表人,自然人证件类型,自然人证件号码,行政处罚决定书文号,"
    "违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,没收违法所得、没收非法财物的金额（万元）,处罚决定日期,公示截止期,"
    "处罚机关,处罚机关统一社会信用代码,备注"
)
SOUND = (
    "云溪环保科技有限公司,法人及非法人组织,{uscc},宋远山,,,溪环罚〔2026〕61号,超标排放水污染物,总排口化学需氧量超标。,"
    "《中华人民共和国水污染防治法》第八十三条,罚款,处罚款叁万元整。,3,,2026-03-16,2027-03-16,云溪县生态环境局,,"
)
FAULTY = SOUND.replace("61号", "62号").replace("2026-03-16,", "2026-02-30,")


def penalty_file(life: TownLife) -> bytes:
    rows = (HEADINGS, SOUND.format(uscc=life.uscc()), FAULTY.format(uscc=life.uscc()))
    return "\r\n".join(rows).encode("gb18030")  # as an office's spreadsheet saves it


def test_from_the_penalty_file_to_the_public_page(life: TownLife) -> None:
    env = life.env

    # 1. the authority's clerk imports its penalty file: the sound row comes in, the faulty one is named
    said = env.provider.uploads(penalty_file(life))
    assert "没有问题的 1 行" in said
    assert "2026-02-30" in said
    assert "导入完成，新增 1 行" in env.provider.imports(penalty_file(life))
    life.worker.runs()

    # 2. the company sees it, and from which day it may apply
    life.company.opens("/my/credit-file")
    life.company.reads(
        "溪环罚〔2026〕61号", "一般失信", "2026-03-16 起公示", "至 2027-03-16", "2026年6月16日届满", "还有 7 天可申请"
    )
    number = next(path for path in life.company.page.links.values() if path.startswith("/my/records/")).rsplit("/", 1)[
        1
    ]
    assert "公示中" in life.platform.shows(number)
    life.it_is(date(2026, 6, 17))  # the day after the minimum is full
    assert "可以申请" in life.company.inbox()

    # its agent files: conditions, answers, materials, commitment, check, receipt
    case = life.agent.repairs(number, agent=True)
    life.agent.reads("已经收到您的申请", case, "受理期限", "6月23日（周二）届满")

    # 3. the acceptor finds it in the queue, accepts it, and the letter is pressed
    env.acceptor.finds_waiting(case)
    env.acceptor.presses(case, "受理")
    env.examiner.finds_waiting(case)
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(case, "拟准予修复", {"意见": "符合修复条件，拟准予修复。"})

    # the reviewer is given the decider's post as well, and still may not grant what was proposed by the same person
    with life.town.db.begin() as tx:
        post = {"person_id": life.town.people["reviewer@ENV"], "role": "decider", "office_id": life.town.offices["ENV"]}
        tx.execute(insert(role_grant).values(post))
    assert "须由另一人办理" in env.reviewer.is_refused(case, "准予修复")

    # 5. the platform is down when another person grants: nothing is lost, and the pages say what waits
    life.platform.goes_down()
    env.decider.presses(case, "准予修复", {"理由（写入文书）": "经审查，符合修复条件，准予修复。"})
    life.worker.runs()
    life.worker.presses_letters()
    life.agent.opens_case(case)
    life.agent.reads("同步中", "等待推送", "会自动再试", "已经作出的决定和标注不受影响")
    life.centre.supervisor.opens("/oversight/pushes")
    life.centre.supervisor.reads("等待 4 件", case, "平台维护中")
    assert "公示中" in life.platform.shows(number)

    # it is up again: both platforms end publicity, and the case closes with the last receipt
    life.platform.comes_back()
    life.minutes_pass(10)
    assert "已终止公示" in life.platform.shows(number)
    assert "已终止公示" in life.platform.shows(number, "province")
    life.agent.opens_case(case)
    life.agent.reads("准予修复，已办结", "已收到回执")

    # 4. the letters: numbered, pressed, and genuine to anybody who asks
    life.agent.reads("溪环信收〔2026〕1号", "溪环信受〔2026〕1号", "溪环信修〔2026〕1号")
    decision, check = life.agent.page.links["信用修复决定书"], life.agent.page.links["查验真伪"]
    words = pdf_text(life.agent.downloads(decision))
    for said in ("溪环信修〔2026〕1号", "信用修复决定书", "溪环罚〔2026〕61号", "扫描二维码查验", "终止公示"):
        assert said in words, words
    stranger = life.stranger
    stranger.opens(check)
    stranger.reads("溪环信修〔2026〕1号", "云溪县生态环境局", "有效")

    # 7. the auditor reads who did what and why, and everything verifies
    auditor = life.centre.auditor
    auditor.opens(f"/audit/cases/{case}")
    auditor.reads(
        "首尾相接", "第 6 条", "reviewer@ENV", "decider@ENV", "经审查，符合修复条件，准予修复。", "4 个推送对象均已回执"
    )
    life.sound()


def test_what_is_missing_is_asked_for_once_and_supplied(life: TownLife) -> None:
    case = life.company.repairs(life.record())
    life.env.acceptor.presses(case, "一次性告知补正", {"需要补正的全部内容": "缴款凭证\n整改后的照片"})
    life.worker.runs()
    assert "补正" in life.company.inbox()
    life.company.opens_case(case)
    life.company.reads("缴款凭证", "整改后的照片", "补正通知书")
    life.company.presses(case, "提交补正", materials=("履行义务、纠正行为的证明",))
    assert "已经要求过一次补正" in life.env.acceptor.is_refused(case, "一次性告知补正")
    life.env.acceptor.presses(case, "受理")
    assert life.letters(case) == ["信用修复申请回执", "补正通知书", "信用修复受理通知书"]


def test_a_supplement_nobody_brings_lapses_by_itself(life: TownLife) -> None:
    record = life.record()
    case = life.company.repairs(record)
    life.env.acceptor.presses(case, "一次性告知补正", {"需要补正的全部内容": "缴款凭证"})
    life.serves(case)
    life.it_is(date(2026, 6, 25))  # ten working days after the 10th, the 19th being a holiday
    assert life.state(case) == "待补正"
    life.it_is(date(2026, 6, 26))
    assert life.state(case) == "逾期未补正，终止办理"
    life.company.opens_case(case)
    life.company.reads("逾期未补正，终止办理", "条件具备后可以再次申请")
    assert "公示中" in life.platform.shows(record)
    life.sound()


def test_a_refusal_names_its_ground_and_the_remedies(life: TownLife) -> None:
    case = life.company.repairs(life.record())
    life.env.acceptor.presses(case, "不予受理", {"事由": "申请人身份未能确认"})
    life.worker.presses_letters()
    life.company.opens_case(case)
    life.company.reads("不予受理", "行政复议", "行政诉讼")
    letter = pdf_text(life.company.downloads(life.company.page.links["不予受理通知书"]))
    assert "行政复议" in letter


def test_a_denial_is_decided_by_another_and_told_with_remedies(life: TownLife) -> None:
    record = life.record()
    case = life.company.repairs(record)
    life.env.acceptor.presses(case, "受理")
    unmet = {"行为已纠正、义务已全部履行": "不具备", "行为已纠正、义务已全部履行：情况说明": "复测仍超标"}
    life.env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"} | unmet)
    assert "拟准予修复" in life.env.reviewer.is_refused(case, "拟准予修复")
    life.env.reviewer.presses(case, "拟不予修复")
    life.env.decider.presses(case, "不予修复", {"事由": "失信行为未纠正", "补充说明（写入文书）": "复测仍超标。"})
    life.worker.runs()
    life.company.opens_case(case)
    life.company.reads("不予修复", "复测仍超标", "行政复议")
    assert "公示中" in life.platform.shows(record)


def test_the_company_withdraws(life: TownLife) -> None:
    record = life.record()
    case = life.company.repairs(record)
    life.env.acceptor.presses(case, "受理")
    life.company.presses(case, "撤回申请")
    life.company.reads("已撤回")
    assert "此办件已经办结，结果为“已撤回”" in life.env.examiner.opens_case(case)
    assert life.company.repairs(record) != case  # and may apply again


def test_after_the_maximum_period_publicity_ends_by_itself(life: TownLife) -> None:
    performed, owed = life.record(), life.record(performed=False)
    life.long_after(date(2027, 1, 6))
    life.worker.runs()
    life.company.opens("/my/credit-file")
    assert "已终止公示" in life.platform.shows(performed)
    assert "已终止公示" in life.platform.shows(owed)  # no article read keeps it public because duties are not performed
    life.company.opens(f"/my/records/{owed}")
    life.company.reads("已终止公示", "最长公示期届满，自动终止公示")
    life.sound()


def test_reminders_come_before_and_lateness_goes_up(life: TownLife) -> None:
    case = life.company.repairs(life.record())
    life.env.acceptor.wants_texts("13900000000")
    life.centre.supervisor.wants_texts("13900000001")
    life.it_is(date(2026, 6, 12))  # one working day before the due day, Monday the 15th
    (text,) = life.texts("13900000000")
    assert case in text
    life.it_is(date(2026, 6, 22))  # four working days late
    assert life.state(case) == "待受理"  # lateness never decides
    life.centre.supervisor.opens("/oversight/")
    life.centre.supervisor.reads(case, "受理期限", "云溪县生态环境局", "逾期")
    assert any(case in text for text in life.texts("13900000001"))
    life.env.acceptor.presses(case, "受理")
    life.sound()


def test_nobody_applies_before_the_day(life: TownLife) -> None:
    record = life.record(date(2026, 5, 20))
    life.company.opens("/my/credit-file")
    life.company.reads("还有 72 天可申请")
    life.company.opens(f"/my/file/repair/{record}")
    assert life.company.page.form("开始填写") is None
    life.company.reads("2026年8月20日")


def test_a_platform_that_only_says_it_changed_is_found_out_at_night(life: TownLife) -> None:
    env, record = life.env, life.record()
    case = life.company.repairs(record)
    env.acceptor.presses(case, "受理")
    env.examiner.presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    env.reviewer.presses(case, "拟准予修复")
    env.decider.presses(case, "准予修复")
    life.platform.acknowledges_and_changes_nothing("site")
    life.worker.runs()
    assert life.state(case) == "准予修复，已办结"  # as far as its receipts tell
    assert "公示中" in life.platform.shows(record)
    life.it_is(date(2026, 6, 11), hour=3)
    life.worker.works_the_night()
    life.it_is(date(2026, 6, 11))
    life.centre.supervisor.follows_inbox()
    life.centre.supervisor.reads(record, "不一致")
