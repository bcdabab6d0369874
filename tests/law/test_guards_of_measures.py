"""A measure names the act it rests on and where in it: in whatever width and dress people write that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from repairflow.law.guards import GUARDS, Facts
from tests.support.shipped import library

DAY = date(2026, 6, 10)


@pytest.mark.parametrize(("said", "enough"), [
    ("《中华人民共和国政府采购法》第二十二条", True), ("《中华人民共和国政府采购法》第22条第1款第（五）项", True),
    ("《中华人民共和国政府采购法》第２２条", True), ("《中华人民共和国政府采购法》 第 二十二 条", True),
    ("《指导意见》（国办发〔2020〕49号）第（十）项", True), ("《指导意见》(国办发〔2020〕49号)第三部分", True),
    ("《指导意见》（国办发〔2020〕49号）（2020年修订）第三部分第（二）项", True), ("《关于印发〈目录〉的通知》第二款", True),
    ("《中华人民共和国政府采购法》", False), ("政府采购法第二十二条", False), ("《政府采购法》的有关规定", False), ("", False),
])  # fmt: skip
def test_a_measure_names_an_act_and_its_article(said: str, enough: bool) -> None:
    law = library()
    bare = Facts(
        law.procedure("joint_measure", "2026-04"), law.pack_on(DAY), "respond", datetime(2026, 6, 10, tzinfo=UTC), DAY
    )
    ok, text = GUARDS["measure_names_its_law"].rule(replace(bare, inputs={"measure_law": said}), {})
    assert ok == enough, text


def test_graded_measures_nobody_defined_stop_a_listing() -> None:
    law = library()
    pack = law.pack_on(DAY, "tax")
    watch = pack.list_kind["watch"].model_copy(update={"after": ("remainder",)})
    facts = Facts(
        law.procedure("listing", "2026-04"), pack.model_copy(update={"list_kind": {**pack.list_kind, "watch": watch}}),
        "review_pass", datetime(2026, 6, 10, tzinfo=UTC), DAY, inputs={"list_kind": "watch"}, rungs=("reminder",),
    )  # fmt: skip
    ok, text = GUARDS["ladder_walked"].rule(facts, {})
    assert not ok
    assert "remainder" in text
