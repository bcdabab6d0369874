"""各领域：each of the twenty departments is reached in three presses, and its offices' letters say what its field has of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from repairflow import times
from repairflow.casework.admin.offices import DOMAINS
from repairflow.db import Database
from repairflow.letters.renderer.pool import Press
from repairflow.settings import load
from tests.conftest import Clock
from tests.law_stories.telling import belongs_to, words
from tests.stories.test_lists import DOCUMENT
from tests.stories.town_life import TownLife
from tests.support import databases
from tests.support.building import Town

CHECKED = {"check_method": "telephone", "checked_on": "2026-06-09"}
BASE = "6个月"
"""How long a list of the general rules (重点关注名单) lasts at most."""
# field, one of its lists, what of it a general office's letter never says, how long it lasts where not so long as the base,
# and what the proposal tells besides
FIELDS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("science", "watch", "暂停项目拨款", "", {"behaviour": "false_application"}),
    ("industry", "watch", "暂停技术改造、专项资金支持", "", {"behaviour": "not_written_off"}),
    ("public_security", "watch", "通报批评", "", {}),
    ("civil_affairs", "abnormal_association", "不得承接政府委托事项、购买服务", "2年", CHECKED | {"behaviour": "no_contact"}),
    ("human_resources", "wage_arrears", "限制政府资金支持、政府采购、招投标", "3年", {"behaviour": "wages_unpaid"}),
    ("ecology", "watch", "暂停环保专项资金补助", "", {"behaviour": "rated_red"}),
    ("housing", "construction_black", "资质申请、招标投标从严审查", "1年", {"behaviour": "subcontract"}),
    ("transport", "watch", "列为重点监管对象", "", {"behaviour": "false_records"}),
    ("water", "water_black", "限制承揽水利建设项目", "3年", {"behaviour": "quality_accident"}),
    ("agriculture", "watch", "取消农业项目扶持", "", {"behaviour": "banned_pesticide"}),
    ("commerce", "watch", "暂停参加政府组织的展会、促销活动", "", {}),
    ("culture_tourism", "abnormal_operation", "经营异常标记", "1年", CHECKED | {"behaviour": "not_operating"}),
    ("health", "watch", "增加卫生监督抽检频次", "", {}),
    ("emergency_management", "safety_serious", "限制新增项目核准、安全生产许可从严", "3年", {}),
    ("market_regulation", "warning", "列为广告重点监测对象", "", {"behaviour": "false_advertising"}),
    ("broadcasting", "watch", "暂停节目制作、播出项目扶持", "", {}),
    ("grain", "watch", "取消承储政策性粮食资格", "", {"behaviour": "false_stock"}),
    ("tax", "tax_serious", "从严控制发票领用", "3年", {"behaviour": "evasion"}),
    ("maritime", "maritime_yellow", "提高船舶安检频次", "", {"behaviour": "false_report"}),
    ("intellectual_property", "ip_breach", "不予专利费用减缴", "1年", {"behaviour": "bad_faith_marks"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def life(
    databases_of_kind: databases.Maker, press: Press, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TownLife]:
    """One town for all fields: its office becomes part of each in turn, and no case of one is met by another."""
    folder = tmp_path_factory.mktemp("fields")
    url = databases_of_kind.migrated(for_town=True)
    clock = Clock(datetime(2026, 6, 10, 2, tzinfo=UTC))
    with times.set_clock(clock), times.set_monotonic(lambda: clock.passed):
        db = Database(url)
        settings = load({"REPAIRFLOW_HOME": str(folder / "home"), "REPAIRFLOW_DATABASE_URL": url})
        lived = TownLife(Town(db, settings), clock, press, folder)
        yield lived
        lived.close()
        db.dispose()
    databases_of_kind.drop(url)


def notice(life: TownLife, kind: str, more: dict[str, Any], papers: tuple[str, ...] = ()) -> str:
    """What the notice of a proposed designation on a list says, driven to it by the office's people."""
    env = life.env
    inputs = {"list_kind": kind, "facts": "经检查发现，限期内没有改正。", **DOCUMENT, **more}
    case = env.examiner.program.opens("listing", papers, subject=life.uscc(), inputs=inputs)
    passes, serves = (life.town.procedure(case).action[step].label for step in ("review_pass", "serve_notice"))
    env.reviewer.presses(case, passes)
    env.examiner.presses(case, serves)
    life.company.opens_case(case)
    life.company.reads("拟列入名单告知书")
    return words(life.town, case, "listing_notice")


def term(letter: str) -> str:
    """How long one stays on the list at most, as the letter says it."""
    return letter.partition("列入期限")[2].partition("。")[0]


@pytest.mark.parametrize(("domain", "kind", "own", "lasts", "more"), FIELDS, ids=[one[0] for one in FIELDS])
def test_a_field_is_reached_in_three_presses_and_its_letter_says_its_measure(
    life: TownLife, domain: str, kind: str, own: str, lasts: str, more: dict[str, Any]
) -> None:
    belongs_to(life.town, "ENV", domain=domain)
    clerk = life.env.examiner
    clerk.opens("/desk/")
    for press in ("名单", "各领域规则", DOMAINS[domain]):
        clerk.follows(press)
    clerk.reads("名单", "措施", "失信行为清单", "列入前的分级措施", "约谈", "约谈负责人", own)
    letter = notice(life, kind, more, ("colour_rating",) if domain == "ecology" else ())
    assert own in letter
    assert (lasts or BASE) in term(letter), letter
    assert life.town.law.pack_on(life.town.today, domain).list_kind[kind].label in letter


def test_a_general_office_says_none_of_it(life: TownLife) -> None:
    belongs_to(life.town, "ENV", domain="general")
    letter = notice(life, "watch", {})
    assert "重点关注名单" in letter
    assert BASE in term(letter)
    assert not [own for _, _, own, _, _ in FIELDS if own in letter]


# field, and the day by which a repair filed on Wednesday 10 June 2026 has to be taken up
DUE: tuple[tuple[str, date], ...] = (("general", date(2026, 6, 15)), ("market_regulation", date(2026, 6, 12)))


@pytest.mark.parametrize(("domain", "due"), DUE, ids=[one[0] for one in DUE])
def test_a_repair_is_due_when_its_field_says(life: TownLife, domain: str, due: date) -> None:
    belongs_to(life.town, "ENV", domain=domain)
    case = life.town.file_repair()
    clerk = life.env.acceptor
    clerk.opens(f"/desk/cases/{case}")
    clerk.reads(f"{due.month}月{due.day}日（周{'一二三四五六日'[due.weekday()]}）届满")


def test_all_twenty_departments_are_here() -> None:
    assert {one[0] for one in FIELDS} == set(DOMAINS) - {"general", "bidding"}
