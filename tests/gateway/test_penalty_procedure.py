"""处罚程序 of a delivered penalty: read in both layouts, refused where it says neither, doubted where the law allows no simple one."""

from __future__ import annotations

import pytest

from repairflow.gateway.penalties.fields import field_named
from repairflow.gateway.penalties.grid import Cell
from repairflow.gateway.penalties.row import offence_of
from repairflow.gateway.penalties.row_check import read_penalty
from tests.gateway.test_penalty_rows import OLD, ORGANISATION, TODAY
from tests.support.shipped import library

GOOD = {**ORGANISATION, "CF_NR_WFFF": "", "CF_GSJZQ": "", "CF_FR_ZJHM": ""}
PACK = library().packs["CN-2026"]


@pytest.mark.parametrize("heading", ["CF_SYCX", "处罚程序", "适用程序", "是否适用简易程序", "*处罚程序（选填）"])
def test_headings_of_the_procedure(heading: str) -> None:
    assert field_named(heading) == "CF_SYCX"


SAID = [
    ("简易程序", True),
    ("当场处罚", True),
    ("是", True),
    ("普通程序", False),
    ("一般程序", False),
    ("否", False),
    ("", None),
]


@pytest.mark.parametrize("layout", [GOOD, OLD], ids=["present", "2015"])
@pytest.mark.parametrize(("said", "simple"), SAID)
def test_what_the_column_says(layout: dict[str, Cell], said: str, simple: bool | None) -> None:
    row = read_penalty(
        2,
        layout | {"CF_SYCX": said, "CF_CFLB": "警告", "CF_CFLB2": "", "CF_NR_FK": "", "CF_NR": "给予警告"},
        PACK,
        TODAY,
    )
    assert not isinstance(row, list), row
    assert (row.simple, row.doubts) == (simple, ())
    assert ("CF_SYCX" in row.canonical()) == (simple is not None)  # what did not say it keeps its digest


def test_what_says_neither_is_refused() -> None:
    row = read_penalty(2, GOOD | {"CF_SYCX": "1"}, PACK, TODAY)
    assert isinstance(row, list)
    assert [(one.field, one.reason) for one in row] == [("CF_SYCX", "应为简易程序或者普通程序")]


# kinds, fine in 万元: whether 行政处罚法第五十一条 leaves a doubt (3,000 yuan for organisations)
DOUBTED = [("罚款", "0.3", False), ("罚款", "0.31", True), ("警告、罚款", "0.1", False), ("吊销许可证件", "", True)]


@pytest.mark.parametrize(("kinds", "fine", "doubted"), DOUBTED)
def test_a_simple_procedure_beyond_the_law_is_doubted(kinds: str, fine: str, doubted: bool) -> None:
    row = read_penalty(
        2, GOOD | {"CF_SYCX": "简易程序", "CF_CFLB": kinds, "CF_NR_FK": fine, "CF_NR": kinds}, PACK, TODAY
    )
    assert not isinstance(row, list), row
    assert ([one.field for one in row.doubts] == ["CF_SYCX"]) is doubted


def test_the_only_amount_of_the_content_is_the_fines_where_the_layout_has_no_column() -> None:
    assert offence_of(("fine",), None, "处罚款贰万元整。", None).fine_wan == 2
    assert offence_of(("fine",), None, "罚款一万元，加处罚款二万元。", None).fine_wan is None
    assert offence_of(("fine", "confiscate_gains"), None, "没收一万元。", None).fine_wan is None
