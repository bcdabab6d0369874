"""The commands that set an installation up, on a database where nothing is yet: what they print and with which exit code."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from repairflow import cli, times
from repairflow.app.program import Program
from repairflow.auditing import checkpoints, sequencer
from repairflow.auditing.notes import Signer
from repairflow.cli import people
from repairflow.errors import RepairFlowError
from repairflow.law.identifiers import make_uscc
from repairflow.settings import Settings
from repairflow.vault import Vault
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


def test_a_birthday_is_asked_for_and_stands_in_no_history_of_commands(shell: Shell) -> None:
    assert "2010-05-20" in shell("user mandate zhou E12345678 --born 2010-05-20", 2)  # no option takes it
    told = CliRunner().invoke(people.user, ["mandate", "zhou", "E12345678", "--born"], input="2010-05-20\n2010-05-20\n")
    assert told.output.startswith("出生日期")
    assert "2010-05-20: " not in told.output.replace("（如 2010-05-20）", "")
    assert isinstance(told.exception, RepairFlowError)


def test_targets(shell: Shell) -> None:
    assert re.search(r"^whsec_\S+$", shell(TARGET), re.MULTILINE)
    assert "须以 https:// 开头" in shell("target change site --url http://example.gov.cn", 2)
    assert "推送地址：" in shell("target change site --url https://credit.example.gov.cn")
    assert "whsec_" in shell("target change site --new-secret")
    assert "应为 Ed25519 公钥" in shell("target change site --receipt-key whsec_abc", 2)
    assert "回执公钥：（无） → " + "A" * 43 in shell("target change site --receipt-key whpk_" + "A" * 43)
    assert "回执公钥：" + "A" * 43 + " → （无）" in shell("target change site --receipt-key=")
    assert "已停用" in shell("target off site")
    assert "没有改动" in shell("target off site")
    assert "已停用" in shell("target list")
    assert "已恢复使用" in shell("target on site")
    assert "没有编码为 none 的平台" in shell("target off none", 2)


@pytest.mark.parametrize("name", ["vault.key", "log.key"])
def test_a_node_with_other_keys_than_its_database_does_not_start(shell: Shell, settings: Settings, name: str) -> None:
    """Its folder of keys was lost, or it was given another home: what is sealed stays closed, and the log breaks off."""
    shell(TARGET)
    program = Program.at(settings)
    with program.db.begin() as tx:
        sequencer.sequence(tx, 1_000, everything=True)
    with program.db.begin() as tx:
        checkpoints.take(tx, program.signer, times.now())
    key, public = settings.keys / name, settings.keys / "log.pub"
    kept = key.read_bytes(), public.read_bytes()
    key.unlink()
    for line in ("init", "init --demo", "serve", "worker", "upgrade", "target list", "readiness"):
        assert f"{name} 不在了" in shell(line, 2)
        assert not key.exists(), line  # nor is one made that would then be taken for the right one
    public.unlink()
    _ = (Vault if name == "vault.key" else Signer).at(settings.keys)
    for line in ("init", "serve", "worker"):
        assert f"{name} 不是这个数据库的密钥" in shell(line, 2)
    key.write_bytes(kept[0])
    public.write_bytes(kept[1])
    assert "数据库已就绪" in shell("init")


def broken(home: Path) -> dict[str, str]:
    (home / "repairflow.db").write_bytes(b"no database at all" * 400)
    return {}


def foreign(home: Path) -> dict[str, str]:
    with closing(sqlite3.connect(home / "repairflow.db")) as other:
        other.execute("CREATE TABLE customer (name)")
    return {}


def missing(_home: Path) -> dict[str, str]:
    return {}


def nowhere(home: Path) -> dict[str, str]:
    return {"REPAIRFLOW_DATABASE_URL": f"sqlite:///{home}/none/repairflow.db"}


def down(_home: Path) -> dict[str, str]:
    return {"REPAIRFLOW_DATABASE_URL": "postgresql://repairflow:secret@127.0.0.1:1/town?sslmode=disable"}


def no_folder(home: Path) -> dict[str, str]:
    (home / "file").touch()
    return {"REPAIRFLOW_HOME": str(home / "file")}


@pytest.mark.either_database
@pytest.mark.parametrize(("wrong", "lines", "code", "says"), [
    (broken, ("init", "serve", "worker"), 3, "{home}/repairflow.db 不是数据库，或者已经损坏。请停止网站和后台，从备份恢复"),
    (foreign, ("init", "init --demo", "serve", "worker"), 2, "{home}/repairflow.db 中已有其他程序的表（customer），没有改动"),
    (missing, ("serve", "worker"), 2, "没有数据库文件 {home}/repairflow.db，未启动。\n  新装的，请先运行 repairflow init"),
    (nowhere, ("init",), 3, "打不开数据库文件 {home}/none/repairflow.db：没有这个文件夹，或者没有权限"),
    (down, ("init", "worker"), 3, "连接不上数据库 postgresql://repairflow:***@127.0.0.1:1/town：服务没有运行"),
    (no_folder, ("init", "serve", "worker"), 2, "REPAIRFLOW_HOME={home}/file：{home}/file 是文件，不是文件夹"),
])  # fmt: skip
def test_what_keeps_a_node_from_its_database_is_said_with_the_next_step(
    wrong: Callable[[Path], dict[str, str]],
    lines: Sequence[str],
    code: int,
    says: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home.mkdir(exist_ok=True)
    for name, value in {"REPAIRFLOW_HOME": str(home), **wrong(home)}.items():
        monkeypatch.setenv(name, value)
    before = {path: path.read_bytes() for path in home.glob("*") if path.is_file()}
    for line in lines:
        assert says.format(home=home) in Shell(capsys)(line, code)
    assert {path: path.read_bytes() for path in home.glob("*") if path.is_file()} == before


def test_a_key_comes_from_a_file(shell: Shell, settings: Settings) -> None:
    file = settings.home / "key"
    file.write_text(
        'year = 2027\npublished = true\nsource = "试验用，不是正式安排"\n'
        '[[holiday]]\nname = "元旦"\nfrom = 2027-01-01\nto = 2027-01-04\n',
        encoding="utf-8",
    )
    shell(f"calendar import {file}")
    after = shell("due 2026-12-30 --working-days 3")
    assert "届满日：2027-01-06" in after
    assert "暂定" not in after


def test_an_amended_year_names_both_notices(shell: Shell) -> None:
    years = dict(line.split(maxsplit=1) for line in shell("calendar list").splitlines() if line[:4].isdigit())
    assert years["2020"].endswith("；由国务院办公厅关于延长2020年春节假期的通知修改")
    assert "修改" not in years["2026"]
