"""What a company did to put things right: counted, certified and checked; the quiz; paid agents; and what may not be repaired."""

from __future__ import annotations

from sqlalchemy import select

from repairflow.law.identifiers import make_uscc
from repairflow.records import mandate, person
from tests.stories.town_life import TownLife

DECLARE = "登记修复方式"
TRAINING = {
    "修复方式": "信用修复专题培训", "学时（小时）": "3", "出具单位": "云溪县环境科学学会", "证明编号": "培〔2026〕18号",
    "完成日期": "2026-05-20",
}  # fmt: skip
SPEAKER = "宋远山"
"""Who speaks for the company, and so declares for it."""
REFUSED = [
    ({"学时（小时）": "2"}, "不少于 3 小时，填写的是 2 小时"),
    ({"学时（小时）": "三"}, "整数"),
    ({"学时（小时）": ""}, "整数"),
    ({"完成日期": "2026-06-11"}, "不能晚于今天"),
    ({"完成日期": "2024-05-20"}, "已于 2025-05-20 过期"),
    ({"完成日期": ""}, "请填写“完成日期”"),
    ({"出具单位": ""}, "请填写“出具单位”"),
    ({"修复方式": "信用知识学习测验", "证明编号": "XX-2026-000009"}, "没有这个编号的学习证明"),
]
RIGHT, WRONG = (2, 1, 2, 3, 2), (1, 1, 1, 1, 1)
ADVICE, ADVICE_CODE = "云溪县速清信用咨询有限公司", make_uscc("320830", "MA1N3W7K")


def answers(life: TownLife, given: tuple[int, ...]) -> str:
    company = life.company
    company.opens("/my/learning")
    form = company.page.form("交卷")
    assert form is not None
    token = form.fields
    sent = {f"q{at}": str(one) for at, one in enumerate(given, start=1)}
    company.posts("/my/learning", {name: token[name].value for name in ("csrf_token", "subject")} | sent)
    return company.page.text


def test_means_are_declared_checked_and_shown_to_who_decides(life: TownLife) -> None:
    number = life.record()
    company, env = life.company, life.env
    company.opens(f"/my/records/{number}")
    company.follows("培训、公益服务、学习测验等")
    for wrong, says in REFUSED:
        assert says in company.sends(DECLARE, TRAINING | wrong, status=422)
    assert "已登记" not in company.opens(f"/my/records/{number}/means")
    assert "待核验" in company.sends(DECLARE, TRAINING)
    assert "已经登记在这条信息上" in company.sends(DECLARE, TRAINING, status=422)

    # its office hears of it, checks it, and says how; nobody else does
    clerk = env.examiner
    assert "待核验：信用修复专题培训" in clerk.follows_inbox()
    clerk.opens("/desk/performance")
    clerk.follows("核验修复方式")
    clerk.reads(f"{SPEAKER} 2026-06-10 10:00 登记")
    assert "请写明怎样核验的" in clerk.sends("属实", status=422)
    market = life.market.examiner
    assert "云溪环保" not in market.opens("/desk/means")
    market.posts("/desk/means/1", {"csrf_token": clerk._token(), "decision": "verified", "reason": "好"})
    assert market.status in (400, 403, 404)
    clerk.opens("/desk/means")
    for decision in ("", "perhaps"):
        clerk.posts("/desk/means/1", {"csrf_token": clerk._token(), "decision": decision, "reason": "已核对。"})
        assert (clerk.status, "没有选择核验结果" in clerk.page.text) == (422, True)
        assert 'value="已核对。"' in clerk.html
    clerk.posts("/desk/means/1", {"csrf_token": clerk._token(), "decision": "verified", "reason": "已与学会核对编号。"})
    clerk.reads("已登记核验结果")
    assert "“信用修复专题培训”已核验" in company.inbox()
    case = company.repairs(number)
    assert "已与学会核对编号" in env.acceptor.opens_case(case)
    env.acceptor.reads(f"{SPEAKER} 2026-06-10 10:00 登记")
    assert f"{SPEAKER} 2026-06-10 10:00 登记" in company.opens(f"/my/records/{number}/means")

    # the quiz: unanswered, failed, tried again, passed; then the day's tries are over
    assert "请回答第 5 题" in answers(life, RIGHT[:4])
    assert "没有通过：答对 1 题" in answers(life, WRONG)
    assert "学习证明编号 XX-2026-000001" in answers(life, RIGHT)
    answers(life, WRONG)
    assert "今天已经测验 3 次" in answers(life, RIGHT)
    company.opens(f"/my/records/{number}/means")
    quiz = {"修复方式": "信用知识学习测验", "证明编号": "xx-2026-000001"}
    said = company.sends(DECLARE, quiz)
    assert "系统核对学习证明" in said

    # another company's certificate and one that ended are told apart
    other = life.record(company="hengtuo")
    with life.town.db.begin() as tx:
        who = tx.execute(select(person.c.id).where(person.c.login == "yunxi")).scalar_one()
        tx.execute(
            mandate.insert().values(
                person_id=who, subject_id=life.town.subjects["hengtuo"], capacity="agent", valid_from=life.town.today
            )
        )
    company.opens(f"/my/records/{other}/means")
    assert "是另一主体的" in company.sends(DECLARE, quiz, status=422)
    assert "已经由另一主体登记" in company.sends(DECLARE, TRAINING, status=422)
    life.sound()


def test_a_certificate_ends(life: TownLife) -> None:
    number = life.record()
    answers(life, RIGHT)
    life.long_after(life.town.today.replace(year=2027, month=7))
    life.company.opens(f"/my/records/{number}/means")
    said = life.company.sends(DECLARE, {"修复方式": "信用知识学习测验", "证明编号": "XX-2026-000001"}, status=422)
    assert "已于 2027-06-10 过期" in said


def test_paid_agents_are_flagged_for_everybody_and_their_papers_do_not_count(life: TownLife) -> None:
    number, keeper = life.record(), life.centre.registrar
    life.env.examiner.opens("/desk/service-bodies")
    assert life.env.examiner.page.form("登记机构") is None
    life.env.examiner.posts("/desk/service-bodies", {"csrf_token": life.env.examiner._token(), "name": ADVICE})
    assert life.env.examiner.status == 403
    keeper.opens("/desk/means")
    keeper.follows("信用服务机构")
    form = {
        "统一社会信用代码": ADVICE_CODE,
        "名称": ADVICE,
        "收费情况": "修复一条收 3000 元",
        "提醒": "有偿代办修复、收费删除",
    }
    for wrong, says in (
        ({"统一社会信用代码": ADVICE_CODE[:-1]}, "18"),
        ({"收费情况": ""}, "请填写“收费情况”"),
        ({}, "写明事实和来源"),
        ({}, "请选择提供的服务"),
    ):
        assert says in keeper.sends("登记机构", form | wrong, status=422)
    register = keeper.page.form("登记机构")
    assert register is not None
    fields = register.filled(form | {"提醒的事实和来源": "投诉查实，收取费用后称可以删除。"})
    keeper.posts("/desk/service-bodies", fields | {"services": ["advice", "training"]})
    keeper.reads("已登记", ADVICE)
    life.stranger.opens("/guides")
    life.stranger.follows("信用服务机构")
    life.stranger.reads(ADVICE, "有偿代办修复", "不收取任何费用")
    life.company.opens(f"/my/records/{number}/means")
    assert "已被提醒" in life.company.sends(DECLARE, TRAINING | {"出具单位": ADVICE}, status=422)


def test_what_may_not_be_repaired_is_marked_with_its_article_and_cited(life: TownLife) -> None:
    number, env = life.record(), life.env
    case = life.company.repairs(number)
    env.acceptor.opens_case(case)
    env.acceptor.follows("不可修复的信息")
    assert env.acceptor.page.form("登记为不可修复") is None
    mark = {
        "信息编号": number,
        "情形": "终身禁止从业、终身禁入",
        "依据的条文": "决定书引用的条文",
        "理由": "决定禁止终身从业。",
    }
    head = env.head
    head.opens("/desk/not-repairable")
    for wrong, says in (
        ({"信息编号": "SX-2026-009999"}, "没有找到这条信息"),
        ({"依据的条文": ""}, "请填写“依据的条文”"),
        ({"理由": ""}, "请填写“理由”"),
    ):
        assert says in head.sends("登记为不可修复", mark | wrong, status=422)
    head.opens("/desk/not-repairable")
    head.reads("《信用修复管理办法》（国家发展和改革委员会令第36号） 待核实")
    head.sends("登记为不可修复", mark)
    head.reads("已登记为不可修复，已告知当事人")
    head.reads("终身禁止从业、终身禁入（决定书引用的条文）")
    assert "已登记为不可修复：终身禁止从业" in env.acceptor.is_refused(case, "受理")
    told = life.company.inbox()
    for said in (
        "登记为不可修复",
        "自收到本告知之日起60日内向云溪县人民政府申请行政复议",
        "6个月内依法向云溪县人民法院提起行政诉讼",
        "第二十条第一款",
        "第四十六条第一款",
    ):
        assert said in told
    life.company.opens(f"/my/records/{number}")
    life.company.reads("决定书引用的条文")
    assert env.acceptor.opens("/desk/not-repairable")
    market = life.market.head
    market.opens("/desk/not-repairable")
    market.sends("登记为不可修复", mark, status=422)
    market.reads("没有找到这条信息")
    head.opens("/desk/not-repairable")
    lift = {"csrf_token": head._token(), "on": "no", "record": number}
    head.posts("/desk/not-repairable", lift | {"reason": " "})
    assert head.status == 422  # said at the form that was sent, and at no other
    assert f'href="#reason-{number}"' in head.html
    assert f'id="reason-{number}-error">请填写“理由”' in head.html
    assert head.html.count("请填写“理由”") == 2
    head.posts("/desk/not-repairable", lift | {"on": "perhaps", "reason": "登记有误。"})
    assert head.status == 422
    head.posts("/desk/not-repairable", lift | {"reason": "登记有误。"})
    head.reads("已取消登记，已告知当事人")
    head.reads("没有登记为不可修复的信息")
    env.acceptor.presses(case, "受理")
    life.sound()
