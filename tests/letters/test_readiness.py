"""A node that cannot print its own words says so at start, before any letter."""

from __future__ import annotations

import pytest

from repairflow.errors import ConfigurationError
from repairflow.letters import readiness
from repairflow.letters.fonts.families import FontFamilies


def test_this_machine_can_print_all_templates() -> None:
    readiness.check("云溪县生态环境局")


def test_the_house_uses_many_characters() -> None:
    """The control: the check above looked at something."""
    assert {"信", "复", "〔", "约"} <= set(readiness.own_text())


@pytest.mark.parametrize("role", ["body", "kai", "hei", "title"])
def test_one_role_that_lacks_a_character_stops_the_start_and_names_it(role: str) -> None:
    """The small faces hold GB 2312 alone."""
    with pytest.raises(ConfigurationError, match=r"缺字.*堃（U\+5803）"):
        readiness.check("堃城县财政局", FontFamilies(**{role: ("AR PL SungtiL GB",)}))


def test_a_role_without_any_font_is_named() -> None:
    with pytest.raises(ConfigurationError, match="未安装"):
        readiness.check(families=FontFamilies(kai=("No Such Face",)))


def test_an_offices_name_counts() -> None:
    with pytest.raises(ConfigurationError, match=r"U\+2FFFF"):
        readiness.check("云溪县\U0002ffff局")
