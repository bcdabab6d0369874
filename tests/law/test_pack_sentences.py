"""What the sentences of a rule pack may not say: a length without its article, a denial that names no condition."""

from __future__ import annotations

import re

import pytest

from repairflow.law.procedure.ground import Ground, not_met
from repairflow.law.procedure.written_lengths import with_stays, written_out
from tests.support.shipped import edited, library, source, together

pytestmark = pytest.mark.either_database
# code, what the message names, the table it stands in, the passage there and what it becomes
SPOILT = [
    ("figure_in_text", "十五日", "[lists.repair_deny_grounds]", "纠正失信行为后可以", "纠正失信行为后十五日内可以"),
    ("figure_in_text", "60日", "[lists.objection_refuse_grounds]", "应当先就该决定", "应当在60日内先就该决定"),
    ("figure_in_text", "三个月", "[lists.minor_repair_deny_grounds]", "行为尚未改正", "行为三个月内尚未改正"),
    ("figure_in_text", "一年", "[list_kind.serious]", "列入满{minimum}", "列入满一年"),
    ("figure_in_text", "半年", "[lists.repair_refuse_grounds]", 'text = "', 'text = "半年内'),
    ("figure_in_text", "数日", "[lists.repair_conditions]", "最短公示期已满", "数日已满"),
    ("review_unfounded", "申请复核", "[lists.objection_refuse_grounds]", '本中心此前已作出处理", basis = ["order36"]',
     '本中心此前已作出处理", basis = ["order36"], where_to_go = "可以申请复核"'),
    ("figure_in_text", "minimum", "[list_kind.maritime_red]", "出现失信行为的", "列入满{minimum}的"),
    ("figure_in_text", "十日", "[lists.consequences]", "逾期不整改", "逾期十日不整改"),
    ("ground_denies", "没有写明", "[lists.repair_deny_grounds]", ', denies = ["commitment"]', ""),
    ("ground_denies", "“courage”", "[lists.repair_deny_grounds]", 'denies = ["commitment"]', 'denies = ["courage"]'),
    ("ground_denies", "没有一项", "[lists.repair_deny_grounds]", 'denies = ["minimum_period"]', "denies = []"),
    ("ground_denies", "不是不予办理的事由", "[lists.repair_refuse_grounds]", 'basis = ["order36"]', 'basis = ["order36"], denies = []'),
    ("basis_unknown", "where_basis", "[lists.objection_refuse_grounds]", '["fuyi.a23_1_1", "susong.a44"]', '["order36"]'),
]  # fmt: skip


@pytest.mark.parametrize(("code", "named", "table", "old", "new"), SPOILT)
def test_a_sentence_that_says_too_much_or_too_little_is_found(
    code: str, named: str, table: str, old: str, new: str
) -> None:
    before, mark, after = source("CN-2026", "packs").partition(f"{table}\n")
    assert old in after.partition("\n[")[0]
    found = together(**{"CN-2026": before + mark + after.replace(old, new, 1)})
    lines = [one for one in found if one.code == code and named in one.text]
    assert lines
    assert all(re.search(r"CN-2026\.toml:\d+$", one.where) for one in lines)


def test_a_public_summary_says_no_length() -> None:
    text = edited(source("rectification-yunxi_transport", "overlays"), ("按本局办事指南的期限签发", "三个工作日内签发"))
    found = together(**{"rectification-yunxi_transport": text})
    assert "figure_in_text" in [one.code for one in found if "三个工作日" in one.text]


@pytest.mark.parametrize(("text", "length"), [
    ("六十日内", "六十日"), ("15日", "15日"), ("３个工作日", "３个工作日"), ("满两年", "两年"), ("三个 月", "三个 月"), ("每季度", None),
    ("一个季度", "一个季度"), ("当日", None), ("次日起", None), ("期限届满后", None), ("第三条第一款", None),
    ("半年", "半年"), ("半个月内", "半个月"), ("一季度", "一季度"), ("一旬", "一旬"), ("两周", "两周"),
    ("数日", "数日"), ("个把月", "个把月"),
    ("周年内", "周年"), ("一个半月", "一个半月"), ("十余日", "十余日"), ("若干个工作日", "若干个工作日"), ("几天", "几天"),
    ("两星期", "两星期"),
    ("四十八小时", "四十八小时"), ("十五（15）日", "15）日"), ("卅日", "卅日"), ("叁个工作日", "叁个工作日"), ("三个自然月", "三个自然月"),
    ("逾月", "逾月"),
    ("第一季度", None), ("第三日起", None), ("数据", None), ("执行期满日", None), ("年满十八岁", None), ("未满年龄", None),
    ("日常", None),
    ("双方", None), ("上旬", None), ("周末", None), ("总数日期", None),
])  # fmt: skip
def test_which_words_are_a_length(text: str, length: str | None) -> None:
    assert written_out(text) == length


def test_conditions_of_removal_take_their_figures_from_the_list_once_they_are_read() -> None:
    pack = library().packs["CN-2026"]
    kind = pack.list_kind["serious"]
    assert not kind.verified
    first, second = pack.removal_of(kind)
    assert first.startswith("列入满规定的最短期限，")
    assert second == "列入满规定的最长期限的，依照规定移出"
    read = {name: one.model_copy(update={"verified": True}) for name, one in pack.basis.items()}
    whole = pack.model_copy(update={"basis": read})
    assert whole.removal_of(kind.model_copy(update={"verified": True}))[0].startswith("列入满1年，")
    assert with_stays("满{minimum}", "", "3年") == "满规定的最短期限"


def test_a_ground_contradicts_findings_that_meet_everything_it_denies() -> None:
    ground = Ground(label="样例", denies=("a", "b"))
    assert ground.contradicts({"a": True, "b": True, "c": False})
    assert not ground.contradicts({"a": True, "b": False})
    assert not ground.contradicts({"a": True})  # nobody examined b
    assert not Ground(label="样例", denies=()).contradicts({"a": True})
    assert not Ground(label="样例").contradicts({})
    assert not_met(("行为已纠正", "符合其他条件")) == "不符合“行为已纠正”、“其他条件”"
