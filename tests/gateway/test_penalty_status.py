"""当前状态 and 使用范围: only what plainly says 正常 and 公示 goes before the public without a person."""

from __future__ import annotations

import pytest

from repairflow.gateway.penalties.status import remark_of, scope_of, status_of


@pytest.mark.parametrize(("text", "meaning"), [
    ("", "normal"), ("0", "normal"), ("正常", "normal"), ("0-正常", "normal"),
    ("正常（0）", "normal"), ("０", "normal"), ("0.0", "normal"),
    ("1", "revoked"), ("01", "revoked"), ("'1", "revoked"),
    ("1.0", "revoked"), ("撤销", "revoked"), ("1:撤销", "revoked"),
    ("撤销(1)", "revoked"), ("已被法院撤销", "revoked"), ("撤 销", "revoked"),
    ("0-撤销", "revoked"), ("已撤回", "revoked"),
    ("2", "disputed"), ("异议", "disputed"), ("2-异议", "disputed"),
    ("3", "other"), ("其它", "other"), ("其他", "other"),
    ("4", "unknown"), ("未撤销", "unknown"), ("1-正常", "unknown"), ("不正常", "unknown"),
    ("Y", "unknown"), ("0,1", "unknown"), ("-1", "revoked"),
])  # fmt: skip
def test_the_state_of_a_penalty(text: str, meaning: str) -> None:
    assert status_of(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), [
    ("", "public"), ("0", "public"), ("公示", "public"), ("0-公示", "public"),
    ("1", "internal"), ("1.0", "internal"),
    ("内部共享", "internal"), ("政府内部共享", "internal"), ("2", "authorised"),
    ("授权查询", "authorised"), ("2（授权查询）", "authorised"),
    ("3", "unknown"), ("不公示", "unknown"), ("0-内部共享", "unknown"), ("是", "unknown"),
])  # fmt: skip
def test_who_may_see_a_penalty(text: str, meaning: str) -> None:
    assert scope_of(text) == meaning


@pytest.mark.parametrize("remark", [
    "已撤销", "法院判决撤销本处罚决定", "经复议变更为罚款1万元", "判决改为警告", "请勿公示", "不宜公开", "禁止上网", "不要对外发布",
    "涉及商业秘密",
    "免予公示", "豁免公开", "当事人系未成年人", "已纠错", "公示期满撤下",
    "内部", "测试。", "修复完成", "信用修复成功", "已更正为溪环罚〔2026〕9号", "重复",
    "已移出公示", "已删除", "测试数据", "仅供参考，不对外", "已完成信用修复",
])  # fmt: skip
def test_remarks_that_speak_against_showing(remark: str) -> None:
    assert remark_of(remark)


@pytest.mark.parametrize("remark", [
    "违反未成年人保护规定", "未撤下", "免予处罚",
    "内部管理混乱", "多次重复违法", "已改正为合格标签", "未修复完成", "未更正为其他文号",
    "", "未撤销", "撤销案件登记", "不涉及商业秘密", "不涉密", "未删除", "当事人已缴清罚款", "该公司法定代表人已变更", "未修复",
])  # fmt: skip
def test_remarks_that_do_not(remark: str) -> None:
    assert remark_of(remark) == ""
