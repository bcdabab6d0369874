"""The story goes on: a case of the old law, one under review, and a company whose record is masked while its plan runs."""

from __future__ import annotations

from datetime import date, timedelta

from repairflow.sample.steps import (
    About,
    Penalty,
    StepForm,
    file_case,
    file_objection,
    file_repair,
    penalty,
    step,
    unmet,
)
from repairflow.sample.town import COMPANIES, Sample

LEGACY_FILED = date(2026, 3, 10)
"""A day of the old law: what was filed then is handled to its end by the version of 2023."""
OLDEST = 400
"""The people of the demonstration have been there for a little longer, in days."""


def add(sample: Sample, today: date) -> None:
    """Ensure that there are cases of the procedures around repair, each brought to its state by real steps."""
    filed = (today - LEGACY_FILED).days
    if 7 < filed < OLDEST:
        _legacy(sample, today, filed)
    _review(sample, today)
    _reorganisation(sample, today)


def _legacy(sample: Sample, today: date, filed: int) -> None:
    """Make a repair filed and denied under Order 58."""
    yunxi, *_ = COMPANIES
    number = penalty(
        sample,
        today,
        filed + 126,
        Penalty(
            yunxi,
            "YX-STHJ",
            "溪环罚",
            31,
            "未按规定建立环境管理台账",
            ("fine",),
            "1.2",
            performed=filed + 20,
            under=LEGACY_FILED,
        ),
    )
    case = file_repair(sample, today, filed, number, "林一鸣", "3", ("mandate",))
    step(sample, today, filed - 1, case, "accept", "许知行")
    step(
        sample,
        today,
        filed - 2,
        case,
        "report_verification",
        "陈墨",
        StepForm(reason="台账有缺漏。", inputs=unmet("台账缺三个月的记录")),
    )
    step(sample, today, filed - 3, case, "propose_denial", "周予安", StepForm(reason="台账仍不完整，不具备修复条件。"))
    step(
        sample,
        today,
        filed - 6,
        case,
        "deny",
        "沈既白",
        StepForm(reason="补记的台账没有原始凭证，不能证明已经改正。", ground="not_corrected"),
    )


def _review(sample: Sample, today: date) -> None:
    """Make a denial of last week; an objection to its record that the centre did not take up, under review in the office above."""
    _, hengtuo, *_ = COMPANIES
    number = penalty(
        sample,
        today,
        170,
        Penalty(hengtuo, "YX-STHJ", "溪环罚", 39, "噪声排放超过标准", ("fine",), "1.5", performed=150),
    )
    case = file_repair(sample, today, 16, number, "蒋一舟", "2")
    step(sample, today, 15, case, "accept", "许知行")
    step(
        sample,
        today,
        13,
        case,
        "report_verification",
        "陈墨",
        StepForm(reason="夜间噪声超标。", inputs=unmet("夜间噪声仍超过标准限值")),
    )
    step(sample, today, 12, case, "propose_denial", "周予安", StepForm(reason="现场复核时夜间噪声仍超标。"))
    step(
        sample,
        today,
        9,
        case,
        "deny",
        "沈既白",
        StepForm(reason="隔声罩尚未安装，不能视为已经改正。", ground="not_corrected"),
    )
    objection = file_objection(sample, today, 8, number, "蒋一舟")
    step(sample, today, 6, objection, "refuse", "方澄", StepForm(ground="not_objection"))
    claimed = {"claimed": "复测报告显示夜间噪声已经达标，请求受理异议。"}
    review = file_case(
        sample, today, 4, "review", "蒋一舟", About(case=objection), StepForm(inputs=claimed, kinds=("evidence",))
    )
    step(sample, today, 3, review, "accept", "严知秋")


def _reorganisation(sample: Sample, today: date) -> None:
    """Make a company under a reorganisation plan."""
    *_, beiling = COMPANIES
    number = penalty(
        sample, today, 60, Penalty(beiling, "YX-JTYS", "溪交罚", 58, "未按规定投保承运人责任险", ("fine",), "0.6")
    )
    until = today + timedelta(days=600)
    inputs = {
        "court": "云溪县人民法院",
        "ruling_number": f"（{today.year}）苏0830破3号",
        "plan_kind": "reorganisation",
        "plan_term": f"至{until.year}年{until.month}月{until.day}日",
    }
    case = file_case(
        sample,
        today,
        25,
        "reorganisation",
        "郭长风",
        About(record=number),
        StepForm(inputs=inputs, kinds=("ruling", "plan")),
    )
    step(sample, today, 24, case, "accept", "唐一禾")
    step(
        sample,
        today,
        22,
        case,
        "report_check",
        "唐一禾",
        StepForm(reason="裁定已经生效。", inputs={"ruling_in_force": True}),
    )
    step(sample, today, 20, case, "mask", "潘岁", StepForm(reason="同意。", inputs={"plan_until": until.isoformat()}))
