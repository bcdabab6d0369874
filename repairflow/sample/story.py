"""The story of the demonstration: what happened to whom, told from the oldest day to the present one."""

from __future__ import annotations

from datetime import date

from repairflow.sample.steps import Penalty, StepForm, copy_reported, file_objection, file_repair, penalty, step, verify
from repairflow.sample.town import COMPANIES, Sample

ENV, MARKET, TRAFFIC = "YX-STHJ", "YX-SCJG", "YX-JTYS"
YUNXI, HENGTUO, MINGCHUAN, BEILING = COMPANIES


def add(sample: Sample, today: date) -> None:
    """Make the town's records and cases stand as the guided tour meets them."""
    _yunxi(sample, today)
    wrong, food, lorry, truck, done = _others(sample, today)
    _food_repairs(sample, today, done, food)
    _lorry_repairs(sample, today, lorry, truck)
    _objection(sample, today, wrong)
    _environment(sample, today)
    copy_reported(sample, today, done, "温言", "9 时在该平台网页查询所见，该企业“行政处罚”一栏第 1 条")


def _yunxi(sample: Sample, today: date) -> None:
    """云溪环保：一条现在就可以申请，一条还要等，一条轻微不公示，一条严重。"""
    penalty(
        sample,
        today,
        161,
        Penalty(YUNXI, ENV, "溪环罚", 47, "未按规定设置危险废物识别标志", ("fine",), "2", performed=150, barred=True),
    )
    penalty(sample, today, 42, Penalty(YUNXI, ENV, "溪环罚", 83, "超标排放水污染物", ("fine",), "6.5"))
    penalty(sample, today, 30, Penalty(YUNXI, MARKET, "溪市监罚", 210, "未按规定公示企业信息", ("warning",), None))
    penalty(
        sample,
        today,
        400,
        Penalty(YUNXI, ENV, "溪环罚", 12, "未取得排污许可证排放污染物", ("fine", "stop_business"), "25", performed=380),
    )


def _others(sample: Sample, today: date) -> tuple[str, str, str, str, str]:
    """恒拓建材：异议在协查；明川食品：修复待批准；北岭运输：待补正、逾期未受理各一。 Their records, as the cases below need them."""
    wrong = penalty(sample, today, 120, Penalty(HENGTUO, ENV, "溪环罚", 61, "堆场未采取防扬尘措施", ("fine",), "3"))
    food = penalty(
        sample,
        today,
        140,
        Penalty(
            MINGCHUAN, MARKET, "溪市监罚", 156, "食品标签标注不规范", ("fine", "confiscate_gains"), "0.8", performed=130
        ),
    )
    lorry = penalty(
        sample,
        today,
        150,
        Penalty(BEILING, TRAFFIC, "溪交罚", 33, "未按规定维护检测运输车辆", ("fine",), "0.5", performed=140),
    )
    truck = penalty(
        sample,
        today,
        130,
        Penalty(BEILING, TRAFFIC, "溪交罚", 40, "未按批准的路线运输", ("fine",), "0.3", performed=120),
    )
    penalty(
        sample,
        today,
        358,
        Penalty(BEILING, TRAFFIC, "溪交罚", 5, "未随车携带道路运输证", ("fine",), "0.2", performed=350),
    )
    done = penalty(
        sample,
        today,
        200,
        Penalty(MINGCHUAN, MARKET, "溪市监罚", 98, "未建立进货查验记录", ("fine",), "1", performed=190),
    )
    return wrong, food, lorry, truck, done


def _food_repairs(sample: Sample, today: date, done: str, food: str) -> None:
    """明川食品：一件已准予，一件待批准。"""
    number = file_repair(sample, today, 9, done, "罗清和", "2")
    step(sample, today, 8, number, "accept", "何向晚")
    verify(sample, today, 4, number, "何向晚")
    step(
        sample,
        today,
        3,
        number,
        "propose_grant",
        "陆知远",
        StepForm(reason="经核查，申请人已缴清罚款并完成整改，符合修复条件。"),
    )
    step(sample, today, 1, number, "grant", "江念", StepForm(reason="同意。"))

    number = file_repair(sample, today, 9, food, "罗清和", "2")
    step(sample, today, 8, number, "accept", "何向晚")
    verify(sample, today, 4, number, "何向晚")
    step(
        sample, today, 2, number, "propose_grant", "陆知远", StepForm(reason="罚没款已缴清，标签已更换，符合修复条件。")
    )


def _lorry_repairs(sample: Sample, today: date, lorry: str, truck: str) -> None:
    """北岭运输：一件待补正，一件没有人看。"""
    number = file_repair(sample, today, 6, lorry, "郭长风", "1")
    step(
        sample,
        today,
        4,
        number,
        "request_supplement",
        "唐一禾",
        StepForm(
            reason="材料不能说明车辆已经检测合格。",
            inputs={"gaps": ["车辆检测合格报告", "罚款缴款凭证原件照片（印章不清晰）"]},
        ),
    )
    file_repair(sample, today, 10, truck, "郭长风", "1")  # nobody has looked at it: late, and its superiors hear of it


def _objection(sample: Sample, today: date, wrong: str) -> None:
    """恒拓建材：异议在协查。"""
    number = file_objection(sample, today, 12, wrong, "蒋一舟")
    step(sample, today, 11, number, "accept", "方澄")
    step(sample, today, 10, number, "consult", "白露")


def _environment(sample: Sample, today: date) -> None:
    """生态环境局：一件刚收到，一件在核查。"""
    smoke = penalty(
        sample,
        today,
        125,
        Penalty(MINGCHUAN, ENV, "溪环罚", 53, "未按规定运行油烟净化设施", ("fine",), "0.5", performed=91),
    )
    oil = penalty(
        sample, today, 135, Penalty(BEILING, ENV, "溪环罚", 50, "未按规定贮存废矿物油", ("fine",), "1.2", performed=95)
    )
    number = file_repair(sample, today, 5, oil, "郭长风", "3")
    step(sample, today, 4, number, "accept", "许知行")
    file_repair(sample, today, 1, smoke, "罗清和", "1")
