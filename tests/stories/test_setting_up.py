"""An installation from nothing: two administrators made at the machine set the rest up on pages, until a repair is pushed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from repairflow import cli, times
from repairflow.app.program import Program
from repairflow.app.web import make_app
from repairflow.app.witnessing import Witnesses
from repairflow.app.worker import job_runner
from repairflow.auditing import checkpoints, cosignatures
from repairflow.gateway.http import HttpPlatform
from repairflow.gateway.sandbox import make_sandbox
from repairflow.law.identifiers import make_uscc
from repairflow.letters.renderer.pool import Press
from repairflow.settings import Settings
from tests.auditing.test_witness_protocol import serving
from tests.conftest import Clock
from tests.stories.pages import Page
from tests.stories.people import Enterprise, Officer, Stranger
from tests.stories.town_life import Compiled, Worker

PASSWORD = "correct horse 电池"
COMPANY = make_uscc("320830", "MA1X2Y3T")
PENALTY = (
    "行政相对人名称,行政相对人类别,行政相对人代码_1（统一社会信用代码）,法定代表人,自然人证件类型,自然人证件号码,行政处罚决定书文号,"
    "违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,没收违法所得、没收非法财物的金额（万元）,处罚决定日期,公示截止期,"
    "处罚机关,处罚机关统一社会信用代码,备注\r\n"
    f"云溪环保科技有限公司,法人及非法人组织,{COMPANY},宋远山,,,溪环罚〔2026〕7号,超标排放水污染物,总排口化学需氧量超标。,"
    "《中华人民共和国水污染防治法》第八十三条,罚款,处罚款叁万元整。,3,,2026-01-05,2027-01-05,云溪县生态环境局,,"
)


class House:
    """A node on an empty database; `somebody` comes with the link he was given."""

    def __init__(self, settings: Settings) -> None:
        self.node = Program.at(settings)
        self.app = make_app(self.node)
        self.app.jinja_env.bytecode_cache = Compiled()

    def does_jobs(self) -> None:
        """A worker comes by for what somebody has ordered."""
        job_runner(self.node).run_once(times.now())

    def somebody(self, kind: type[Any], said: str) -> Any:
        """Whoever got the link sets a password with it and signs in."""
        link = re.search(r"/account/password/[\w-]+", said)
        assert link, said
        person = kind.__new__(kind)
        Stranger.__init__(person, self)  # type: ignore[arg-type]  # a house of its own, not the town of other stories
        person.opens(link.group(0))
        login = re.search(r"您的登录名是 (\w+)", person.page.text).group(1)  # type: ignore[union-attr]  # the page says it
        person.name = login
        person.sends("设置密码", {"密码": PASSWORD, "再输入一次": PASSWORD})
        person.reads("密码已设置，请登录")
        person.sends("登录", {"登录名": login, "密码": PASSWORD})
        return person


@pytest.fixture
def house(settings: Settings, clock: Clock) -> House:
    return House(settings)


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command at the machine; what it printed."""
    monkeypatch.setenv("REPAIRFLOW_HOME", str(settings.home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", settings.database_url)

    def run(line: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(line.split())
        said = capsys.readouterr()
        assert (ended.value.code or 0) == code, said
        return said.out

    return run


@pytest.fixture
def closing() -> Iterator[list[Any]]:
    opened: list[Any] = []
    yield opened
    for one in opened:
        one()


def test_from_nothing_to_a_repair_that_was_pushed(
    house: House, command: Any, press: Press, tmp_path: Path, closing: list[Any]
) -> None:
    # at the machine: the first office, and two people who keep one another in check
    assert "还没有单位" in command("init")
    command("office add YX-XYZX 云溪县信用中心 --short 县信用中心 --mark 溪信 --kind credit_office")
    maker = house.somebody(Stranger, command("user add jishu 纪舒 --kind staff --link"))
    guard = house.somebody(Stranger, command("user add mushan 穆山 --kind staff --link"))
    command("user grant jishu system_admin --office YX-XYZX")
    command("user grant mushan security_admin --office YX-XYZX")

    # the system administrator: the authority, and the platform that shows records
    maker.opens("/admin/offices/new")
    maker.sends("新建", {"单位名称": "云溪县生态环境局", "简称": "县生态环境局", "类别": "认定单位"}, status=422)
    maker.reads("单位编码没有填写", "机关代字没有填写")
    maker.sends("新建", {"单位编码": "YX-STHJ", "机关代字": "溪环", "上级单位": "没有"})
    maker.reads("已新建单位 YX-STHJ", "云溪县生态环境局")
    maker.opens("/admin/targets")
    maker.reads("还没有平台")
    maker.follows("新建平台")
    site = {
        "平台编码": "site",
        "平台名称": "信用云溪网站",
        "类别": "公示网站",
        "推送地址": "http://127.0.0.1:8001/targets/site",
    }
    maker.sends("新建", site)
    secret = re.search(r"whsec_[\w+/=]{20,}", maker.html).group(0)  # type: ignore[union-attr]  # shown this once
    platform = make_sandbox(tmp_path / "platform.db", {"site": secret}, sleep=lambda _: None)
    reach = HttpPlatform(httpx2.WSGITransport(app=platform))
    closing += [reach.close, platform.extensions["sandbox_store"].dispose]
    worker = Worker(house.node, reach, press)

    # accounts by one administrator, posts and links by the other
    staff = {}
    for login, name, posts in (
        ("xuzhixing", "许知行", ("受理", "信息提供")),
        ("chenmo", "陈墨", ("核查、承办",)),
        ("zhouyuan", "周予安", ("审核", "法制审核")),
        ("shenjibai", "沈既白", ("批准",)),
    ):
        maker.opens("/admin/people/new")
        maker.sends("新建", {"登录名": login, "姓名": name, "类别": "单位人员"})
        maker.reads(f"已新建账号 {login}", "由安全管理员办理")
        assert maker.page.form("授予") is None
        guard.opens(f"/admin/people/{login}")
        for post in posts:
            guard.sends("授予", {"单位": "云溪县生态环境局", "岗位": post})
            guard.reads(f"已授予岗位“{post}”")
        guard.sends("发放设置密码的链接")
        guard.reads("请确认")
        guard.sends("发放链接")
        assert "/account/password/" not in guard.html
        maker.opens("/admin/sheets")
        maker.sends(f"打印{name}的通知单")
        staff[login] = house.somebody(Officer, maker.html)
    maker.opens("/admin/people/new")
    maker.sends("新建", {"登录名": "songyuanshan", "姓名": "宋远山", "类别": "当事人或者代理人"})

    # from which amounts a fine is 较大数额 and 巨额: without these lines no fine is published
    lawyer = staff["zhouyuan"]
    lawyer.opens("/admin/thresholds")
    lawyer.reads("没有写明")
    lines = {
        "较大数额的起点（万元）": "0.5", "巨额的起点（万元）": "0.2", "依据的文件": "《云溪县生态环境裁量基准》第三条",
        "文件日期": "2026-04-01",
    }  # fmt: skip
    lawyer.sends("写明界线", lines, status=422)
    lawyer.reads("应大于较大数额的起点")
    lawyer.sends("写明界线", {"巨额的起点（万元）": "50"})
    lawyer.reads("已写明罚款界线", "较大数额：0.50 万元以上", "没有须重新分类的信息")

    # by which document the office grants repairs whose article nobody has read yet: without it no letter goes out
    lawyer.opens("/admin/rules?q=准予修复")
    lawyer.reads("信用修复（2026-04）：准予修复", "待确认")
    rule = {
        "office": re.search(r'name="office" value="(\d+)"', lawyer.html)[1],  # type: ignore[index]  # the page has it
        "csrf_token": lawyer._token(),
        "rules": "repair/2026-04/grant", "document": "《云溪县信用修复工作规则》第五条", "document_day": "2026-04-01",
        "rank": "normative", "issuer": "云溪县人民政府", "issuer_level": "county", "document_number": "云政规〔2026〕3号",
    }  # fmt: skip
    lawyer.posts("/admin/rules", rule)
    lawyer.opens("/admin/rules?q=准予修复")
    lawyer.reads("《云溪县信用修复工作规则》第五条（规范性文件", "周予安于")

    # the penalty comes in, and with it the company its representative may now speak for
    clerk = staff["xuzhixing"]
    assert "导入完成，新增 1 行" in clerk.imports(PENALTY.encode("gb18030"))
    worker.runs()
    guard.opens("/admin/people/songyuanshan")
    guard.sends("登记", {"信用主体代码": COMPANY, "身份": "法定代表人；自然人的，本人或者监护人"})
    guard.reads("已登记对云溪环保科技有限公司的代理")
    guard.sends("发放设置密码的链接")
    guard.sends("发放链接")
    maker.opens("/admin/sheets")
    maker.sends("打印宋远山的通知单")
    company = house.somebody(Enterprise, maker.html)
    company.opens("/my/credit-file")
    company.reads("溪环罚〔2026〕7号")
    path = next(one for one in company.page.links.values() if one.startswith("/my/records/"))
    record = path.rsplit("/", 1)[1]

    def shown() -> str:
        return Page(platform.test_client().get(f"/targets/site/records/{record}").get_data(as_text=True)).text

    assert "公示中" in shown()

    # the work itself, each step by the person with its post
    case = company.repairs(record)
    clerk.presses(case, "受理")
    staff["chenmo"].presses(case, "提交核查意见", {"逐项核查修复条件": "具备"})
    staff["zhouyuan"].presses(case, "拟准予修复")
    staff["shenjibai"].presses(case, "准予修复")
    worker.runs()
    assert "已终止公示" in shown()
    company.opens_case(case)
    company.reads("准予修复，已办结", "溪环信修〔2026〕1号")

    # what was set up by whom stands in the trail, on the pages and in the chain
    guard.opens("/admin/changes")
    guard.reads("发放设置密码的链接", "设置密码", "登记授权", "系统管理员", "安全管理员")
    assert "内部一致" in command("audit verify", 3)  # 3: sound, and nothing outside anchors it yet

    # an auditor's witness cosigns what is there
    with house.node.db.begin() as tx:
        checkpoints.take(tx, house.node.signer, times.now())
    with serving(house.node.settings.home / "elsewhere", "audit.example", house.node.signer) as line:
        policy = house.node.settings.home / "policy"
        policy.write_text(f"{line}\nquorum audit.example\n")
        assert "达到见证策略的要求" in command(f"audit verify --policy {policy}", 3)
        witnesses = Witnesses(cosignatures.to_ask(cosignatures.read_policy(policy)))
        assert witnesses.ask_all(house.node.db, house.node.signer.verifier) == 1
        witnesses.close()
    said = command(f"audit verify --policy {policy}", 0)
    assert "由外部见证的检查点证实" in said
    assert "共签：audit.example（" in said


def test_somebody_who_leaves_is_out_at_once(house: House, command: Any) -> None:
    command("office add YX-XYZX 云溪县信用中心 --short 县信用中心 --mark 溪信 --kind credit_office")
    guard = house.somebody(Stranger, command("user add mushan 穆山 --kind staff --link"))
    command("user grant mushan security_admin --office YX-XYZX")
    officer = house.somebody(Officer, command("user add fangcheng 方澄 --kind staff --link"))
    command("user grant fangcheng registrar --office YX-XYZX")
    officer.opens("/desk/")
    officer.reads("我的待办")
    guard.opens("/admin/people/fangcheng")
    guard.sends("停用账号")
    guard.sends("停用账号")  # asked, and confirmed
    guard.reads("账号已停用")
    officer.opens("/desk/")
    officer.reads("登录名")  # the login page
    officer.sends("登录", {"登录名": "fangcheng", "密码": PASSWORD}, status=422)
    guard.sends("恢复使用")
    officer.sends("登录", {"登录名": "fangcheng", "密码": PASSWORD})
    officer.reads("我的待办")
