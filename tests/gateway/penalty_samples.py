"""The sample files a visitor may import, and what makes them: `python -m tests.gateway.penalty_samples` writes them.

Everything in them is invented: there is no county of that name, and division code 320899 is not assigned.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from stdnum.cn import ric

from repairflow.law.identifiers import make_uscc

FOLDER = Path(__file__).parents[2] / "workflows" / "samples"
REGION = "320899"
# Subjects of the demonstration: their agents find what a visitor imports in their credit files.
YUNXI, HENGTUO, MINGCHUAN, BEILING = (
    make_uscc("320830", serial) for serial in ("MA1X2Y3T", "MA2K7H5P", "MA3D4W8Q", "MA4F6N2R")
)

HEADINGS = {
    "CF_XDR_MC": "行政相对人名称", "CF_XDR_LB": "行政相对人类别", "CF_XDR_SHXYM": "行政相对人代码_1（统一社会信用代码）",
    "CF_FRDB": "法定代表人", "CF_XDR_ZJLX": "自然人证件类型", "CF_XDR_ZJHM": "自然人证件号码",
    "CF_WSH": "行政处罚决定书文号", "CF_WFXW": "违法行为类型", "CF_SY": "违法事实", "CF_YJ": "处罚依据",
    "CF_CFLB": "处罚类别", "CF_NR": "处罚内容", "CF_NR_FK": "罚款金额（万元）",
    "CF_NR_WFFF": "没收违法所得、没收非法财物的金额（万元）", "CF_JDRQ": "处罚决定日期", "CF_GSJZQ": "公示截止期",
    "CF_CFJG": "处罚机关", "CF_CFJGDM": "处罚机关统一社会信用代码", "BZ": "备注",
}  # fmt: skip


def company(serial: str) -> str:
    return make_uscc(REGION, f"MA0{serial}")


def trader(serial: str) -> str:
    return make_uscc(REGION, f"MA0{serial}", kind="2")


def resident(born: date, serial: str = "001") -> str:
    """An invented resident ID number with its check digit."""
    front = f"{REGION}{born:%Y%m%d}{serial}"
    return front + ric.calc_check_digit(front + "0")


ECOLOGY = ("云溪县生态环境局", make_uscc("320830", "01470001", authority="1"))
MARKET = ("云溪县市场监督管理局", make_uscc("320830", "01470002", authority="1"))

Row = dict[str, object]


def row(name: str, uscc: str, number: str, day: date, behaviour: str, kinds: str, content: str, **more: object) -> Row:
    """One good row; `more` adds columns or replaces them."""
    authority = MARKET if "市监" in number else ECOLOGY
    return {
        "CF_XDR_MC": name, "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": uscc, "CF_WSH": number, "CF_WFXW": behaviour,
        "CF_CFLB": kinds, "CF_NR": content, "CF_JDRQ": day, "CF_CFJG": authority[0], "CF_CFJGDM": authority[1], **more,
    }  # fmt: skip


WATER = "《中华人民共和国水污染防治法》第八十三条"
AIR = "《中华人民共和国大气污染防治法》第一百一十七条"
FOOD = "《中华人民共和国食品安全法》第一百二十四条"

GOOD: list[Row] = [
    row("恒拓建材有限公司", HENGTUO, "溪环罚〔2026〕21号", date(2026, 1, 14), "未采取有效扬尘防治措施",
        "罚款", "处罚款贰万元整。", CF_FRDB="蒋一舟", CF_SY="堆场物料未覆盖，装卸作业未喷淋。", CF_YJ=AIR, CF_NR_FK=2,
        CF_GSJZQ=date(2027, 1, 14)),
    row("明川食品有限公司", MINGCHUAN, "溪市监罚〔2026〕8号", date(2026, 2, 3), "经营超过保质期的食品",
        "罚款、没收违法所得", "没收违法所得0.0312万元，并处罚款伍仟元整。", CF_FRDB="罗清和",
        CF_SY="货架上有超过保质期的糕点六盒。", CF_YJ=FOOD, CF_NR_FK=0.5, CF_NR_WFFF=0.0312, CF_GSJZQ=date(2027, 2, 3)),
    row("北岭运输有限公司", BEILING, "溪环罚〔2026〕26号", date(2026, 2, 26), "未按规定处置废机油",
        "罚款", "处罚款壹拾贰万元整。", CF_FRDB="郭长风", CF_SY="维修产生的废机油交无资质的个人收集。", CF_NR_FK=12,
        CF_YJ="《中华人民共和国固体废物污染环境防治法》第一百一十二条", CF_GSJZQ=date(2027, 2, 26)),
    row("云溪青禾农资有限公司", company("QH001"), "溪市监罚〔2026〕11号", date(2026, 3, 5), "销售标签不符合规定的肥料",
        "警告", "给予警告，责令改正。", CF_FRDB="纪明月", CF_SY="三个批次肥料标签未标明养分含量。"),
    row("云溪县望江渔家饭馆", trader("WJ001"), "溪市监罚〔2026〕13号", date(2026, 3, 12), "未按规定公示食品经营许可证",
        "警告；罚款", "给予警告，并处罚款贰佰元整。", CF_XDR_LB="个体工商户", CF_FRDB="田小满",
        CF_SY="店内未公示食品经营许可证。", CF_NR_FK=0.02, CF_GSJZQ=date(2026, 9, 12)),
    row("云溪环保科技有限公司", YUNXI, "溪环罚〔2026〕34号", date(2026, 3, 20), "超标排放水污染物",
        "罚款，限制开展生产经营活动", "处罚款叁拾万元整，限制生产三个月。", CF_FRDB="宋远山",
        CF_SY="总排口化学需氧量日均值超标零点八倍。", CF_YJ=WATER, CF_NR_FK=30, CF_GSJZQ=date(2029, 3, 20)),
    row("云溪星桥医疗器械有限公司", company("XQ001"), "溪市监罚〔2026〕17号", date(2026, 4, 2), "未建立进货查验记录",
        "通报批评", "予以通报批评。", CF_FRDB="贺知微", CF_SY="二类器械进货查验记录缺失。"),
    row("云溪县松风家具厂", company("CF001"), "溪环罚〔2026〕41号", date(2026, 4, 16), "未安装挥发性有机物治理设施",
        "罚款、责令停产停业", "处罚款捌万元整，责令停产整治。", CF_FRDB="闻一川", CF_SY="喷漆工序废气直接排放。",
        CF_YJ="《中华人民共和国大气污染防治法》第一百零八条", CF_NR_FK=8, CF_GSJZQ=date(2029, 4, 16)),
    row("云溪锦程商贸有限公司", company("JC001"), "溪市监罚〔2026〕22号", date(2026, 5, 8), "发布虚假广告",
        "罚款", "处罚款叁万伍仟元整。", CF_FRDB="段如意", CF_NR_FK=3.5, CF_SY="网页宣称“销量第一”而不能证明。",
        CF_YJ="《中华人民共和国广告法》第五十五条", CF_GSJZQ=date(2027, 5, 8)),
    row("云溪县赟喆建筑劳务有限公司", company("YX001"), "溪环罚〔2026〕45号", date(2026, 5, 22), "夜间施工未公告",
        "罚款", "处罚款壹万元整。", CF_FRDB="堃昇", CF_SY="未取得证明进行夜间连续浇筑作业。", CF_NR_FK=1,
        CF_YJ="《中华人民共和国噪声污染防治法》第七十七条", CF_GSJZQ=date(2027, 5, 22), BZ="当事人\n已缴纳罚款"),
    row("云溪县和顺粮油店", trader("HQ001"), "溪市监罚〔2026〕25号", date(2026, 6, 1), "使用未经检定的计量器具",
        "没收非法财物", "没收电子秤一台。", CF_XDR_LB="个体工商户", CF_FRDB="安和顺", CF_NR_WFFF=0.012,
        CF_SY="使用中的电子秤超过检定周期。", CF_GSJZQ=date(2027, 6, 1)),
    row("龙小川", "", "溪环罚〔2026〕52号", date(2026, 6, 9), "露天焚烧秸秆", "罚款", "处罚款伍佰元整。",
        CF_XDR_LB="自然人", CF_XDR_ZJLX="身份证", CF_XDR_ZJHM=resident(date(1985, 4, 12)), CF_NR_FK=0.05,
        CF_SY="在自家承包地露天焚烧秸秆。", CF_YJ="《中华人民共和国大气污染防治法》第一百一十九条"),
]  # fmt: skip


def _fault(remark: str, **changes: object) -> Row:
    return {**GOOD[0], "CF_WSH": f"溪环罚〔2026〕9{len(FAULTY):02d}号", "BZ": remark, **changes}


FAULTY: list[Row] = [GOOD[0]]
"""One good row, then one for each kind of fault; the remark says which."""
for _remark, _changes in (
    ("同一文件中重复", {"CF_WSH": "溪环罚[2026]21号"}),
    ("信用代码校验码不符", {"CF_XDR_SHXYM": HENGTUO[:-1] + ("0" if HENGTUO[-1] != "0" else "1")}),
    ("信用代码少一位", {"CF_XDR_SHXYM": HENGTUO[:-1]}),
    ("信用代码栏填了身份证号", {"CF_XDR_SHXYM": resident(date(1979, 11, 2))}),
    ("信用代码成了科学记数", {"CF_XDR_SHXYM": "9.13209E+17"}),
    ("未填名称", {"CF_XDR_MC": ""}),
    ("类别不在范围内", {"CF_XDR_LB": "其它"}),
    ("自然人身份证号有误", {"CF_XDR_MC": "龙小川", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_XDR_ZJHM": "320899198504120019"}),
    ("未填决定书文号", {"CF_WSH": "无"}),
    ("没有这一天", {"CF_JDRQ": "2026-02-30"}),
    ("日期写法不明", {"CF_JDRQ": "6/12/26"}),
    ("决定日期晚于今天", {"CF_JDRQ": "2126-01-14"}),
    ("公示截止早于决定", {"CF_GSJZQ": "2025-12-31"}),
    ("没有这一处罚类别", {"CF_CFLB": "罚款、记过"}),
    ("金额为负", {"CF_NR_FK": "-2"}),
    ("金额写成文字", {"CF_NR_FK": "约贰万元"}),
    ("金额以元计", {"CF_NR_FK": "20000元"}),
    ("名称过长", {"CF_XDR_MC": "云溪" * 101}),
    ("含有控制字符", {"CF_SY": "堆场\x07未覆盖"}),
    ("处罚机关代码有误", {"CF_CFJGDM": "113208990000000000"}),
    ("一行有几处错误", {"CF_XDR_MC": "", "CF_JDRQ": "昨天", "CF_NR_FK": "很多"}),
):  # fmt: skip
    FAULTY.append(_fault(_remark, **_changes))


def text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_text(rows: list[Row], headings: dict[str, str] | None = None, delimiter: str = ",") -> str:
    """Rows as CSV under Chinese headings, or under others."""
    headings = headings or HEADINGS
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(headings.values())
    writer.writerows([text(r.get(name, "")) for name in headings] for r in rows)
    return out.getvalue()


def xlsx_bytes(rows: list[Row], title: str = "") -> bytes:
    """Rows as XLSX with real dates and numbers, the same bytes each time; with `title` a merged heading above."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 6, 10), "title": "行政处罚信息样例"})
        sheet = book.add_worksheet("行政处罚")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        top = 0
        if title:
            sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, title, bold)
            top = 1
        sheet.set_column(0, len(HEADINGS) - 1, 18)
        sheet.freeze_panes(top + 1, 1)
        sheet.write_row(top, 0, HEADINGS.values(), bold)
        for number, values in enumerate(rows, start=top + 1):
            for column, name in enumerate(HEADINGS):
                value = values.get(name, "")
                if isinstance(value, date):
                    sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, (int, float)):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, str(value))
    return out.getvalue()


def files() -> dict[str, bytes]:
    """The sample files by name."""
    return {
        "penalties.csv": csv_text(GOOD).encode("utf-8-sig"),  # the mark makes Excel read it as UTF-8
        "penalties.xlsx": xlsx_bytes(GOOD, "云溪县行政处罚信息公示表（样例，内容均为虚构）"),
        "penalties-with-faults.csv": csv_text(FAULTY).encode("utf-8-sig"),
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for _name, _content in files().items():
        (FOLDER / _name).write_bytes(_content)
