"""分办 on the pages: a case is claimed, given on and back; rules and absences are set where the work of an office is seen."""

from __future__ import annotations

from tests.stories.town_life import TownLife


def test_an_office_shares_its_work_out(life: TownLife) -> None:
    env, company, head = life.env, life.company, life.env.head
    case = company.repairs(life.record())
    acceptor, market = env.acceptor, life.market.acceptor
    assert case in acceptor.opens("/desk/?assigned=nobody")
    acceptor.opens_case(case)
    acceptor.reads("承办人", "还没有人承办")
    acceptor.sends("认领受理")
    acceptor.reads("您承办", "本人认领")
    assert case in acceptor.opens("/desk/?assigned=mine&col=assigned")
    acceptor.reads("承办人", "acceptor@ENV")
    acceptor.opens_case(case)
    back = {"csrf_token": acceptor._token(), "role": "acceptor", "back": "1"}
    acceptor.posts(f"/desk/cases/{case}/assignment", back)
    acceptor.reads("已退回", "还没有人承办")
    head.opens_case(case)
    head.sends("分办", {"承办人": "acceptor@ENV"})

    head.reads("已分办", "acceptor@ENV")
    assert f"{case} 由您承办" in acceptor.follows_inbox()
    assert "承办人" not in company.opens_case(case)  # the subject sees nothing of it

    head.opens("/desk/workload")
    head.reads("分办和工作量", "acceptor@ENV", "没有规则")
    head.sends("保存规则", {"岗位": "受理（决定单位）", "程序": "全部程序", "承办人": "轮流"})
    head.reads("受理（决定单位），全部程序：在岗人员轮流承办")
    head.posts("/desk/workload/rules", {"csrf_token": head._token(), "office": "ENV", "role": "", "login": ""})
    assert (head.status, "请选择岗位" in head.page.text) == (422, True)
    acceptor.opens("/desk/workload")
    assert acceptor.page.form("保存规则") is None
    acceptor.sends("登记请假", {"首日": "2026-06-11", "末日": "2026-06-12"})
    acceptor.reads("请假已登记", "acceptor@ENV：2026年6月11日")
    today = {"csrf_token": acceptor._token(), "login": "acceptor@ENV", "from_day": "2026-06-12", "until_day": "x"}
    acceptor.posts("/desk/workload/absences", today)
    assert (acceptor.status, "结束日期不早于开始日期" in acceptor.page.text) == (422, True)
    head.posts("/desk/workload/absences", {"csrf_token": head._token(), "place": "ENV", "login": "", "from_day": ""})
    assert (head.status, "请选择请假人" in head.page.text) == (422, True)
    assert 'href="#absence-login-ENV"' in head.html
    assert 'id="absence-login-ENV"' in head.html
    market.opens("/desk/workload")
    assert "县生态环境局" not in market.page.text

    # a program of the office does the same, nobody else's
    call = f"/cases/{case}/assignment"
    assert acceptor.program.gets(call)["items"][0]["name"] == "acceptor@ENV"
    assert acceptor.program.posts(call, {"role": "acceptor", "login": ""}, status=200)["changed"]
    assert acceptor.program.posts(f"/cases/{case}/claim", {}, status=200)["changed"]
    company.program.gets(call, status=403)
    market.program.gets(call, status=404)
    market.program.posts(f"/cases/{case}/claim", {}, status=404)
    life.sound()
