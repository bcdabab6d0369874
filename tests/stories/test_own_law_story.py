"""The worked example of docs/procedures.md, made by following that page alone, and lived through by the people of the town."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from repairflow.app.law import read_law
from repairflow.casework.actor import SYSTEM
from repairflow.casework.admin import roles_and_mandates
from repairflow.casework.context import Services
from repairflow.cli.law import procedures
from repairflow.db import Database
from repairflow.law.procedure.library import Library
from repairflow.letters.renderer.pool import Press
from repairflow.records import law_file
from repairflow.settings import Settings
from tests.conftest import Clock
from tests.stories.town_life import TownLife, pdf_text
from tests.support.building import Town
from tests.support.doc_files import write_files
from tests.support.own_law import own_law

PAGE = Path(__file__).parents[2] / "docs" / "procedures.md"
FACTS = "2026年5月，以代办信用修复的名义收取服务费。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that the page tells its reader to make."""
    made = tmp_path / "law"
    assert write_files(PAGE, made) == [
        "letters/fee_result/2026-04-01.txt.j2", "procedures/fee_complaint-2026-04.toml", "vocabulary.toml",
    ]  # fmt: skip
    return made


@pytest.fixture
def life(
    database: Database, settings: Settings, clock: Clock, press: Press, folder: Path, tmp_path: Path
) -> Iterator[TownLife]:
    with own_law(settings, database, folder) as (here, law):
        town = Town(database, here)
        reads(town, law)
        lived = TownLife(town, clock, press, tmp_path)
        yield lived
        lived.close()


def reads(town: Town, law: Library) -> None:
    """The town goes by this law from now on."""
    town.law = law
    town.services = Services.of(town.law, town.vault, town.settings)


def complains(life: TownLife) -> str:
    """Anybody complains about the company on the public page; the number of the case."""
    anybody = life.stranger
    anybody.opens("/report")
    anybody.reads("收费投诉")
    anybody.opens(f"/report/fee_complaint/{life.uscc()}")
    anybody.sends(
        "下一步：核对",
        {"被收取的金额（元）": "1200", "收费经过": FACTS, "投诉人姓名": "钱来也", "投诉人联系方式": "13800001234"},
    )
    form = anybody.page.form("提交")
    assert form is not None, anybody.page.text
    anybody.posts(anybody.where, {**form.filled({}), "step": "file"})
    found = re.search(r"SF-\d{4}-\d{6}", anybody.page.text)
    assert found, anybody.page.text
    return found[0]


def is_found_true(life: TownLife, case: str) -> None:
    life.centre.registrar.presses(case, "受理")
    life.centre.fee_checker.presses(case, "提交核查意见", {"查实的收费金额（元）": "1000"})


def is_refunded(life: TownLife, case: str) -> str:
    """The decider orders the refund; what the printed letter says."""
    life.centre.decider.presses(case, "责令退还", {"应退还的金额（元）": "1000"})
    life.worker.presses_letters()
    decider = life.centre.decider
    decider.opens_case(case)
    path = next(path for path in decider.page.links.values() if re.search(r"/letters/[^/]+\.pdf", path))
    return pdf_text(decider.downloads(path))


def test_the_page_leads_to_a_folder_without_fault(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPAIRFLOW_HOME", str(tmp_path / "home"))
    done = CliRunner().invoke(procedures, ["check", str(folder)])
    assert (done.exit_code, done.output.count("错误 ")) == (0, 0), done.output
    assert "0 个错误，2 个提示" in done.output.splitlines()[-1]


def test_a_complaint_about_a_fee_is_filed_decided_and_its_letter_read(life: TownLife) -> None:
    case = complains(life)
    is_found_true(life, case)
    said = is_refunded(life, case)
    for words in (
        "收费投诉处理结果告知书",
        "溪信费〔2026〕1号",
        "投诉被收取费用1200元",
        "查实收费1000元",
        "应当退还1000元",
    ):
        assert words in said, said
    assert "投诉人：" in said
    assert "抄送：云溪环保科技有限公司" in said
    assert "钱来也" not in said
    assert life.state(case) == "责令退还"
    life.company.opens(f"/my/cases/{case}", status=404)
    life.sound()


def test_the_installations_own_post_is_one_to_be_granted_and_has_its_name(life: TownLife) -> None:
    assert roles_and_mandates.groups()["本单位增设的岗位"] == {"fee_checker": "价格核查员"}
    checker = life.centre.fee_checker
    checker.opens("/desk/")
    checker.reads("云溪县信用中心 · 价格核查员")
    with life.town.db.begin() as tx:
        assert roles_and_mandates.grant(tx, SYSTEM, "acceptor@ENV", "fee_checker", "CREDIT", life.town.now)


def test_a_lost_folder_stops_nobody(life: TownLife, folder: Path, clock: Clock, press: Press, tmp_path: Path) -> None:
    case = complains(life)
    kept = {path for (path,) in life.town.all(select(law_file.c.path))}
    assert kept == {"vocabulary.toml", "procedures/fee_complaint-2026-04.toml", "letters/fee_result/2026-04-01.txt.j2"}
    shutil.rmtree(folder)
    law = read_law(life.town.settings, life.town.db)
    assert law.own.kept == kept
    reads(life.town, law)
    (tmp_path / "again").mkdir()
    life = TownLife(life.town, clock, press, tmp_path / "again")
    is_found_true(life, case)
    assert "应当退还1000元" in is_refunded(life, case)
    another = complains(life)
    assert life.state(another) == "待受理"
    life.sound()
    life.close()
