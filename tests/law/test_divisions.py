"""Division codes: what there is, and what looks like one and is none."""

from __future__ import annotations

import pytest

from repairflow.law.divisions import division_fault
from tests.support.shipped import edited, source, together

pytestmark = pytest.mark.either_database


@pytest.mark.parametrize("code", [
    "320000", "320800", "320830", "410000", "410102", "419001", "110000", "110101", "310115", "330106", "440300", "440305", "441900",
    "330114",    "653228",
    "429004", "469001", "500101", "659001", "710000", "810000", "710100",
])  # fmt: skip
def test_codes_there_are(code: str) -> None:
    assert (division_fault(code) is None) == (code != "710100")


@pytest.mark.parametrize(("code", "told"), [
    ("419999", "不是河南省的"), ("110199", "不是北京市的区县代码"), ("329900", "“3299”不是江苏省的地级"), ("910000", "“91”不是省级"),
    ("320899", "不是江苏省的区县代码"),
    ("330199", "不是浙江省的区县代码"), ("440301", "不是广东省的区县代码"),
    ("441901", "不是广东省的区县代码"),
    ("653299", "不是新疆维吾尔自治区的区县代码"), ("000000", "六位数字"), ("32083", "六位数字"), ("３２０８３０", "六位数字"),
    ("419002", "不是河南省的"),
])  # fmt: skip
def test_codes_there_are_not(code: str, told: str) -> None:
    assert told in str(division_fault(code))


def test_a_place_that_does_not_exist_is_told_with_its_line() -> None:
    text = edited(source("objection-henan", "overlays"), ('jurisdiction = "410000"', 'jurisdiction = "419999"'))
    (one,) = [one for one in together(**{"objection-henan": text}) if one.code == "overlay_scope"]
    line = text.splitlines().index('jurisdiction = "419999"') + 1
    assert one.where == f"objection-henan.toml:{line}"
    assert "不是河南省的地级行政区划代码" in one.text
