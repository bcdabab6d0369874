"""One decision delivered in several rows: joined into one record where that is certain, else held with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from repairflow.gateway.penalties.file import FileReport
from repairflow.gateway.penalties.packed import Packed
from repairflow.gateway.penalties.row import PenaltyKey, Standing
from tests.gateway import penalty_samples as samples
from tests.gateway.penalty_pack import PACK
from tests.gateway.test_penalty_files import TODAY, nothing_known
from tests.gateway.whole_files import read_file

FIRST = {**samples.GOOD[0], "CF_CFLB": "罚款", "CF_NR": "罚款贰万元。", "CF_NR_FK": 2, "CF_NR_WFFF": ""}
Changes = dict[str, object]


def read(*rows: Changes, known: dict[PenaltyKey, Standing] | None = None) -> FileReport:
    data = samples.csv_text([{**FIRST, **row} for row in rows]).encode()
    return read_file(data, PACK, TODAY, known.get if known else nothing_known)


@dataclass(frozen=True)
class Joined:
    """The second row, and what the one record says."""

    second: Changes
    kinds: str
    fine: str
    confiscated: str | None = None
    first: Changes | None = None


JOINED = {
    "another kind without an amount": Joined({"CF_CFLB": "警告", "CF_NR": "警告。", "CF_NR_FK": ""}, "罚款、警告", "2"),
    "the whole amount in each row": Joined({"CF_CFLB": "警告"}, "罚款、警告", "2"),
    "what was confiscated": Joined(
        {"CF_CFLB": "没收违法所得", "CF_NR": "没收违法所得3000元。", "CF_NR_FK": "", "CF_NR_WFFF": 0.3}, "罚款、没收违法所得", "2", "0.3"
    ),
    "two fines, each named by its row": Joined(
        {"CF_WFXW": "未按规定台账", "CF_NR": "罚款1万元。", "CF_NR_FK": 1}, "罚款", "3"
    ),
    "parts of a sum the content names": Joined(
        {"CF_NR": "两项合计罚款3万元。", "CF_NR_FK": 1}, "罚款", "3", first={"CF_NR": "两项合计罚款3万元。"}
    ),
    "another spelling of the number": Joined({"CF_WSH": "溪环罚[2026]021号", "CF_CFLB": "警告", "CF_NR_FK": ""}, "罚款、警告", "2"),
}  # fmt: skip


@pytest.mark.parametrize("case", JOINED.values(), ids=JOINED)
def test_parts_of_one_decision_are_one_record_and_again_change_nothing(case: Joined) -> None:
    rows = (case.first or {}, {"CF_WSH": "溪环罚〔2026〕500号"}, case.second)
    report = read(*rows)
    whole = report.rows[0]
    assert [row.row for row in report.rows] == [2, 3]
    assert "、".join(whole.penalty_labels) == case.kinds
    assert whole.fine_wan == Decimal(case.fine)
    assert whole.confiscated_wan == (Decimal(case.confiscated) if case.confiscated else None)
    assert (whole.doubts, report.problems, [part.row for part in report.same]) == ((), [], [4])
    assert any("第 4 行是同一决定，合成一条" in hint.reason for hint in report.warnings)
    assert report.total == len(report.rows) + report.unchanged + report.refused
    again = read(*rows, known={row.key: Standing((row.canonical(),)) for row in report.rows})
    assert (list(again.rows), again.problems, again.unchanged) == ([], [], 3)
    changed = read(*rows, {"CF_CFLB": "责令停产停业"}, known={whole.key: Standing((whole.canonical(),))})
    assert [problem.row for problem in changed.problems] == [2, 4, 5]
    assert "已导入且内容不同（处罚类别" in changed.problems[0].reason


HELD: dict[str, tuple[Changes, str, bool]] = {
    # the second row, why a person must look, whether the second row is part of what waits
    "amounts nobody explains": (
        {"CF_NR": "处罚款。", "CF_NR_FK": 1},
        "几行的金额（2、1 万元）不同，按合计 3 万元",
        True,
    ),
    "the same amount for another act": ({"CF_WFXW": "未按规定台账"}, "不知是总额还是各为一笔", True),
    "another day": ({"CF_JDRQ": "2026-01-15"}, "处罚决定日期不同", False),
    "another authority": ({"CF_CFJG": "云溪县水利局", "CF_CFJGDM": ""}, "处罚机关不同", False),
    "another name": ({"CF_XDR_MC": "恒拓物流有限公司"}, "行政相对人名称不同", False),
    "a part with a fault": ({"CF_CFLB": "罚款、记过"}, "第 3 行是同一决定，而该行有错误", False),
    "a part that was revoked": ({"CF_ZT": "1"}, "第 3 行是同一决定，而该行写明该处罚已经撤销", False),
    "two procedures": ({"CF_CFLB": "警告", "CF_SYCX": "普通程序"}, "处罚程序不同", True),
    "texts too long together": ({"CF_CFLB": "警告", "CF_WFXW": "违" * 499}, "超过上限", True),
}


@pytest.mark.parametrize(("second", "why", "part"), HELD.values(), ids=HELD)
def test_what_is_not_certainly_one_decision_waits_for_a_person(second: Changes, why: str, part: bool) -> None:
    first = {"CF_SYCX": "简易程序", "CF_NR_FK": 0.3, "CF_NR": "罚款3000元。"} if "CF_SYCX" in second else {}
    names = dict.fromkeys(("CF_SYCX", "CF_ZT"), "")
    columns = {**samples.HEADINGS, "CF_SYCX": "处罚程序", "CF_ZT": "当前状态"}
    data = samples.csv_text([{**FIRST, **names, **row} for row in (first, second)], columns).encode()
    report = read_file(data, PACK, TODAY, nothing_known)
    (held,) = report.rows
    assert why in "；".join(doubt.reason for doubt in held.doubts)
    assert [problem.row for problem in report.problems][:1] == [3]
    assert ("随该行办理" in report.problems[0].reason) == part


def test_the_same_row_twice_is_taken_once() -> None:
    report = read({}, {"CF_NR": " 罚款贰万元 "})
    assert (len(report.rows), report.rows[0].doubts, report.refused) == (1, (), 1)
    assert "与第 2 行重复" in report.problems[0].reason


def test_what_a_later_row_says_was_revoked_is_looked_at_where_it_stands() -> None:
    columns = {**samples.HEADINGS, "CF_ZT": "当前状态"}
    data = samples.csv_text([{**FIRST, "CF_ZT": "0"}, {**FIRST, "CF_ZT": "1"}], columns).encode()
    (row,) = read_file(data, PACK, TODAY, nothing_known).rows
    report = read_file(data, PACK, TODAY, {row.key: Standing((row.canonical(),))}.get)
    assert (report.unchanged, [(asked.row, asked.revoked) for asked in report.suspects]) == (1, [(3, True)])


def test_a_packed_list_gives_what_was_put_in() -> None:
    packed = Packed(range(1_005))
    assert (len(packed), packed[0], packed[603], packed[-1], packed[1_004]) == (1_005, 0, 603, 1_004, 1_004)
    assert packed == list(range(1_005)) != Packed([1])
    assert packed[199:202] == [199, 200, 201]
    with pytest.raises(IndexError):
        packed[1_005]
