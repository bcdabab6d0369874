"""Offices: what is taken, what is refused with the field named, and that nothing changes without a trail."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from repairflow import times
from repairflow.auditing import chain
from repairflow.casework.actor import Actor
from repairflow.casework.admin import offices
from repairflow.db import Database
from repairflow.errors import Forbidden, Invalid, NotFound
from repairflow.law.identifiers import make_uscc
from repairflow.records import event, office
from tests.conftest import Clock
from tests.support.building import law

OPERATOR = Actor(None, "命令行", "system")
CODE = make_uscc("320830", "01470009", "1", "1")
OTHER = make_uscc("320830", "01470008", "1", "1")
CENTRE = {
    "code": "YX-XYZX", "name": "云溪县信用中心", "short_name": "县信用中心", "mark": "溪信", "kind": "credit_office",
    "uscc": CODE, "division_code": "320830",
}  # fmt: skip
BUREAU = {
    "code": "YX-STHJ", "name": "云溪县生态环境局", "short_name": "县生态环境局", "mark": "溪环", "kind": "authority",
    "parent": "YX-XYZX",
}  # fmt: skip


@pytest.fixture
def db(database: Database, clock: Clock) -> Database:
    """The two offices above."""
    for given in (CENTRE, BUREAU):
        add(database, given)
    return database


def add(db: Database, given: dict[str, str], by: Actor = OPERATOR) -> offices.Saved:
    with db.begin() as tx:
        return offices.add(tx, law(), by, given, times.now())


def change(db: Database, changed: str, /, **given: str) -> offices.Saved:
    with db.begin() as tx:
        return offices.change(tx, law(), OPERATOR, changed, given, times.now())


UNSET = dict.fromkeys(
    ("review_organs", "court", "review_channel", "repair_seal", "objection_seal", "service_note", "closes_at"), ""
)


def kept(db: Database, code: str) -> dict[str, str]:
    with db.read() as tx:
        return offices.form_of(tx, code)


def rows(db: Database) -> tuple[int, int]:
    """How many offices and how many events there are."""
    with db.read() as tx:
        counted = [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (office, event)]
        return counted[0], counted[1]


def test_an_office_is_kept_as_given_and_stands_in_the_trail(db: Database) -> None:
    assert kept(db, "YX-STHJ") == {
        **BUREAU,
        "uscc": "",
        "division_code": "",
        "contact": "",
        "domain": "general",
        **UNSET,
    }
    with db.read() as tx:
        (row,) = tx.execute(select(event).where(event.c.stream == "office/YX-STHJ")).all()
    assert (row.action, row.actor_name, row.actor_role) == ("add", "命令行", "operator")
    assert chain.content(row.body)["mark"] == "溪环"


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"code": ""}, "code", "单位编码没有填写"),
        ({"code": "yx sthj"}, "code", "大写字母"),
        ({"code": "YX-STHJ"}, "code", "已由云溪县生态环境局使用"),
        ({"name": ""}, "name", "单位名称没有填写"),
        ({"name": "云溪县生态环境局"}, "name", "与编码 YX-STHJ 的单位相同"),
        ({"name": "云溪县\n交通局"}, "name", "换行"),
        ({"name": "（）"}, "name", "没有文字"),
        ({"short_name": "长" * 61}, "short_name", "简称最多 60 个字，现为 61 个"),
        ({"mark": "溪环"}, "mark", "与云溪县生态环境局的“溪环”会得出相同的文号"),
        ({"mark": "溪"}, "mark", "与云溪县信用中心的“溪信”会得出相同的文号"),
        ({"mark": "溪交〔2026〕"}, "mark", "只写代字本身"),
        ({"kind": ""}, "kind", "类别没有选择"),
        ({"kind": "ministry"}, "kind", "不在可选范围"),
        ({"uscc": OTHER[:17] + ("0" if OTHER[17] != "0" else "1")}, "uscc", "统一社会信用代码不正确：校验码不符"),
        ({"uscc": OTHER[:12]}, "uscc", "应为18位"),
        ({"uscc": CODE.lower()}, "uscc", "与云溪县信用中心的相同"),
        ({"review_organs": "\u3164"}, "review_organs", "没有可以辨认的文字"),
        ({"review_organs": "——"}, "review_organs", "没有可以辨认的文字"),
        ({"review_channel": "。"}, "review_channel", "没有可以辨认的文字"),
        ({"division_code": "32083"}, "division_code", "行政区划代码应为六位数字"),
        ({"division_code": "３２０８３０"}, "division_code", "应为六位数字"),
        ({"parent": "YX-NONE"}, "parent", "上级单位“YX-NONE”不存在"),
        ({"repair_seal": "信用修复"}, "repair_seal", "应为印章上的文字"),
        ({"objection_seal": "异议" * 20 + "章"}, "objection_seal", "最多 30 个字"),
        ({"domain": "weather"}, "domain", "领域“weather”不在可选范围"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_field_named(
    db: Database, given: dict[str, str], field: str, said: str
) -> None:
    before = rows(db)
    sound = {"code": "YX-JTYS", "name": "云溪县交通局", "short_name": "县交通局", "mark": "溪交", "kind": "authority"}
    with pytest.raises(Invalid) as refused:
        add(db, {**sound, **given})
    assert [problem.where for problem in refused.value.problems] == [field]
    assert said in refused.value.problems[0].text
    assert rows(db) == before


def test_all_faults_are_told_at_once(db: Database) -> None:
    with pytest.raises(Invalid) as refused:
        add(db, {})
    assert [p.where for p in refused.value.problems] == ["code", "name", "short_name", "mark", "kind"]


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"name": "云溪县环境保护局"}, {"name": ("云溪县生态环境局", "云溪县环境保护局")}),
        ({"parent": ""}, {"parent": ("YX-XYZX", "")}),
        ({"uscc": OTHER, "domain": "ecology"}, {"uscc": ("", OTHER), "domain": ("general", "ecology")}),
        ({"code": "OTHER"}, {}),
        ({"mark": "溪环"}, {}),
    ],
)
def test_only_what_is_given_changes(db: Database, given: dict[str, Any], changed: dict[str, tuple[str, str]]) -> None:
    before, (_, events) = kept(db, "YX-STHJ"), rows(db)
    assert change(db, "YX-STHJ", **given).changed == changed
    assert kept(db, "YX-STHJ") == {**before, **{field: after for field, (_, after) in changed.items()}}
    assert rows(db)[1] == events + bool(changed)  # nothing changed: nothing to tell


@pytest.mark.parametrize(
    ("code", "parent", "said"),
    [
        ("YX-XYZX", "YX-XYZX", "上级单位不能是本单位"),
        ("YX-XYZX", "YX-STHJ", "不能是云溪县生态环境局：它在本单位之下"),
        ("YX-XYZX", "YX-FJ", "不能是云溪县环境分局：它在本单位之下"),
    ],
)
def test_nobody_is_above_himself(db: Database, code: str, parent: str, said: str) -> None:
    branch = {**BUREAU, "code": "YX-FJ", "name": "云溪县环境分局", "mark": "溪环分", "parent": "YX-STHJ"}
    add(db, branch)
    with pytest.raises(Invalid) as refused:
        change(db, code, parent=parent)
    assert [(p.where, p.text) for p in refused.value.problems] == [
        ("parent", "上级单位" + said.removeprefix("上级单位"))
    ]
    assert kept(db, code)["parent"] == ""


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "supervisor", None])
def test_only_system_administrators_make_offices(db: Database, role: str | None) -> None:
    somebody = Actor(1, "某人", "staff", frozenset({(role, 1)}) if role else frozenset())
    before = rows(db)
    with pytest.raises(Forbidden, match="系统管理员"):
        add(db, {**BUREAU, "code": "YX-X", "name": "某局", "mark": "某"}, somebody)
    with pytest.raises(Forbidden, match="系统管理员"), db.begin() as tx:
        offices.change(tx, law(), somebody, "YX-STHJ", {"name": "某局"}, times.now())
    assert rows(db) == before


def test_an_unknown_office_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound, match="YX-NONE"):
        change(db, "YX-NONE", name="某局")


@pytest.mark.parametrize(
    ("search", "found"),
    [("", ["YX-STHJ", "YX-XYZX"]), ("环境", ["YX-STHJ"]), ("xyzx", ["YX-XYZX"]), ("100%", []), ("_", [])],
)
def test_offices_are_found_by_part_of_code_or_name(db: Database, search: str, found: list[str]) -> None:
    with db.read() as tx:
        assert [one.code for one in offices.listed(tx, search)] == found


def test_every_field_of_law_has_a_name() -> None:
    """An overlay for a new field would otherwise be offered by its code."""
    assert offices.domains(law()) == {code: offices.DOMAINS[code] for code in offices.domains(law())}
