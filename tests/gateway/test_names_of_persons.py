"""Names of natural persons (自然人姓名): whoever is called so is taken, what stands in place of a name is not."""

from __future__ import annotations

import pytest

from repairflow.gateway.penalties.fields import field_named, heading_of
from repairflow.gateway.penalties.subject_names import ONE_CHARACTER
from tests.gateway.test_penalty_rows import PERSON, refused, taken

FOREIGN = (
    "史密斯", "史密夫", "密特朗", "密勒", "罗密欧", "阿密特", "密斯特", "汤姆·史密斯", "约翰-史密斯", "安娜·阿赫玛托娃", "迈克尔·杰克逊",
    "SMITH JOHN", "O'Neil", "Jean-Luc", "Müller", "Nguyễn Văn An", "José·Silva", "André·Leitão", "JOÃO SILVA", "MARYANNETHEREADLEY",
    "Test Anna", "Testino", "Demo Wijaya", "Demopoulos",
)  # fmt: skip
OF_PEOPLES = (
    "阿卜杜热西提·买买提", "古丽巴哈尔·艾山", "买买提•艾力", "阿依努尔‧吾买尔", "阿不都外力.阿不力孜", "次仁旺堆", "扎西", "德吉", "巴特尔",
)  # fmt: skip
CHINESE = (
    "欧阳修", "司马光", "诸葛亮", "上官婉儿", "皇甫谧", "尉迟恭", "令狐冲", "夏侯惇", "东方朔", "司徒美堂", "公孙策",
    "万俟卨", "单于蛮", "王伟", "丁一", "𠮷田",
    "㛃娜", "李密", "密修远", "王修复", "何公开", "龙撤", "宁撤回", "吴修复", "孙失效",
    "谢作废", "连撤销", "于公正", "单位伟", "法人杰", "姓名扬", "范例文", "甘密",
    "钟类别", "丁备注", "白依据", "濮洪建",
)  # fmt: skip


@pytest.mark.parametrize("name", [*FOREIGN, *OF_PEOPLES, *CHINESE])
def test_whoever_is_called_so_is_taken(name: str) -> None:
    row = taken(PERSON, CF_XDR_MC=name)
    assert not [doubt for doubt in row.doubts if doubt.field == "CF_XDR_MC"]


@pytest.mark.parametrize("name", ["囡", "丫"])
def test_a_name_of_one_character_waits_for_a_person(name: str) -> None:
    assert [doubt.reason for doubt in taken(PERSON, CF_XDR_MC=name).doubts] == [ONE_CHARACTER]


@pytest.mark.parametrize("name", [
    "某某", "张某某", "张某", "欧阳某", "某甲", "某", "测试", "测试1", "测试人员", "test", "Test01", "demo",
    "无名氏", "佚名", "不详", "未知", "×××", "XXX", "李××",
    "李**", "张三（示例）", "张三(样例)", "示例", "范例", "同上", "见附件", "匿名", "当事人", "姓名", "合计", "行政相对人名称",
    "相对人名称", "备注：", "填表人：张三", "12345",
    "MA1X2Y3T4C91320830", "浜戞邯",
])  # fmt: skip
def test_what_stands_in_place_of_a_name_is_refused(name: str) -> None:
    assert "CF_XDR_MC" in [problem.field for problem in refused(PERSON, CF_XDR_MC=name)]


@pytest.mark.parametrize(("heading", "field"), [
    ("涉密情况", "SFBM"), ("是否修复", "XFZT"), ("公示与否（是/否）", "GSZT"), ("作废标记", "SFCX"),
])  # fmt: skip
def test_a_heading_that_nobody_knows_is_still_guessed_at(heading: str, field: str) -> None:
    assert field_named(heading) == field
    assert heading_of(heading) in (None, field)
