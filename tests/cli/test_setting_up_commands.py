"""The commands that set an installation up, on a database where nothing is yet: what they print and with which exit code."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select

from repairflow import cli
from repairflow.casework.admin import credentials
from repairflow.db import Database
from repairflow.law.identifiers import make_uscc
from repairflow.records import event, person, subject
from repairflow.settings import Settings
from tests.conftest import Clock

USCC = make_uscc("320830", "MA1X2Y3T")
OFFICE = "office add YX-STHJ 云溪县生态环境局 --short 县生态环境局 --mark 溪环 --kind authority"
TARGET = "target add site 信用云溪网站 --kind public_platform --url http://127.0.0.1:8001/targets/site"


class Shell:
    """`shell(line)` runs a command of this home; what it printed, after checking how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, line: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(line.split())
        said = self._capsys.readouterr()
        assert (ended.value.code or 0) == code, said
        return said.out + said.err


@pytest.fixture
def shell(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.setenv("REPAIRFLOW_HOME", str(settings.home))
    monkeypatch.setenv("REPAIRFLOW_DATABASE_URL", settings.database_url)
    return Shell(capsys)


def test_an_empty_database_says_what_comes_next(shell: Shell) -> None:
    said = shell("init")
    for command in ("office add", "target add", "user add", "user grant", "repairflow serve"):
        assert command in said
    shell(OFFICE)
    assert "office add" not in shell("init")


def test_offices(shell: Shell) -> None:
    assert "已新建单位 YX-STHJ" in shell(OFFICE)
    assert "已由云溪县生态环境局使用" in shell(OFFICE, 2)
    assert "上级单位“X”不存在" in shell("office change YX-STHJ --parent X", 2)
    assert "简称：县生态环境局 → 县环境局" in shell("office change YX-STHJ --short 县环境局")
    assert "没有改动" in shell("office change YX-STHJ --short 县环境局")
    assert "YX-STHJ" in shell("office list --search 生态")
    assert shell("office list --search 无此") == ""


def test_targets(shell: Shell) -> None:
    assert re.search(r"^whsec_\S+$", shell(TARGET), re.MULTILINE)
    assert "须以 https:// 开头" in shell("target change site --url http://example.gov.cn", 2)
    assert "推送地址：" in shell("target change site --url https://credit.example.gov.cn")
    assert "whsec_" in shell("target change site --new-secret")
    assert "已停用" in shell("target off site")
    assert "没有改动" in shell("target off site")
    assert "已停用" in shell("target list")
    assert "已恢复使用" in shell("target on site")
    assert "没有编码为 none 的平台" in shell("target off none", 2)


def test_a_key_comes_from_a_file(shell: Shell, settings: Settings) -> None:
    file = settings.home / "key"
    file.write_text("whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n")
    assert "whsec_" not in shell(f"{TARGET} --secret-file {file}")
    shell(f"target change site --new-secret --secret-file {file}", 2)


def test_people(shell: Shell, database: Database) -> None:
    shell(OFFICE)
    link = re.search(r"/account/password/(\S+)", shell("user add xu 许知行 --kind staff --link"))
    assert link
    with database.read() as tx:
        kept = tx.execute(select(person.c.password_hash)).scalar_one()
    assert link.group(1) not in kept
    assert credentials.link_ends(kept)
    assert "已经存在" in shell("user add xu 许知行 --kind staff --password long-enough-1", 2)
    assert "10 到 200 个字符" in shell("user add wu 吴一 --kind staff --password short", 2)
    assert "只能用一个" in shell("user add wu 吴一 --kind staff --password long-enough-1 --link", 2)
    assert "已新建账号 wu" in shell("user add wu 吴一 --kind staff --password long-enough-1")
    assert "姓名已改为 吴二" in shell("user rename wu 吴二")
    assert "已授予 xu" in shell("user grant xu system_admin --office YX-STHJ")
    assert "不能由同一人担任" in shell("user grant xu audit_admin --office YX-STHJ", 2)
    assert "已收回" in shell("user revoke xu system_admin --office YX-STHJ")
    assert "没有岗位" in shell("user revoke xu system_admin --office YX-STHJ", 2)
    assert "已授予 xu" in shell("user grant xu audit_admin --office YX-STHJ")
    assert "/account/password/" in shell("user password xu")
    assert "没有绑定设备" in shell("user second-factor xu")
    assert len(shell("user token xu").strip()) > 40
    assert "已停用账号 xu" in shell("user disable xu")
    assert "（已停用）" in shell("user list --search xu")
    assert "先恢复使用" in shell("user password xu", 2)
    assert "已恢复使用" in shell("user enable xu")
    assert "YX-STHJ audit_admin" in shell("user list")
    assert "没有登录名为 nobody 的账号" in shell("user disable nobody", 2)
    with database.read() as tx:
        told = tx.execute(select(event.c.actor_name, event.c.actor_role).distinct()).all()
    assert [tuple(row) for row in told] == [("命令行", "operator")]


def test_a_password_is_asked_for_where_none_is_given(
    shell: Shell, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.prompt", lambda *_, **__: "typed at the machine 1")
    shell("user add xu 许知行 --kind staff")
    with database.read() as tx:
        assert credentials.password_fits(
            tx.execute(select(person.c.password_hash)).scalar_one(), "typed at the machine 1"
        )


def test_mandates(shell: Shell, database: Database) -> None:
    shell("user add lin 林一鸣 --kind agent --link")
    assert "没有对应的信用主体" in shell(f"user mandate lin {USCC}", 2)
    with database.engine.begin() as tx:  # as an import brings it, without its records
        tx.execute(insert(subject).values(kind="organisation", name="云溪环保科技有限公司", uscc=USCC))
    assert "可以代表 云溪环保科技有限公司" in shell(f"user mandate lin {USCC} --until 2027-01-31")
    assert "截止日早于今日" in shell(f"user mandate lin {USCC} --until 2020-01-31", 2)
    assert "已终止 lin 对 云溪环保科技有限公司" in shell(f"user mandate lin {USCC} --end")
    assert "已经终止" in shell(f"user mandate lin {USCC} --end", 2)


@pytest.mark.parametrize("line", ["office add", "target add x", "user grant x king --office Y", "user frobnicate"])
def test_a_line_that_cannot_be_read_explains_itself(shell: Shell, line: str) -> None:
    assert "--help" in shell(line, 2)
